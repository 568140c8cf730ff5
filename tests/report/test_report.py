"""The report of a run, as a person sees it in a browser."""

import json
import os
import re
import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from program import docbin, letters

from docbin import batch
from docbin.batch import PageRecord, Record, read_records
from docbin.batch.setup import Setup
from docbin.errors import OutputError, UsageError
from docbin.io.reader import open_source
from docbin.report import gather, write_report
from docbin.report.room import Room

GRAY, _ = letters(240, 320)
HOSTILE = "<script>alert(1);<img src=x onerror=alert(2)> \"'&\n'.png"
BAD = os.fsdecode(b"\xff.png")
MANY = 10_000


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Return a folder with the results of a run, some of which need a look, and its report."""
    root = tmp_path_factory.mktemp("run")
    pages = {
        "a.png": GRAY,
        "dark.png": GRAY // 3,
        "faint.png": 190 + GRAY // 12,
        "blank.png": np.full_like(GRAY, 230),
        HOSTILE: GRAY,
        BAD: GRAY,
    }
    (root / "in").mkdir()
    for name, pixels in pages.items():
        Image.fromarray(pixels.astype(np.uint8)).save(root / "in" / name, format="png")
    two = [Image.fromarray(GRAY[::-1].copy())]
    Image.fromarray(GRAY).save(root / "in/two.tif", save_all=True, append_images=two)
    Image.fromarray(GRAY).save(root / "in/two.pdf", save_all=True, append_images=two)
    (root / "in/broken.png").write_bytes(b"\x89PNG\r\n\x1a\n broken")
    run = docbin("batch", "-m", "otsu", "in", "out", "--report", "run.html", cwd=root, code=1)
    assert run.stdout.decode().splitlines()[-1] == "run.html"
    return root


@pytest.fixture
def shown(run, tab):
    """Return a tab in which the report is open."""
    found = tab(viewport={"width": 1280, "height": 900})
    found.page.goto((run / "run.html").as_uri())
    return found


def names(page):
    return [text.strip() for text in page.locator(".row .name").all_inner_texts()]


def test_all_pages_are_listed_and_nothing_is_asked_for_elsewhere(run, shown):
    page = shown.page
    listed = names(page)
    assert len(listed) == 11
    assert "<script>alert(1);<img src=x onerror=alert(2)> \"'&\\n'.png" in listed
    assert r"\xff.png" in listed
    assert page.locator(".tiles dd").all_inner_texts()[:4] == ["8 of 9", "10", "3", "1"]
    page.wait_for_load_state("networkidle")
    pictures = page.locator(".row img")
    assert pictures.count() == 10
    assert all(pictures.evaluate_all("all => all.map(one => one.naturalWidth > 0)"))
    allowed = (run.as_uri() + "/run.html", run.as_uri() + "/run.files/", "data:,")
    assert all(address.startswith(allowed) for address in shown.asked)


def test_the_policy_stops_what_is_not_the_pages_own(run, tab):
    found = tab()
    found.page.goto((run / "run.html").as_uri())
    with found.page.expect_event("console") as refused:
        found.page.evaluate(
            "() => { const s = document.createElement('script'); s.textContent = 'window.x = 1';"
            " document.body.append(s); }"
        )
    assert "Content Security Policy" in refused.value.text
    assert found.page.evaluate("window.x") is None
    found.wrong.clear()


def test_filters(shown):
    page = shown.page
    for flag, wanted in (("blank", "blank.png"), ("dark", "dark.png"), ("faint", "faint.png")):
        page.get_by_label(flag).check()
        assert names(page) == [wanted]
        assert page.locator("#count").inner_text() == "1 of 11"
        page.get_by_label(flag).uncheck()
    page.get_by_label("Status").select_option("failed")
    assert names(page) == ["broken.png"]
    assert "damaged" in page.locator(".row .more").inner_text()
    page.get_by_role("button", name="Show all").click()
    page.get_by_label("Name contains").fill("TWO")
    assert names(page) == [f"two.{kind} page {n} of 2" for kind in ("pdf", "tif") for n in (1, 2)]
    page.get_by_role("button", name="Show all").click()
    page.get_by_label("Ink from, percent").fill("0")
    page.get_by_label("Ink to, percent").fill("0.01")
    assert names(page) == ["blank.png"]
    page.get_by_role("button", name="Show all").click()
    page.get_by_label("Order").select_option("-contrast")
    # Without ink there is no contrast.
    assert names(page)[0] == "faint.png"
    assert len(names(page)) == 9
    page.get_by_label("Order").select_option("")
    bar = page.get_by_role("button", name=re.compile("^1 page, .* of|^1 page, 0 to"))
    bar.first.click()
    assert len(names(page)) == 1
    bar.first.click()
    assert len(names(page)) == 11


def test_the_slider_shows_before_and_after(shown):
    page = shown.page
    page.get_by_role("button", name=re.compile("a.png")).first.click()
    dialog = page.get_by_role("dialog")
    slider = dialog.get_by_role("slider")
    edge = "root => root.style.getPropertyValue('--at')"
    root = dialog.locator(".slider")
    assert root.evaluate(edge) == "50%"
    slider.focus()
    for _ in range(5):
        page.keyboard.press("ArrowLeft")
    assert root.evaluate(edge) == "45%"
    assert slider.get_attribute("aria-valuetext") == "45 % of the first picture"
    box = slider.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.9, box["y"] + 20)
    page.mouse.up()
    assert float(root.evaluate(edge).rstrip("%")) == pytest.approx(90, abs=2)
    left = root.locator(".first").evaluate("one => getComputedStyle(one).clipPath")
    assert left.startswith("inset(0px ")
    assert root.locator("img").evaluate_all("all => all.map(one => one.alt)") == ["After", "Before"]
    loaded = "all => Promise.all(all.map(one => one.decode())).then(() => true)"
    assert root.locator("img").evaluate_all(loaded)
    page.set_viewport_size({"width": 1280, "height": 400})
    assert slider.bounding_box()["height"] > 400
    dialog.get_by_role("button", name="Whole page").click()
    assert slider.bounding_box()["height"] < 400


def test_the_keyboard_does_everything(shown):
    page = shown.page
    page.locator(".row").first.focus()
    order = names(page)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    title = page.locator("#page-name")
    assert title.inner_text().split(",")[0] == order[1]
    page.keyboard.press("n")
    assert title.inner_text().split(",")[0] == order[2]
    page.keyboard.press("p")
    page.keyboard.press("Escape")
    assert not page.get_by_role("dialog").is_visible()
    focused = page.evaluate("document.activeElement.querySelector('.name').innerText.trim()")
    assert focused == order[1]
    page.keyboard.press("End")
    position = "document.activeElement.parentElement.getAttribute('aria-posinset')"
    assert page.evaluate(position) == "11"
    page.keyboard.press("Home")
    assert page.evaluate(position) == "1"
    page.locator("[data-chart=ink] button").first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.tabIndex") == 0
    assert page.locator("[data-chart=ink] [tabindex='0']").count() == 1


def test_links_lead_to_result_and_scan(run, shown):
    page = shown.page
    page.get_by_role("button", name=re.compile("<script>")).first.click()
    links = page.locator("#page-links a")
    for link, folder in zip(links.all(), ("out", "in"), strict=True):
        address = link.evaluate("one => one.href")
        assert address == (run / folder / HOSTILE).as_uri()


def test_everything_has_a_name_and_fits(run, tab):
    for theme, width in (("light", 1280), ("dark", 360)):
        found = tab(color_scheme=theme, viewport={"width": width, "height": 700})
        page = found.page
        page.goto((run / "run.html").as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        unnamed = page.evaluate(
            "[...document.querySelectorAll('button, input, select, a')].filter(one => "
            "!(one.innerText || one.ariaLabel || one.labels?.length)).length"
        )
        assert unnamed == 0


def contrast(first, second):
    def light(color):
        parts = [int(part) / 255 for part in re.findall(r"\d+", color)[:3]]
        parts = [x / 12.92 if x <= 0.03928 else ((x + 0.055) / 1.055) ** 2.4 for x in parts]
        return float(np.dot(parts, (0.2126, 0.7152, 0.0722)))

    high, low = sorted((light(first), light(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_can_be_read(run, tab, theme):
    page = tab(color_scheme=theme).page
    page.goto((run / "run.html").as_uri())
    color = "one => [getComputedStyle(one).color, getComputedStyle(one).backgroundColor]"
    ground = page.locator("body").evaluate(color)[1]
    sheet = page.locator(".browser").evaluate(color)[1]
    for kind in (".quiet", ".row .more", ".row .name", "#slow button"):
        ink = page.locator(kind).first.evaluate(color)[0]
        assert min(contrast(ink, ground), contrast(ink, sheet)) >= 4.5
    for kind in (".chip", ".chip.bad"):
        assert contrast(*page.locator(kind).first.evaluate(color)) >= 4.5


def test_ten_thousand_pages_stay_a_small_document(tmp_path, tab):
    setup = Setup("0.1.0", "sauvola", "{}")
    blank = PageRecord(1, 0, 0, "untouched", 0.1, 0.2, 0.3)
    made = [
        Record(f"{n:05}.pdf", f"/in/{n}", f"{n}.pdf", "done", 1, 1, setup, pages=(blank,))
        for n in range(MANY)
    ]
    made[7] = replace(made[7], status="failed", error="it is bad", pages=())
    write_report(made, tmp_path / "out", tmp_path / "many.html")
    page = tab(viewport={"width": 1200, "height": 900}).page
    page.goto((tmp_path / "many.html").as_uri())
    assert page.locator(".row").count() < 40
    page.locator(".row").first.focus()
    page.keyboard.press("End")
    assert page.locator(".row").last.locator(".name").inner_text() == f"{MANY - 1:05}.pdf"
    for _ in range(30):
        page.keyboard.press("PageUp")
    page.locator("#scroller").evaluate("one => one.scrollTop = 400000")
    page.wait_for_function("document.querySelectorAll('.row').length > 10")
    assert page.locator(".row").count() < 60
    assert page.evaluate("document.querySelectorAll('*').length") < 1500
    last = page.locator("#list li").last
    assert last.get_attribute("aria-setsize") == str(MANY)
    page.get_by_label("Status").select_option("failed")
    assert names(page) == ["00007.pdf"]


def records_of(run, root=None):
    """Return the records, whose scans are found from every folder."""
    records = read_records(run / "out")
    return [replace(each, source=str((root or run) / each.source)) for each in records]


# Without a browser ---------------------------------------------------------------------------


def test_a_report_goes_on_where_it_was_stopped(run, tmp_path, monkeypatch):
    records = records_of(run)
    target = tmp_path / "again.html"

    def stop(done, known):
        assert known == 10
        if done >= 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_report(records, run / "out", target, watch=stop)
    assert not target.exists()
    book = tmp_path / "again.files/pages.jsonl"
    book.write_bytes(book.read_bytes() + b'{"key": "cut o')
    kept = len(book.read_bytes().splitlines()) - 1
    assert kept >= 3
    told = []
    write_report(records, run / "out", target, watch=lambda *counts: told.append(counts))
    assert told[-1] == (10 - kept, 10 - kept) or kept == 10
    pictures = {path: path.stat().st_mtime_ns for path in target.parent.rglob("*.png")}
    monkeypatch.setattr(gather, "_seen", None)  # would fail if anything were made again
    write_report(records, run / "out", target)
    assert {path: path.stat().st_mtime_ns for path in target.parent.rglob("*.png")} == pictures
    assert len(pictures) == 10


def test_what_is_gone_is_said_and_stops_nothing(run, tmp_path):
    for folder in ("in", "out"):
        for path in filter(Path.is_file, (run / folder).rglob("*.*")):
            copy = tmp_path / path.relative_to(run)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(path.read_bytes())
    records = records_of(run, tmp_path)
    (tmp_path / "out/dark.png").unlink()
    (tmp_path / "in/faint.png").unlink()
    unseen = write_report(records, tmp_path / "out", tmp_path / "a.html")
    assert sorted(line.partition(":")[0] for line in unseen) == ["dark.png", "faint.png"]
    assert all("there is no such file" in line for line in unseen)
    data = json.loads(
        re.search(r'id="data">(.*?)</script>', (tmp_path / "a.html").read_text("utf-8"))[1]
    )
    rows = {row[0]: dict(zip(data["columns"], row, strict=True)) for row in data["rows"]}
    assert rows["dark.png"]["pictures"] == {}
    assert set(rows["faint.png"]["pictures"]) == {"after", "list"}
    assert rows["faint.png"]["contrast"] is None


@pytest.mark.parametrize("kind", ["zip", "gztar"])
def test_scans_in_an_archive_are_read_again(tmp_path, kind):
    for number in range(4):
        path = tmp_path / f"in/box/{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(np.roll(GRAY, 7 * number, 1)).save(path)
    archive = shutil.make_archive(str(tmp_path / "scans"), kind, tmp_path / "in")
    batch.run(archive, tmp_path / "out", batch.Treatment("otsu"))
    records = read_records(tmp_path / "out")
    assert write_report(records, tmp_path / "out", tmp_path / "a.html") == []
    assert len(list((tmp_path / "a.files").rglob("*-before.jpg"))) == 4
    assert not (tmp_path / "a.files/fetched").exists()
    Path(archive).unlink()
    unseen = write_report(records, tmp_path / "out", tmp_path / "b.html")
    assert len(unseen) == 4
    assert all("is not read again" in line for line in unseen)


def test_a_defect_stops_nothing(run, tmp_path, monkeypatch):
    def broken(before, after):
        raise ZeroDivisionError("no")

    records = records_of(run)
    monkeypatch.setattr(gather, "_seen", broken)
    unseen = write_report(records, run / "out", tmp_path / "a.html")
    assert len(unseen) == 10
    assert all("this should not have happened: ZeroDivisionError" in line for line in unseen)
    monkeypatch.undo()
    assert write_report(records, run / "out", tmp_path / "a.html") == []


def test_pages_wait_for_room(run):
    (page,) = open_source(run / "in/a.png")
    room, inside, most = Room(1), [], []

    def enter(_):
        with room.for_pages(page, None):
            inside.append(1)
            most.append(len(inside))
            time.sleep(0.01)
            inside.pop()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(enter, range(8)))
    assert most == [1] * 8


def test_pictures_of_what_is_gone_are_removed(run, tmp_path):
    records = records_of(run)
    write_report(records, run / "out", tmp_path / "a.html")
    write_report(records[:3], run / "out", tmp_path / "a.html")
    pages = sum(len(record.pages) for record in records[:3])
    assert len(list((tmp_path / "a.files").rglob("*-list.jpg"))) == pages
    assert len((tmp_path / "a.files/pages.jsonl").read_text().splitlines()) == pages


def test_only_a_report_is_replaced(run, tmp_path):
    records = records_of(run)[:1]
    (tmp_path / "mine.html").write_text("<p>mine")
    with pytest.raises(OutputError, match="exists"):
        write_report(records, run / "out", tmp_path / "mine.html")
    assert (tmp_path / "mine.html").read_text() == "<p>mine"
    write_report(records, run / "out", tmp_path / "mine.html", force=True)
    write_report(records, run / "out", tmp_path / "mine.html")
    (tmp_path / "b.files").mkdir()
    (tmp_path / "b.files/mine.txt").write_text("mine")
    with pytest.raises(OutputError, match="something else is there"):
        write_report(records, run / "out", tmp_path / "b.html")
    with pytest.raises(UsageError, match=r"written as \.html"):
        write_report(records, run / "out", tmp_path / "b.pdf")


def test_the_command_refuses_before_any_work(tmp_path):
    (tmp_path / "in").mkdir()
    Image.fromarray(GRAY).save(tmp_path / "in/a.png")
    (tmp_path / "mine.html").write_text("mine")
    said = docbin("batch", "in", "out", "--report", "mine.html", cwd=tmp_path, code=5).stderr
    assert "exists" in said
    assert not (tmp_path / "out").exists()
    docbin("batch", "--report", "a.html", "--status", "out", cwd=tmp_path, code=2)
    docbin("batch", "--report", "a.html", "out", cwd=tmp_path, code=3)
    assert not (tmp_path / "a.html").exists()


def test_a_report_of_books_of_before(tmp_path):
    Image.fromarray(GRAY).save(tmp_path / "a.png")
    batch.run(tmp_path / "a.png", tmp_path / "out", batch.Treatment("otsu"))
    run = docbin("batch", "--report", "r.html", "--json", "out", cwd=tmp_path)
    assert json.loads(run.stdout) == {"report": "r.html"}
    assert Path(tmp_path / "r.html").read_bytes().startswith(b"<!doctype html>")
