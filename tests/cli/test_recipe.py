"""Recipes on the command line: the same files, wherever and however they are made."""

import csv
import hashlib
import json
import sqlite3
import tomllib

import numpy as np
import pytest
from PIL import Image
from program import docbin, letters, printed

from docbin import Recipe, batch
from docbin.runtime.random_unet import random_unet

GRAY, _ = letters(300, 240)


@pytest.fixture
def folder(tmp_path):
    """Return a folder with pages of several formats in `in`."""
    (tmp_path / "in").mkdir()
    shade = np.linspace(0.6, 1, GRAY.shape[1])
    shades = [np.uint8(GRAY * part) for part in (shade, shade[::-1])]
    first, last = map(Image.fromarray, shades)
    first.copy().save(tmp_path / "in/a.png", dpi=(200, 200))
    last.copy().save(tmp_path / "in/b.jpg")
    first.copy().save(tmp_path / "in/c.tif", save_all=True, append_images=[last], dpi=(150, 150))
    last.copy().save(tmp_path / "in/d.pdf", resolution=200)
    return tmp_path


def results(path):
    return {each.name: each.read_bytes() for each in path.iterdir() if each.is_file()}


OPTIONS = {
    "plain": [],
    "steps": ["-m", "sauvola", "--set", "window=3mm", "--deskew", "--despeckle"],
    "pdf": ["-m", "auto", "--dpi", "200", "--format", "pdf"],
}


@pytest.mark.parametrize("options", OPTIONS.values(), ids=OPTIONS)
def test_a_recipe_makes_the_same_files(folder, options):
    """In other processes, another folder and environment, on other threads, by clean and batch."""
    inputs = [f"in/{name}" for name in ("a.png", "b.jpg", "c.tif")]
    if "pdf" not in options:
        inputs.append("in/d.pdf")
    docbin("clean", *options, *inputs, "-o", "first/", "--save-recipe", "r.toml", cwd=folder)
    (folder / "elsewhere").mkdir()
    (folder / "r.toml").rename(folder / "elsewhere/r.toml")
    recipe = ["--recipe", "elsewhere/r.toml"]
    other = {"HOME": str(folder), "TZ": "Asia/Tokyo", "LC_ALL": "C", "DOCBIN_KERNELS": "scalar"}
    docbin("clean", *recipe, *inputs, "-o", "again/", "--threads", "1", cwd=folder, env=other)
    docbin("batch", *recipe, *inputs, "out", "--workers", "1", "--threads", "3", cwd=folder)
    first = results(folder / "first")
    assert len(first) == len(inputs)
    assert results(folder / "again") == first
    assert results(folder / "out") == first
    # The options and the recipe are one setup: nothing is left to do, and both say the same.
    run = docbin("batch", *options, *inputs, "out", "--save-recipe", "b.toml", cwd=folder)
    assert f"({len(inputs)} of them before)" in printed(run)[0]
    assert (folder / "b.toml").read_bytes() == (folder / "elsewhere/r.toml").read_bytes()


def test_the_books_know_the_recipe(folder):
    docbin("batch", "in", "out", "-m", "nick", "--save-recipe", "a.toml", cwd=folder)
    text = (folder / "a.toml").read_bytes()
    docbin("batch", "--export", "r.csv", "out", cwd=folder)
    docbin("batch", "--export", "r.json", "out", cwd=folder)
    with (folder / "r.csv").open() as file:
        rows = list(csv.DictReader(file))
    sums = {row["recipe_sha256"] for row in rows + json.loads((folder / "r.json").read_text())}
    assert sums == {hashlib.sha256(text).hexdigest()}
    run = docbin("batch", "--save-recipe", "b.toml", "out", cwd=folder)
    assert printed(run) == ["b.toml"]
    assert (folder / "b.toml").read_bytes() == text
    docbin("batch", "in/a.png", "out", "-m", "otsu", "--redo", cwd=folder)
    run = docbin("batch", "--save-recipe", "c.toml", "out", cwd=folder, code=2)
    assert "were made by 2 recipes" in run.stderr
    run = docbin("batch", "--save-recipe", "r.csv", "out", cwd=folder, code=2)


def test_books_of_before_there_were_recipes(folder):
    docbin("batch", "in", "out", "-m", "otsu", cwd=folder)
    books = sqlite3.connect(folder / "out/.docbin/run.sqlite")
    books.execute("DROP TABLE recipe")
    books.close()
    assert {record.setup.recipe for record in batch.read_records(folder / "out")} == {None}
    run = docbin("batch", "--save-recipe", "a.toml", "out", cwd=folder, code=2)
    assert "made by an older docbin" in run.stderr
    run = docbin("batch", "in", "out", "-m", "otsu", cwd=folder)
    assert "(4 of them before)" in printed(run)[0]


