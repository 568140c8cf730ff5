"""Plans: what is counted, what follows from a sample, and that nothing is touched."""

import dataclasses
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from program import letters

from docbin import batch
from docbin.batch import forecasting
from docbin.batch.census import collisions
from docbin.batch.found import Found
from docbin.batch.items import items_unchecked
from docbin.batch.sheet import compared, write_sheet
from docbin.batch.strata import Strata, estimate, shares
from docbin.batch.trial import Trial, Tried
from docbin.errors import OutputError, UsageError

SIZES = st.lists(st.floats(1, 1e9), min_size=1, max_size=60)


@given(SIZES, st.integers(1, 70))
def test_what_goes_with_the_size_is_known_from_any_sample(sizes, parts):
    strata = Strata(sizes, parts)
    total, variance = strata.total({each: 0.5 * sizes[each] for each in strata.members})
    assert total == pytest.approx(0.5 * sum(sizes))
    assert len(strata.members) <= min(parts, len(sizes))
    if min(parts, len(sizes)) > 1:
        assert variance <= 1e-9 * total**2


@given(SIZES, st.randoms())
def test_all_of_them_are_no_estimate(sizes, random):
    values = [random.random() for _ in sizes]
    strata = Strata(sizes, len(sizes))
    assert strata.total(dict(enumerate(values))) == (pytest.approx(sum(values)), 0)


def test_the_range_holds_what_it_says():
    """In nine of ten cases, about, the total lies in the range."""
    random = np.random.default_rng(5)
    inside = 0
    for _ in range(300):
        sizes = random.lognormal(0, 1, 2000)
        seconds = sizes * random.lognormal(0, 0.4, 2000)
        strata = Strata(sizes, 40)
        found = estimate([strata.total({each: seconds[each] for each in strata.members})])
        assert found.value == pytest.approx(seconds.sum(), rel=0.35)
        inside += found.low <= seconds.sum() <= found.high
    assert 0.84 < inside / 300 < 0.96


def test_shares_go_by_size_but_none_is_left_out():
    counts = {"a": 1000, "b": 1000, "c": 1}
    assert shares({"a": 99.0, "b": 1.0, "c": 1.0}, counts, 40) == {"a": 39, "b": 2, "c": 1}


