"""Opened books: columns and seals lie where their labels say, equal seeds give equal books."""

import numpy as np
import pytest

from docbin.errors import UsageError
from docbin.evaluate.labels import read_labels
from docbin.regions import SEAL, TEXT
from docbin.synth.book_folder import write_books
from docbin.synth.books import book
from docbin.synth.faces import face
from docbin.synth.seal_ranges import BOOKS, SEALS, SPAN, TEST
from docbin.synth.voc import KINDS
from docbin.synth.woodblock import block, column, impression

SMALL = (400, 300)
FEW = range(12)


@pytest.fixture(scope="module")
def books():
    return [book(index, *SMALL, fonts=[]) for index in FEW]


def boxes(made, kind):
    return [
        (*label.region.polygon.min(0), *label.region.polygon.max(0))
        for label in made.labels
        if label.region.kind == kind
    ]


def words():
    while True:
        yield "word"


def test_the_same_number_gives_the_same_book(books):
    again = book(3, *SMALL, fonts=[])
    assert np.array_equal(again.image, books[3].image)
    assert np.array_equal(again.truth, books[3].truth)
    assert boxes(again, TEXT) == boxes(books[3], TEXT)
    assert not np.array_equal(books[3].image, books[4].image)


def test_image_truth_and_labels_are_of_the_photo(books):
    for made in books:
        assert made.image.shape == (SMALL[1], SMALL[0], 3)
        assert made.image.dtype == np.uint8
        assert made.truth.shape == (SMALL[1], SMALL[0])
        assert {label.region.kind for label in made.labels} <= {TEXT, SEAL}
        for label in made.labels:
            assert (label.region.polygon >= -1).all()
            assert (label.region.polygon <= np.add(SMALL, 1)).all()


def test_columns_have_ink_and_seals_have_color(books):
    seals = 0
    for made in books:
        for x0, y0, x1, y1 in boxes(made, TEXT):
            part = made.truth[int(y0) : int(y1) + 1, int(x0) : int(x1) + 1]
            assert part.mean() > 0.03
            assert y1 - y0 > x1 - x0 or y1 - y0 < 40  # columns run down; some are one letter
        seals += len(boxes(made, SEAL))
    assert seals >= 5
    assert sum(len(boxes(made, TEXT)) for made in books) > 60


def test_an_impression_marks_every_column_it_writes():
    """Without frame, rules, drawings and readings all ink lies in the boxes."""
    rng = np.random.default_rng(0)
    for _ in range(40):
        its = block(rng, face("bold"))
        if not (its.framed or its.readings):
            break
    drawings = 0
    for seed in range(6):
        page = impression(np.random.default_rng(seed), (300, 260), its, words())
        rest = page.cover.copy()
        for x0, y0, x1, y1 in page.columns:
            rest[int(y0) : int(y1), int(x0) : int(x1)] = 0
        drawings += (rest > 127).sum() > 40
        assert len(page.columns) >= 3
    assert drawings < 6  # some pages have a drawing, and others have not


def test_a_column_is_where_its_box_says():
    canvas = np.zeros((200, 120), np.uint8)
    its = block(np.random.default_rng(4), face("bold"))
    box = column(np.random.default_rng(1), canvas, its, words(), (50, 20, 180), 20)
    rows, across = np.flatnonzero(canvas.max(1) > 127), np.flatnonzero(canvas.max(0) > 127)
    assert box == (across[0], rows[0], across[-1] + 1, rows[-1] + 1)
    assert 15 <= box[1] < 40 < 140 < box[3] <= 185
    assert column(np.random.default_rng(1), canvas, its, words(), (50, 20, 25), 20) is None


def test_seeds_and_seals_are_not_those_of_the_test():
    assert all(abs(BOOKS.first - ranges.first) >= SPAN for ranges in SEALS.values())
    assert not set(BOOKS.shapes) & set(TEST.shapes)
    assert BOOKS.seal_fonts != TEST.seal_fonts


def test_a_folder_of_books_is_read_as_ndl_docl(tmp_path, books):
    folder = write_books(tmp_path / "a", 2, 3, size=SMALL, fonts=[])
    pages = read_labels(folder / "gt", "ndl-docl")
    assert not pages.failures
    assert [page.name for page in pages.pages] == ["00000003", "00000004"]
    for made, page in zip(books[3:5], pages.pages, strict=True):
        assert not page.problems
        found = [(one.region.kind, one.region.polygon.min(0).tolist()) for one in page.labels]
        expected = [
            (KINDS[one.region.kind], one.region.polygon.min(0).round().tolist())
            for one in made.labels
        ]
        assert found == expected
    assert (folder / "images/00000004.png").is_file()
    assert (folder / "ink/00000004.png").is_file()


def test_what_cannot_be_is_refused(tmp_path):
    for given in ((-1,), (SPAN,), (0, 100, 300), (0, 300, 30000)):
        with pytest.raises(UsageError):
            book(*given, fonts=[])
    with pytest.raises(UsageError, match="last book"):
        write_books(tmp_path / "a", 2, SPAN - 1)