def test_options_beside_a_recipe(folder):
    recipe = folder / "r.toml"
    Recipe("sauvola", {"k": 0.3}).save(recipe)
    given = ["clean", "in/b.jpg", "-o", "x.png", "--recipe", "r.toml"]
    for option, words in {
        ("-m", "otsu"): "-m otsu contradicts the recipe 'r.toml', which says method = 'sauvola'",
        ("--set", "k=0.2"): "says k = 0.3",
        ("--set", "kk=0.2"): "says no kk",
        ("--deskew",): "--deskew contradicts the recipe 'r.toml', which says no such step",
        ("--set", "weights=small"): "'r.toml' names no weights",
    }.items():
        assert words in docbin(*given, *option, cwd=folder, code=2).stderr
    # What says the same, and what the recipe leaves open.
    docbin(*given, "-m", "sauvola", "--set", "k=0.3", cwd=folder)
    more = ["--dpi", "150", "--paper", "a4", "--format", "tif", "--save-recipe", "more.toml"]
    docbin("batch", "in/b.jpg", "out", "--recipe", "r.toml", *more, cwd=folder)
    assert [*results(folder / "out")] == ["b.tif"]
    said = tomllib.loads((folder / "more.toml").read_text())
    assert (said["dpi"], said["paper"], said["format"]) == (150, "a4", "tiff")
    run = docbin(*given, "--recipe", "more.toml", "--dpi", "300", cwd=folder, code=2)
    assert "--dpi 300.0 contradicts the recipe 'more.toml', which says dpi = 150.0" in run.stderr


def test_what_is_said_of_bad_recipes(folder):
    (folder / "bad.toml").write_text("method = ")
    (folder / "wrong.toml").write_text('schema = 1\ndocbin = "1"\nmethod = "sauvolla"\n')
    (folder / "new.toml").write_text('schema = 7\ndocbin = "9.9"\nmethod = "brain"\n')
    for command, name, code, words in (
        ("clean", "bad.toml", 3, "'bad.toml' is no recipe: it is no TOML"),
        ("batch", "wrong.toml", 2, "'wrong.toml': there is no method 'sauvolla'. Did you mean"),
        ("batch", "new.toml", 3, "is of schema 7, this docbin reads 1"),
    ):
        target = {"clean": ["-o", "x.png"], "batch": ["out"]}[command]
        run = docbin(command, "in/a.png", *target, "--recipe", name, cwd=folder, code=code)
        assert words in run.stderr
        assert not (folder / target[-1]).exists()


def test_another_version_is_said(folder):
    Recipe("otsu", docbin="0.0.1").save(folder / "r.toml")
    given = ["batch", "in/a.png", "out", "--recipe", "r.toml"]
    assert "made with docbin 0.0.1, this is " in docbin(*given, cwd=folder).stderr
    assert docbin(*given, "-q", cwd=folder).stderr == ""
    (record,) = batch.read_records(folder / "out")
    assert record.setup.recipe == (folder / "r.toml").read_text()


def test_weights_on_another_machine(folder):
    (folder / "here").mkdir()
    (folder / "here/own.docbin").write_bytes(random_unet(0, widths=(8, 8)).to_bytes())
    own = ["-m", "net", "--set", "weights=here/own.docbin", "--save-recipe", "r.toml"]
    docbin("clean", "in/a.png", "-o", "a.png", *own, cwd=folder)
    (folder / "here").rename(folder / "there")
    given = ["clean", "in/a.png", "-o", "b.png", "--recipe", "r.toml"]
    assert "are not here" in docbin(*given, cwd=folder, code=3).stderr
    assert "have the sum" in docbin(*given, "--set", "weights=small", cwd=folder, code=3).stderr
    docbin(*given, "--set", "weights=there/own.docbin", cwd=folder)
    assert (folder / "a.png").read_bytes() == (folder / "b.png").read_bytes()


def test_scope(folder):
    """One choice for all that is combined; where there is nothing to choose, that is said."""
    docbin("clean", "in/a.png", "in/b.jpg", "-o", "each.pdf", "-m", "auto", cwd=folder)
    given = ["clean", "in/a.png", "in/b.jpg", "--scope", "document"]
    run = docbin(*given, "-o", "one.pdf", "-m", "auto", "--save-recipe", "r.toml", cwd=folder)
    said = {line.partition("auto chose ")[2] for line in run.stderr.splitlines()} - {""}
    assert len(said) == 1
    docbin("clean", "in/a.png", "in/b.jpg", "-o", "two.pdf", "--recipe", "r.toml", cwd=folder)
    assert (folder / "one.pdf").read_bytes() == (folder / "two.pdf").read_bytes()
    run = docbin(*given, "-o", "n.pdf", "-m", "nick", cwd=folder)
    assert "--scope document changes nothing: nick has the same parameters for all" in run.stderr
    other = ["in/a.png", "out", "--recipe", "r.toml", "--scope", "folder"]
    run = docbin("batch", *other, cwd=folder, code=2)
    assert "--scope folder contradicts the recipe 'r.toml', which says scope = 'doc" in run.stderr