def test_collisions_also_by_case():
    names = ["a/1.png", "A/1.JPG", "b.png", "b.pdf", "c/\u00e9.png", "c/e\u0301.bmp"]
    items = items_unchecked([Found(name, name, 1, 1) for name in names], None)[0]
    found = [[item.found.name for item in group] for group in collisions(items)]
    assert found == [["a/1.png", "A/1.JPG"], ["c/\u00e9.png", "c/e\u0301.bmp"]]
    assert len(collisions(items_unchecked([item.found for item in items], "png")[0])) == 3


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    """Return an archive of small pages: 30 that are alike, a file of three pages, and bad ones."""
    folder = tmp_path_factory.mktemp("plan") / "in"
    for number in range(30):
        path = folder / f"box {number // 10}" / f"{number}.{('png', 'jpg')[number % 2]}"
        path.parent.mkdir(parents=True, exist_ok=True)
        size = 60 + 10 * number
        Image.fromarray(letters(size, 2 * size, number)[0]).save(path, dpi=(300, 300))
    several = [Image.fromarray(letters(90, 80, seed)[0]) for seed in range(3)]
    several[0].save(folder / "book.tif", save_all=True, append_images=several[1:], dpi=(300, 300))
    (folder / "empty.png").write_bytes(b"")
    data = (folder / "box 0/8.png").read_bytes()
    (folder / "short.png").write_bytes(data[: len(data) // 2])
    return folder


OTSU = batch.Treatment("otsu")


def test_a_plan(source, tmp_path):
    out = tmp_path / "out"
    plan = batch.forecast(source, out, OTSU, sample=8, workers=2)
    assert not out.exists()
    assert {name: (k.files, k.pages) for name, k in plan.kinds.items()} == {
        "jpg": (15, 15),
        "png": (17, 16),
        "tif": (1, 3),
    }
    assert sum(kind.bytes for kind in plan.kinds.values()) == sum(
        path.stat().st_size for path in source.rglob("*.*")
    )
    assert [each.path for each in plan.unreadable] == [str(source / "empty.png")]
    assert "it is empty" in plan.unreadable[0].error
    assert (plan.collisions, plan.refused, plan.done, plan.workers) == ((), None, 0, 2)
    assert 6 <= len(plan.sample) <= 12
    assert plan.pages.value == 34
    assert 0 < plan.seconds.low <= plan.seconds.value <= plan.seconds.high
    records = batch.run(source, out, OTSU, workers=2)
    written = sum(record.written.size for record in records if record.written)
    assert plan.bytes.value == pytest.approx(written, rel=0.3)
    # What is done is not planned again.
    again = batch.forecast(source, out, OTSU, workers=2)
    assert again.done == 31
    assert [item.found.name for item in again.sample] == ["short.png"]
    assert "short.png" in again.failed
    other = batch.forecast(source, out, batch.Treatment("nick"), sample=2)
    assert "come from another setup (method otsu, now nick)" in other.refused


def test_everything_is_tried_where_there_is_little(source, tmp_path, monkeypatch):
    """Then the plan is the sum of what was measured, over the workers, and what comes once."""
    times = {}

    def tried(items, warm, treatment, means, listener):
        times.update({item.found.name: 1.0 + n for n, item in enumerate(items)})
        files = {name: Tried(took, 0.25, 100, 1, None) for name, took in times.items()}
        assert means.workers == 3
        return Trial(files, once=7.0)

    monkeypatch.setattr(forecasting, "tried", tried)
    plan = batch.forecast(source, tmp_path / "out", OTSU, sample=100, workers=3)
    assert len(times) == 32
    assert plan.seconds.value == pytest.approx(7 + sum(times.values()) / 3, abs=1)
    assert plan.seconds.low == plan.seconds.value == plan.seconds.high
    assert plan.bytes.value == 3200
    # A choice for each folder looks at pages, which is decoding them here, and starts twice.
    folder = batch.Treatment("auto", scope="folder")
    more = batch.forecast(source, tmp_path / "out", folder, sample=100, workers=3)
    looks = 0.25 * (31 + 1)
    assert more.seconds.value == pytest.approx(14 + (sum(times.values()) + looks) / 3, abs=1)


def test_what_would_be_refused(source, tmp_path):
    (tmp_path / "in").mkdir()
    for name in ("a.png", "A.bmp"):
        Image.fromarray(letters(60, 70)[0]).save(tmp_path / "in" / name)
    plan = batch.forecast(tmp_path / "in", tmp_path / "out", OTSU)
    assert [len(group) for group in plan.collisions] == [2]
    assert "would both be written to" in plan.refused
    assert plan.failed == {}
    with pytest.raises(UsageError, match="lies within"):
        batch.forecast(source, source / "out", OTSU)


def test_a_plan_of_what_is_in_an_archive(source, tmp_path):
    """Headers of members are not read; their pages are estimated."""
    with zipfile.ZipFile(tmp_path / "scans.zip", "w") as packed:
        for path in source.rglob("*.*"):
            packed.write(path, path.relative_to(source))
    plan = batch.forecast(tmp_path / "scans.zip", tmp_path / "out", OTSU, sample=100)
    assert plan.kinds["jpg"].files == 15
    assert {kind.pages for kind in plan.kinds.values()} == {None}
    assert plan.pages.value == 33
    assert {Path(name).name for name in plan.failed} == {"empty.png", "short.png"}


def test_a_plan_of_pages_that_do_not_fit(source, tmp_path):
    plan = batch.forecast(source, tmp_path / "out", OTSU, format="png", sample=2)
    (error,) = [each.error for each in plan.unreadable if "book" in each.path]
    assert "book.tif' has 3 pages, which do not fit into one PNG file; use --format tif" in error


def test_a_plan_of_nothing_readable(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in/a.png").write_bytes(b"")
    plan = batch.forecast(tmp_path / "in", tmp_path / "out")
    assert (plan.seconds, plan.bytes, plan.sample) == (None, None, ())
    assert plan.pages.value == 0


def test_sheet_columns():
    assert [*compared(batch.Treatment())] == ["as asked: net", "auto", "sauvola"]
    assert [*compared(batch.Treatment("auto"))] == ["as asked: auto", "net", "sauvola"]
    assert [*compared(batch.Treatment("sauvola", {"k": 0.3}))] == [
        *("as asked: sauvola", "net", "auto", "sauvola"),
    ]
    steps = batch.chosen_steps(deskew=True)
    for treatment in compared(batch.Treatment("nick", steps=steps, dpi=200)).values():
        assert (treatment.steps, treatment.dpi) == (steps, 200)


def test_a_sheet(source, tmp_path):
    plan = batch.forecast(source, tmp_path / "out", OTSU, sample=6)
    good = [item for item in plan.sample if item.found.name not in plan.failed]
    path = tmp_path / "sheet.png"
    names = write_sheet(path, good, dataclasses.replace(OTSU, max_pixels=10**6))
    assert len(names) == 3
    with Image.open(path) as sheet:
        pixels = np.asarray(sheet)
    # Before, and four methods; the results are black and white.
    assert pixels.shape[1] >= 5 * 360
    assert {0, 255} < set(np.unique(pixels))
    with pytest.raises(OutputError, match="exists"):
        write_sheet(path, good, OTSU)
    with pytest.raises(UsageError, match="a contact sheet is a PNG"):
        write_sheet(tmp_path / "sheet.jpg", good, OTSU)
    assert [each.name for each in tmp_path.iterdir()] == ["sheet.png"]
