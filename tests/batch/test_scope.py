"""One choice for a folder or a file: the same for all of it, whoever makes it and whenever."""

import dataclasses
import sqlite3

import numpy as np
import pytest
from PIL import Image

from docbin import batch, synth
from docbin.api import create
from docbin.batch.scope import PAGES, look, sample, spread
from docbin.errors import UsageError
from docbin.io import open_source
from docbin.methods.auto_scope import Fit, Seen, common, fitted, fitted_bands, seen

AUTO = create("auto")
FOLDER = batch.Treatment("auto", scope="folder")
DOCUMENT = batch.Treatment("auto", scope="document")


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """Return a folder of two folders, whose pages differ so much that auto's choices do."""
    root = tmp_path_factory.mktemp("scope")
    for number in range(6):
        page = synth.page(number, 420, 300, dpi=(100, 150)[number % 2])[0].astype(float)
        random = np.random.default_rng(number)
        noise = (2, 30)[number % 2]
        page = page * (1 - 0.1 * number) + random.normal(0, noise, page.shape) + 20
        path = root / "in" / "ab"[number // 3] / f"{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(page.clip(0, 255).astype(np.uint8)).save(path)
    pictures = [Image.open(path).copy() for path in sorted((root / "in/a").iterdir())]
    pictures[0].save(root / "book.tif", save_all=True, append_images=pictures[1:])
    return root


def methods(records):
    """Return name -> what its pages were made by."""
    return {each.name: {page.method for page in each.pages} for each in records}


def by_folder(records):
    found = {}
    for name, made in methods(records).items():
        found.setdefault(name.partition("/")[0], set()).update(made)
    return found


def sums(records):
    return {each.name: each.written.sha256 for each in records}


def test_a_folder_has_one_choice(pages, tmp_path):
    each = batch.run(pages / "in", tmp_path / "page", batch.Treatment("auto"))
    assert min(len(made) for made in by_folder(each).values()) > 1
    one = batch.run(pages / "in", tmp_path / "folder", FOLDER)
    assert {folder: len(made) for folder, made in by_folder(one).items()} == {"a": 1, "b": 1}
    # Shards, beside each other in books of their own, and one that lacks most of a folder.
    shards = [
        batch.run(pages / "in", tmp_path / "shards", FOLDER, shard=batch.Shard(number, 3))
        for number in (1, 2, 3)
    ]
    assert min(map(len, shards)) >= 1
    assert sums(record for shard in shards for record in shard) == sums(one)
    # Clean makes the same of the files of a folder.
    inputs = [str(path) for path in sorted((pages / "in/a").iterdir())]
    jobs = batch.plan(inputs, output=f"{tmp_path}/clean/")
    made = {p.method for done in batch.clean_jobs(jobs, FOLDER) for p in done.pages}
    assert made == by_folder(one)["a"]


def test_a_choice_that_was_made_stays(pages, tmp_path):
    """Also where what would be chosen is another: the books decide."""
    source = tmp_path / "in"
    (source / "a").mkdir(parents=True)
    (first, *others) = sorted((pages / "in/a").iterdir())
    (source / "a" / first.name).write_bytes(first.read_bytes())
    batch.run(source, tmp_path / "out", FOLDER)
    books = tmp_path / "out/.docbin/run.sqlite"
    connection = sqlite3.connect(books)
    row = connection.execute("SELECT folder, pages FROM choice").fetchall()
    assert row == [("a", 1)]
    connection.execute('UPDATE choice SET "window" = 45, k = 0.2, least = 7')
    connection.commit()
    connection.close()
    for path in others:
        (source / "a" / path.name).write_bytes(path.read_bytes())
    made = methods(batch.run(source, tmp_path / "out", FOLDER))
    for path in others:
        (said,) = made[f"a/{path.name}"]
        assert "window=45, k=0.2, " in said
        assert "least=7" in said


def test_another_scope_is_another_setup(pages, tmp_path):
    batch.run(pages / "in/a", tmp_path, FOLDER)
    with pytest.raises(UsageError, match="scope folder, now none"):
        batch.run(pages / "in/a", tmp_path, batch.Treatment("auto"))
    redone = batch.run(
        pages / "in/a", tmp_path, batch.Treatment("auto"), wishes=batch.Wishes(redo=True)
    )
    assert len(by_folder(redone)) == 3


def test_a_file_has_one_choice(pages, tmp_path):
    (alone,) = batch.run(pages / "book.tif", tmp_path / "page", batch.Treatment("auto"))
    assert len({page.method for page in alone.pages}) > 1
    (one,) = batch.run(pages / "book.tif", tmp_path / "document", DOCUMENT)
    assert len({page.method for page in one.pages}) == 1
    # As of the same pages in a folder, and as in one file that clean combines.
    inputs = [str(path) for path in sorted((pages / "in/a").iterdir())]
    for format in ("tif", "pdf"):
        jobs = batch.plan(inputs, output=str(tmp_path / f"book.{format}"))
        (done,) = batch.clean_jobs(jobs, DOCUMENT)
        assert {page.method for page in done.pages} == {page.method for page in one.pages}
    (done,) = batch.run(tmp_path / "book.pdf", tmp_path / "again", DOCUMENT)
    assert {page.method for page in done.pages} == {"untouched"}


def test_pdfs_in_place_have_one_choice(pages, tmp_path):
    pictures = [Image.open(path).copy() for path in sorted((pages / "in/b").iterdir())]
    pictures[0].save(tmp_path / "b.pdf", save_all=True, append_images=pictures[1:], resolution=150)
    (done,) = batch.run(tmp_path / "b.pdf", tmp_path / "out", DOCUMENT)
    assert len(done.pages) == 3
    assert len({page.method for page in done.pages}) == 1


def test_a_bad_page_is_not_looked_at(pages, tmp_path):
    source = tmp_path / "in"
    source.mkdir()
    for path in (pages / "in/a").iterdir():
        (source / path.name).write_bytes(path.read_bytes())
    good = by_folder(batch.run(source, tmp_path / "good", FOLDER))
    (source / "bad.png").write_bytes(b"\x89PNG\r\n\x1a\n broken")
    records = batch.run(source, tmp_path / "out", FOLDER)
    assert {record.name: record.status for record in records}["bad.png"] == "failed"
    assert set.union(*by_folder(records).values()) == set.union(*good.values())


def test_fixed_methods_have_no_scope(pages, tmp_path):
    for method in ("sauvola", "net", None):
        treatment = batch.Treatment(method, scope="folder")
        assert treatment.shared is None
        assert batch.Recipe(method, scope="folder").scope is None
    records = batch.run(pages / "in/a", tmp_path, batch.Treatment("otsu", scope="folder"))
    assert records == batch.run(pages / "in/a", tmp_path, batch.Treatment("otsu"))
    with pytest.raises(UsageError, match=r"no scope 'folders'\. Did you mean 'folder'"):
        batch.run(pages / "in/a", tmp_path, batch.Treatment("auto", scope="folders"))


def test_the_sample():
    names = [f"{number:04}.tif" for number in range(500)]
    chosen = sample(names)
    assert list(chosen.values()) == [1] * PAGES
    assert sample(reversed(names)) == chosen
    assert sample(names[:4]) == dict.fromkeys(sample(names[:4]), 4)
    # What is added later changes little.
    assert len(chosen.keys() & sample([*names, *(f"x{n}" for n in range(50))])) >= PAGES - 6
    assert spread(range(100), 4) == [12, 37, 62, 87]
    assert spread(range(3), 15) == [0, 1, 2]
    assert spread([], 15) == []


def test_the_common_choice(pages):
    """Of one page it is the page's own; of several it does not depend on their order."""
    looks = []
    for path in sorted((pages / "in").rglob("*.png")):
        (source,) = open_source(str(path))
        found = look(source, FOLDER)
        pixels = source.load().pixels
        assert fitted(AUTO, common([found])) == AUTO.choose(pixels)
        assert fitted_bands(AUTO, common([found]), source.bands(512)) == (
            AUTO.choose_banded(source.bands(512))
        )
        looks.append(found)
    assert common(looks) == common(looks[::-1])
    assert common([*looks, Seen((), 99)])[:2] == common(looks)[:2]
    fine = dataclasses.replace(AUTO, dpi=600.0)
    assert fitted(fine, Fit(25, 0.1, 3)).window == 51
    blank = seen(AUTO, AUTO.looked_at(np.full((90, 90), 200, np.uint8)))
    assert blank.lost == ()
    assert fitted(AUTO, common([blank])) == AUTO.choose(np.full((90, 90), 200, np.uint8))
    assert common([]) == Fit(25, 0.1, 0)
