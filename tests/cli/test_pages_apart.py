"""Files of several pages as PNG: a file for each page, and none of them takes another's place."""

import pytest
from PIL import Image
from program import clean, letters, printed


@pytest.fixture
def folder(tmp_path):
    pages = [Image.fromarray(letters(80, 90, seed)[0]) for seed in range(3)]
    pages[0].save(tmp_path / "book.tif", save_all=True, append_images=pages[1:], dpi=(300, 300))
    pages[2].save(tmp_path / "book-1.tif", dpi=(300, 300))
    return tmp_path


def test_a_file_for_each_page(folder):
    run = clean("book.tif", "-o", "out/", "--format", "png", cwd=folder)
    assert printed(run) == [f"out/book-{number}.png" for number in (1, 2, 3)]


def test_a_name_that_is_taken(folder):
    """Found out only when the file is open, and also where --force allows to overwrite."""
    for force in ([], ["--force"]):
        given = ["book.tif", "book-1.tif", "-o", "out/", "--format", "png", *force]
        run = clean(*given, cwd=folder, code=1)
        assert "'book-1.tif': its result 'out/book-1.png' is that of 'book.tif', too" in run.stderr
        assert len(list((folder / "out").iterdir())) == 3
    first = (folder / "out/book-1.png").read_bytes()
    run = clean("book-1.tif", "book.tif", "-o", "two/", "--format", "png", cwd=folder, code=1)
    assert "'book.tif': its result 'two/book-1.png' is that of 'book-1.tif', too" in run.stderr
    assert [path.name for path in (folder / "two").iterdir()] == ["book-1.png"]
    assert (folder / "two/book-1.png").read_bytes() != first
