"""The viewer as a person uses it, in a browser."""

import re
import shlex

import numpy as np
import pytest
from PIL import Image
from program import docbin, letters, save_mask
from viewing import viewing

GRAY, INK = letters(360, 480)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    root = tmp_path_factory.mktemp("view")
    (root / "scans").mkdir()
    for name, pixels in (("1.png", GRAY), ("2 <b>.png", GRAY[::-1])):
        Image.fromarray(np.ascontiguousarray(pixels)).save(root / "scans" / name, dpi=(300, 300))
    two = [Image.fromarray(GRAY[:, ::-1].copy())]
    Image.fromarray(GRAY).save(root / "scans/3.tif", save_all=True, append_images=two)
    save_mask(root / "truth.png", INK)
    save_mask(root / "small.png", INK[:50])
    (root / "bad.png").write_bytes(b"no picture")
    return root


@pytest.fixture(scope="module")
def view(folder):
    with viewing("scans", cwd=folder) as found:
        yield found


@pytest.fixture
def shown(view, tab):
    """Return a tab in which the viewer shows its first scan."""
    found = tab(viewport={"width": 1280, "height": 860})
    found.context.grant_permissions(["clipboard-read", "clipboard-write"])
    found.page.goto(view.address)
    found.page.locator("#command:not(:empty)").wait_for()
    return found


def made(page, slot="a"):
    """Wait until nothing is worked on; return the cells of a result."""
    page.locator("#stage:not(.busy)").wait_for()
    cells = page.locator(f"[data-result={slot}] td")
    page.wait_for_function(
        "slot => document.querySelectorAll(`[data-result=${slot}] td`).length > 1", arg=slot
    )
    return cells.all_inner_texts()


def choose(page, method):
    """Choose a method, and wait for its result."""
    page.get_by_label("Method", exact=True).select_option(method)
    page.locator("#command", has_text=f"-m {method} ").wait_for()
    return made(page)


def test_a_scan_is_shown_and_nothing_is_asked_for_elsewhere(view, shown):
    page = shown.page
    assert made(page)[0].startswith("Net(")
    loaded = "all => Promise.all(all.map(one => one.decode())).then(() => true)"
    assert page.locator("#slider img").evaluate_all(loaded)
    assert all(address.startswith((view.address, "data:,")) for address in shown.asked)
    assert page.locator(".tag").all_inner_texts() == ["Scan", "A: net"]


def test_parameters_change_the_page_and_the_command_does_the_same(view, shown, folder, tmp_path):
    page = shown.page
    choose(page, "sauvola")
    before = page.locator("#slider .second").evaluate("one => one.src")
    assert page.locator("#controls label").all_inner_texts() == ["window", "k", "r"]
    slider = page.get_by_label("k, slider")
    slider.focus()
    for _ in range(6):
        page.keyboard.press("ArrowRight")
    value = page.get_by_label("k", exact=True).input_value()
    assert float(value) > 0.2
    page.locator("#command", has_text=f"k={value}").wait_for()
    assert made(page)[0] == f"Sauvola(window=25, k={value}, r=128.0)"
    assert page.locator("#slider .second").evaluate("one => one.src") != before
    page.get_by_label("window", exact=True).fill("3mm")
    page.locator("#command", has_text="window=3mm").wait_for()
    page.get_by_label("despeckle").check()
    page.locator("#command", has_text="--despeckle").wait_for()
    made(page)
    page.get_by_role("button", name="Copy command").click()
    page.locator("#copied", has_text="copied").wait_for()
    words = shlex.split(page.evaluate("navigator.clipboard.readText()"))
    assert words[:2] == ["docbin", "clean"]
    docbin(*words[1:-1], tmp_path / "a.png", cwd=folder)
    address = page.locator("#slider .second").evaluate("one => one.src")
    assert view.ask(address.removeprefix(view.address))[2] == (tmp_path / "a.png").read_bytes()
    with page.expect_download() as download:
        page.get_by_role("button", name="Save recipe").click()
    assert download.value.suggested_filename == "sauvola.toml"
    download.value.save_as(tmp_path / "r.toml")
    docbin("clean", words[2], "--recipe", tmp_path / "r.toml", "-o", tmp_path / "b.png", cwd=folder)
    assert (tmp_path / "b.png").read_bytes() == (tmp_path / "a.png").read_bytes()
    page.get_by_role("button", name="Back to defaults").click()
    page.wait_for_function(
        "() => !document.getElementById('command').textContent.includes('--set')"
    )
    assert page.get_by_label("k", exact=True).input_value() == "0.2"


def test_only_the_last_of_many_moves_counts(shown):
    page = shown.page
    choose(page, "sauvola")
    number = page.get_by_label("k", exact=True)
    for value in range(10, 40):
        number.fill(f"0.{value}")
    page.locator("#command", has_text="k=0.39").wait_for()
    assert "k=0.39" in made(page)[0]


def test_two_methods_side_by_side(shown):
    page = shown.page
    made(page)
    page.get_by_label("Compare").select_option("a b")
    assert made(page, "b")[0].startswith("Sauvola(")
    page.locator(".tag.left", has_text="A: net").wait_for()
    assert page.locator(".tag").all_inner_texts() == ["A: net", "B: sauvola"]
    one, two = page.locator("#slider img").evaluate_all("all => all.map(one => one.src)")
    assert one != two
    assert all("/result/" in address for address in (one, two))
    slider = page.locator("#slider input")
    slider.focus()
    for _ in range(10):
        page.keyboard.press("ArrowRight")
    assert page.locator("#slider").evaluate("one => one.style.getPropertyValue('--at')") == "55%"
    page.get_by_role("button", name="B", exact=True).click()
    page.locator("#does", has_text="Local threshold").wait_for()


