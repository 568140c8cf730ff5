"""Every script in examples/ runs as it stands, in an empty folder, and does what it says."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

EXAMPLES = Path(__file__).parents[2] / "examples"

# Script -> the files that it makes.
MADE = {
    "before_after.py": ["before_after.png"],
    "binarize.py": ["page.png"],
    "clean_archive.py": ["archive.toml", "cleaned", "records.csv", "scans"],
    "compare_methods.py": [],
    "folder_to_document.py": ["book.pdf", "book.tif"],
    "sample_page.py": ["page.jpg", "page_truth.png"],
    "score_results.py": [],
    "tune_parameters.py": [],
}


def run(name, folder):
    done = subprocess.run(
        [sys.executable, "-W", "error", EXAMPLES / name],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout


def test_all_are_tested():
    assert sorted(path.name for path in EXAMPLES.glob("*.py")) == sorted(MADE)


@pytest.mark.parametrize("name", MADE)
def test_example(name, tmp_path):
    assert run(name, tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == MADE[name]


def test_document_has_three_pages(tmp_path):
    run("folder_to_document.py", tmp_path)
    with Image.open(tmp_path / "book.tif") as book:
        assert book.n_frames == 3
        assert book.mode == "1"
        assert tuple(map(round, book.info["dpi"])) == (100, 100)
    assert (tmp_path / "book.pdf").read_bytes().count(b"/CCITTFaxDecode") == 3


def test_an_archive_is_cleaned(tmp_path):
    """Each folder by one choice, and the records are those of the program."""
    lines = run("clean_archive.py", tmp_path).splitlines()
    assert lines[0] == "6 pages, 0 of the files cannot be read"
    assert lines[-1] == "6 ok"
    methods = {}
    for line in lines[1:-1]:
        name, _, rest = line.partition(": done, ")
        methods.setdefault(name.partition("/")[0], set()).add(rest)
    assert {name: len(made) for name, made in methods.items()} == {"box 0": 1, "box 1": 1}


def test_cleaning_is_good(tmp_path):
    printed = run("before_after.py", tmp_path)
    assert float(printed.split()[1].rstrip(",")) > 80


def test_the_picture_of_the_readme_is_ours(tmp_path):
    """The left half of the picture that is kept is what the script makes."""
    run("before_after.py", tmp_path)
    kept, made = EXAMPLES / "before_after.png", tmp_path / "before_after.png"
    assert kept.stat().st_size < 150_000
    halves = []
    for path in (kept, made):
        with Image.open(path) as picture:
            half = picture.convert("RGB").crop((0, 0, 600, picture.height))
            halves.append(np.asarray(half, dtype=int))
    # Which 48 colours stand for the page may differ between versions of Pillow.
    assert np.abs(halves[0] - halves[1]).mean() < 4


def test_methods_are_ranked(tmp_path):
    lines = run("compare_methods.py", tmp_path).splitlines()
    scores = {line.split()[0]: float(line.split()[1]) for line in lines[1:]}
    assert scores["auto"] > scores["otsu"]


def test_the_sample_page_is_ours(tmp_path):
    run("sample_page.py", tmp_path)
    with Image.open(EXAMPLES / "page.jpg") as kept, Image.open(tmp_path / "page.jpg") as made:
        # What JPEG loses may differ between versions of its library.
        assert np.abs(np.asarray(kept, int) - np.asarray(made, int)).mean() < 1
    kept, made = (folder / "page_truth.png" for folder in (EXAMPLES, tmp_path))
    with Image.open(kept) as first, Image.open(made) as second:
        assert np.array_equal(np.asarray(first), np.asarray(second))
