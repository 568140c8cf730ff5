"""``docbin data synth`` as an installed program."""

import csv

import numpy as np
from program import docbin, printed

from docbin import synth
from docbin.evaluate import Dataset
from docbin.evaluate.labels.reading import read_labels
from docbin.io import read_mask, read_pages
from docbin.synth.books import book
from docbin.synth.scenes import SCENES, scene
from docbin.synth.seals import SEALS, sealed


def test_pages_are_written_and_can_be_scored(tmp_path):
    nothing = tmp_path / "fonts"
    nothing.mkdir()
    docbin("data", "synth", tmp_path / "a", "--fonts", nothing, code=3)
    run = docbin("data", "synth", tmp_path / "a", "-n", "3", "--seed", "5", "--size", "300", "260")
    assert printed(run) == [str(tmp_path / "a")]
    data = Dataset.open(tmp_path / "a", split="train")
    assert [sample.name for sample in data] == [f"synthetic/000000{seed}" for seed in (5, 6, 7)]
    for seed, sample in enumerate(data, 5):
        image, truth = synth.scan(seed, 300, 260)
        np.testing.assert_array_equal(next(read_pages(sample.image)).pixels, image)
        np.testing.assert_array_equal(read_mask(sample.truth), truth)
    with (tmp_path / "a/INDEX.csv").open() as stream:
        rows = list(csv.DictReader(stream))
    assert [row["seed"] for row in rows] == ["5", "6", "7"]
    assert all(row["script"] and row["fonts"] and row["layout"] for row in rows)
    scored = docbin("score", "-m", "otsu", "--data", tmp_path / "a", "--csv", "--no-weights")
    assert len(printed(scored)) == 4


def test_a_folder_with_files_is_kept(tmp_path):
    (tmp_path / "mine").write_text("x")
    small = ["-j", "1", "-n", "1", "--size", "64", "64"]
    run = docbin("data", "synth", tmp_path, *small, code=5)
    assert "not empty" in run.stderr
    docbin("data", "synth", tmp_path, *small, "--force")
    assert (tmp_path / "mine").read_text() == "x"
    assert (tmp_path / "gt/0000000.png").is_file()
    (tmp_path / "file").write_text("x")
    run = docbin("data", "synth", tmp_path / "file", *small, code=5)
    assert "cannot be written" in run.stderr


def test_processes_change_nothing(tmp_path):
    for jobs in ("1", "2"):
        options = ["-n", "4", "--size", "200", "160", "-j", jobs]
        docbin("data", "synth", tmp_path / jobs, *options)
    files = sorted(path.relative_to(tmp_path / "1") for path in (tmp_path / "1").rglob("*.*"))
    assert len(files) == 9
    for file in files:
        assert (tmp_path / "1" / file).read_bytes() == (tmp_path / "2" / file).read_bytes()


def test_pages_with_seals(tmp_path):
    options = ["-n", "2", "--seed", "3", "--size", "300", "260", "--seals", "test"]
    docbin("data", "synth", tmp_path / "a", *options)
    data = Dataset.open(tmp_path / "a", split="test")
    assert [sample.name for sample in data] == ["seals/0000003", "seals/0000004"]
    with (tmp_path / "a/INDEX.csv").open() as stream:
        rows = list(csv.DictReader(stream))
    for index, sample, row in zip((3, 4), data, rows, strict=True):
        page = sealed(index, SEALS["test"], 300, 260)
        np.testing.assert_array_equal(next(read_pages(sample.image)).pixels, page.image)
        np.testing.assert_array_equal(read_mask(sample.truth), page.truth)
        np.testing.assert_array_equal(read_mask(tmp_path / "a" / row["area"]), page.area)
        assert len(row["seals"].split("; ")) == len(page.seals)
        assert page.seals[0].color in row["seals"]
        (boxes,) = read_labels(tmp_path / "a/seals" / f"{index:07}.xml", "ndl-docl").pages
        found = [(*one.region.polygon.min(0), *one.region.polygon.max(0)) for one in boxes.labels]
        assert found == [seal.box for seal in page.seals]
        assert {one.region.kind for one in boxes.labels} == {"5_stamp"}
        x0, y0, x1, y1 = page.seals[-1].box
        assert page.area[y0:y1, x0:x1].any()
    run = docbin("data", "synth", tmp_path / "b", "--seed", "999999", *options[:2], *options[4:],
                 code=2)  # fmt: skip
    assert "999999" in run.stderr
    assert not (tmp_path / "b").exists()


def test_photos_with_text(tmp_path):
    options = ["--kind", "scenes", "-n", "2", "--seed", "3", "--size", "200", "160"]
    run = docbin("data", "synth", tmp_path / "a", *options, "--scenes", "development")
    assert printed(run) == [str(tmp_path / "a")]
    data = Dataset.open(tmp_path / "a", split="development")
    assert [sample.name for sample in data] == ["scenes/00000003", "scenes/00000004"]
    words = read_labels(tmp_path / "a/labels/words", "icdar2015")
    for index, sample, labels in zip((3, 4), data, words.pages, strict=True):
        photo = scene(index, SCENES["development"], 200, 160)
        np.testing.assert_array_equal(next(read_pages(sample.image)).pixels, photo.image)
        np.testing.assert_array_equal(read_mask(sample.truth), photo.truth)
        assert len(labels.labels) == len(photo.words)
    wrong = [
        (["--scenes", "test"], "--kind scenes"),
        (["--photos", tmp_path], "--kind scenes"),
        (["--kind", "scenes", "--seals", "test"], "--seals"),
        (["--kind", "books", "--seals", "test"], "--seals"),
        (["--kind", "books", "--scenes", "test"], "--kind scenes"),
    ]
    for given, said in wrong:
        assert said in docbin("data", "synth", tmp_path / "b", *given, code=2).stderr
    (tmp_path / "empty").mkdir()
    run = docbin("data", "synth", tmp_path / "b", *options, "--photos", tmp_path / "empty", code=3)
    assert "no photograph" in run.stderr
    assert not (tmp_path / "b").exists()


def test_opened_books(tmp_path):
    options = ["--kind", "books", "-n", "2", "--seed", "3", "--size", "400", "300", "-j", "2"]
    run = docbin("data", "synth", tmp_path / "a", *options)
    assert printed(run) == [str(tmp_path / "a")]
    pages = read_labels(tmp_path / "a/gt", "ndl-docl").pages
    for index, labels in zip((3, 4), pages, strict=True):
        made = book(index, 400, 300)
        name = f"{index:08}.png"
        pixels = next(read_pages(tmp_path / "a/images" / name)).pixels
        np.testing.assert_array_equal(pixels, made.image)
        np.testing.assert_array_equal(read_mask(tmp_path / "a/ink" / name), made.truth)
        assert len(labels.labels) == len(made.labels)


def test_wrong_options(tmp_path):
    for options in (["--size", "5", "5"], ["--count", "0"], ["--seed", "-1"]):
        docbin("data", "synth", tmp_path / "a", *options, code=2)
    assert not (tmp_path / "a").exists()