def test_the_edge_is_dragged_and_the_page_too(shown):
    page = shown.page
    made(page)
    page.get_by_role("button", name="1 : 1").click()
    assert page.locator("#zoom").inner_text() == "100 %"
    for _ in range(5):
        page.get_by_role("button", name="Zoom in").click()
    box = page.locator("#stage").bounding_box()
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    scroll = "() => (one => [one.scrollLeft, one.scrollTop])(document.getElementById('stage'))"
    before = page.evaluate(scroll)
    page.mouse.move(middle[0] - 150, middle[1])
    page.mouse.down()
    page.mouse.move(middle[0] - 200, middle[1] - 40)
    page.mouse.up()
    after = page.evaluate(scroll)
    assert after[0] - before[0] == pytest.approx(50, abs=2)
    edge = page.locator("#slider .edge").bounding_box()
    page.mouse.move(edge["x"] + 1, middle[1])
    page.mouse.down()
    page.mouse.move(edge["x"] - 100, middle[1])
    page.mouse.up()
    moved = page.locator("#slider .edge").bounding_box()
    assert moved["x"] == pytest.approx(edge["x"] - 100, abs=25)
    assert page.evaluate(scroll) == after
    page.locator("#stage").focus()
    page.keyboard.press("0")
    assert page.locator("#zoom").inner_text() != "100 %"


def test_files_are_opened_with_their_truth(shown, folder):
    page = shown.page
    made(page)
    page.locator("#open-file").set_input_files(folder / "scans/2 <b>.png")
    page.locator("#command", has_text="clean '2 <b>.png'").wait_for()
    assert made(page)[3:] == ["–"] * 4
    assert page.locator("#scans option").all_inner_texts()[-1] == "2 <b>.png"
    page.get_by_label("Scan", exact=True).select_option(label="scans/1.png")
    page.locator("#command", has_text="scans/1.png").wait_for()
    made(page)
    page.locator("#truth-file").set_input_files(folder / "truth.png")
    page.locator("#truth-state", has_text="metrics are shown").wait_for()
    page.wait_for_function(
        "() => document.querySelector('[data-result=a]').cells[4].innerText !== '–'"
    )
    assert 50 < float(made(page)[3]) <= 100


def test_files_are_dropped(shown, folder):
    page = shown.page
    made(page)
    drop = """([target, bytes, name]) => {
      const data = new DataTransfer();
      data.items.add(new File([new Uint8Array(bytes)], name));
      document.querySelector(target).dispatchEvent(
        new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
    }"""
    page.evaluate(drop, ["#stage", list((folder / "scans/1.png").read_bytes()), "dropped.png"])
    page.locator("#command", has_text="clean dropped.png").wait_for()
    made(page)
    page.evaluate(drop, ["aside", list((folder / "truth.png").read_bytes()), "t.png"])
    page.locator("#truth-state", has_text="metrics are shown").wait_for()


def test_errors_are_said_and_nothing_is_lost(shown, folder):
    page = shown.page
    made(page)
    command = page.locator("#command").inner_text()
    page.locator("#open-file").set_input_files(folder / "bad.png")
    page.get_by_role("alert").wait_for()
    assert "bad.png" in page.get_by_role("alert").inner_text()
    assert page.locator("#command").inner_text() == command
    page.locator("#truth-file").set_input_files(folder / "small.png")
    page.get_by_role("alert").filter(has_text="480 x 50 pixels").wait_for()
    choose(page, "sauvola")
    page.get_by_label("window", exact=True).fill("-5")
    page.get_by_role("alert").filter(has_text="window").wait_for()
    page.get_by_label("window", exact=True).fill("31")
    page.locator("#error").wait_for(state="hidden")
    # The browser tells of answers that refuse, as it should.
    assert all(re.search("status of 4(00|22)", text) for text in shown.wrong)
    shown.wrong.clear()


def test_paging_through_files_and_their_pages(shown):
    page = shown.page
    made(page)
    seen = []
    assert page.get_by_role("button", name="Previous page").is_disabled()
    following = page.get_by_role("button", name="Next page")
    for _ in range(4):
        made(page)
        number = page.locator("#pages")
        at = number.input_value() if number.is_visible() else ""
        seen.append((page.locator("#scans option:checked").inner_text(), at))
        if following.is_enabled():
            following.click()
            page.wait_for_function(
                "([name, at]) => document.querySelector('#scans option:checked').innerText !== name"
                " || document.getElementById('pages').value !== at",
                arg=[seen[-1][0], at or "0"],
            )
    assert seen == [
        ("scans/1.png", ""),
        ("scans/2 <b>.png", ""),
        ("scans/3.tif", "0"),
        ("scans/3.tif", "1"),
    ]
    # What other tests have dropped is behind them.
    count = page.locator("#scans option").count()
    assert following.is_enabled() == (count > 3)
    page.get_by_role("button", name="Previous page").click()
    assert page.locator("#pages").input_value() == "0"


def test_a_narrow_window_and_names(view, tab):
    page = tab(viewport={"width": 360, "height": 700}, color_scheme="dark").page
    page.goto(view.address)
    made(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    unnamed = (
        "[...document.querySelectorAll('button, input:not([hidden]), select, a')].filter(one => "
        "!(one.innerText || one.ariaLabel || one.labels?.length)).map(one => one.outerHTML)"
    )
    assert page.evaluate(unnamed) == []
