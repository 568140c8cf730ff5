"""``docbin detect``: formats, where results go, and what is refused."""

import csv
import io
import json
import os
import sys
import xml.etree.ElementTree as ElementTree
from types import SimpleNamespace

import numpy as np
import pytest
from detector_files import text_network, word_photo, words
from PIL import Image
from program import docbin, printed, strict
from text_maps import iou

from docbin.cli import main
from docbin.detect.db import Db
from docbin.detect.page_xml import NAMESPACE
from docbin.errors import UsageError
from docbin.evaluate.detection.run import score_detection
from docbin.evaluate.labels import read_labels
from docbin.runtime.shipped import DETECTOR, index

SETTINGS = ("--set", "threshold=0.1", "--set", "unclip=0.1", "--set", "side=0")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    (tmp_path / "w.docbin").write_bytes(text_network().to_bytes())
    Image.fromarray(word_photo()).save(tmp_path / "a.png")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def detect(monkeypatch, capfdbinary):
    """Return what runs the command in this process, with the exit code that is expected."""

    def run(*arguments, code=0, found=("--set", "weights=w.docbin", *SETTINGS)):
        monkeypatch.setattr(sys, "argv", ["docbin", "detect", *arguments, *found])
        with pytest.raises(SystemExit) as left:
            main()
        out, err = capfdbinary.readouterr()
        assert left.value.code == code, err
        return SimpleNamespace(stdout=out, stderr=err.decode())

    return run


def test_json_on_standard_output(folder, detect):
    document = strict(detect("a.png"))
    (page,) = document["pages"]
    assert (page["source"], page["page"]) == ("a.png", 1)
    assert (page["width"], page["height"], page["error"]) == (320, 240, None)
    for word, region in zip(words(), page["regions"], strict=True):
        assert iou(word, region["polygon"]) > 0.8
        assert set(region) == {"polygon", "score", "kind"}
    assert document["detector"]["unclip"] == 0.1
    assert document["failed"] == 0


def test_csv(folder, detect):
    Image.fromarray(word_photo()).save(folder / "b.png")
    rows = list(csv.DictReader(io.StringIO(detect("a.png", "b.png", "-o", "-", "--format",
                                                  "csv").stdout.decode())))  # fmt: skip
    assert [(row["source"], row["region"]) for row in rows] == [
        (name, str(place)) for name in ("a.png", "b.png") for place in (1, 2, 3)
    ]
    corners = [tuple(map(float, pair.split(","))) for pair in rows[0]["polygon"].split()]
    assert iou(words()[0], corners) > 0.8


def test_results_can_be_scored(folder, detect):
    """What `detect` writes as regions, `score --detect` reads: a perfect H."""
    (folder / "truth").mkdir()
    lines = [",".join(str(round(float(v))) for v in word.ravel()) + ",text" for word in words()]
    (folder / "truth/gt_a.txt").write_text("\n".join(lines))
    for form in ("regions", "icdar"):
        run = detect("a.png", "-o", f"{form}/", "--format", form)
        assert printed(run) == [f"{form}/a.txt"]
        found, truth = read_labels(form, "regions"), read_labels("truth", "icdar2015")
        scored = score_detection(found, truth)
        assert scored.rules["icdar2015"].h == 1
        assert (scored.ranking is None) == (form == "icdar")
    assert all(
        number.lstrip("-").isdigit()
        for number in (folder / "icdar/a.txt").read_text().replace("\n", ",").rstrip(",").split(",")
    )


def test_page_xml(folder, detect):
    assert printed(detect("a.png", "-o", "a.xml")) == ["a.xml"]
    root = ElementTree.parse(folder / "a.xml").getroot()
    space = {"p": NAMESPACE}
    assert root.tag == f"{{{NAMESPACE}}}PcGts"
    page = root.find("p:Page", space)
    assert page.attrib == {"imageFilename": "a.png", "imageWidth": "320", "imageHeight": "240"}
    order = [ref.get("regionRef") for ref in root.iterfind(".//p:RegionRefIndexed", space)]
    regions = page.findall("p:TextRegion", space)
    assert order == [region.get("id") for region in regions] == ["r1", "r2", "r3"]
    for word, region in zip(words(), regions, strict=True):
        coords = region.find("p:TextLine/p:Coords", space)
        points = [tuple(map(int, pair.split(","))) for pair in coords.get("points").split()]
        assert iou(word, points) > 0.7
        assert 0 <= float(coords.get("conf")) <= 1


def test_pages_of_a_file_and_a_folder(folder, detect):
    photo = Image.fromarray(word_photo())
    (folder / "in").mkdir()
    photo.save(folder / "in/two.tif", save_all=True, append_images=[photo.rotate(180)])
    photo.save(folder / "in/IMG_2.jpg", quality=95)
    run = detect("in", "-o", "out/", "--overlay", "out/", "--format", "json")
    stems = ("IMG_2", "two-1", "two-2")
    assert printed(run) == [f"out/{stem}{ending}" for stem in stems for ending in (".json", ".png")]
    pages = [json.loads((folder / f"out/two-{n}.json").read_text())["pages"][0] for n in (1, 2)]
    assert [page["page"] for page in pages] == [1, 2]
    assert len(pages[1]["regions"]) == len(words())
    with Image.open(folder / "out/IMG_2.png") as picture:
        assert (picture.mode, picture.size) == ("RGB", (320, 240))


def test_orientation_is_applied(folder, detect):
    photo = Image.fromarray(np.ascontiguousarray(np.rot90(word_photo())))
    exif = Image.Exif()
    exif[0x0112] = 6
    photo.save(folder / "turned.jpg", exif=exif, quality=95)
    (page,) = strict(detect("turned.jpg"))["pages"]
    assert (page["width"], page["height"]) == (320, 240)
    for word, region in zip(words(), page["regions"], strict=True):
        assert iou(word, region["polygon"]) > 0.8


def test_a_pipe(folder):
    data = (folder / "a.png").read_bytes()
    given = ("detect", "-", "--set", "weights=w.docbin", *SETTINGS)
    (page,) = strict(docbin(*given, cwd=folder, stdin=data))["pages"]
    assert len(page["regions"]) == 3
    assert printed(docbin(*given, "-o", "x/", cwd=folder, stdin=data)) == ["x/stdin.json"]


def test_one_bad_image_does_not_stop_the_rest(folder, detect):
    (folder / "bad.png").write_bytes(b"\x89PNG\r\n\x1a\n broken")
    run = detect("bad.png", "a.png", code=1)
    document = strict(run)
    assert document["failed"] == 1
    bad, good = document["pages"]
    assert bad["error"]
    assert bad["exit_code"] == 3
    assert len(good["regions"]) == 3
    assert "bad.png" in run.stderr
    run = detect("bad.png", "nowhere.png", code=3)
    assert strict(run)["failed"] == 2
    assert detect("bad.png", "--format", "page-xml", code=3).stdout == b""


def test_nothing_is_overwritten(folder, detect):
    (folder / "out.json").write_text("mine")
    for arguments in (("-o", "out.json"), ("-o", "o/", "--overlay", "out.json")):
        assert "exists" in detect("a.png", *arguments, code=5).stderr
        assert (folder / "out.json").read_text() == "mine"
    detect("a.png", "-o", "out.json", "--force")
    assert json.loads((folder / "out.json").read_text())["failed"] == 0
    assert not list(folder.glob(".docbin*"))
    assert "folder" in detect("a.png", "-o", "missing/out.json", code=5).stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("a.png", "a.png", "-o", "o/"), "given twice"),
        (("a.png", "b/a.tif", "-o", "o/"), "both be written"),
        (("a.png", "b.png", "--format", "icdar"), "do not fit"),
        (("a.png", "b.png", "--overlay", "o.png"), "one picture"),
        (("a.png", "--overlay", "a.png"), "the input itself"),
        (("a.png", "-o", "a.png"), "the input itself"),
        (("a.png", "--overlay", "-"), "--overlay"),
        (("-", "-"), "once only"),
        (("a.png", "-m", "bd"), "no detector 'bd'"),
        (("a.png", "--set", "sidde=3"), "Did you mean 'side'"),
        (("a.png", "--set", "shape=boxes"), "quad"),
        (("a.png", "--set", "most"), "KEY=VALUE"),
        ((), "Missing argument"),
    ],
)
def test_wrong_usage(folder, detect, arguments, said):
    run = detect(*arguments, code=2)
    assert said in run.stderr
    assert run.stdout == b""
    assert sorted(path.name for path in folder.iterdir()) == ["a.png", "w.docbin"]


def test_a_file_of_several_pages_fits_into_no_single_one(folder, detect):
    photo = Image.fromarray(word_photo())
    photo.save(folder / "two.tif", save_all=True, append_images=[photo])
    run = detect("two.tif", "--format", "icdar", code=3)
    assert "2 pages" in run.stderr
    assert run.stdout == b""
    assert len(strict(detect("two.tif"))["pages"]) == 2


def test_names_that_are_no_utf8(folder, detect):
    name = os.fsencode(str(folder)) + b"/\xff.png"
    (folder / "a.png").rename(os.fsdecode(name))
    (page,) = strict(detect(os.fsdecode(b"\xff.png")))["pages"]
    assert os.fsencode(page["source"]) == b"\xff.png"
    assert b"\xff.png" in detect(os.fsdecode(b"\xff.png"), "--format", "csv").stdout
    xml = detect(os.fsdecode(b"\xff.png"), "--format", "page-xml").stdout
    assert ElementTree.fromstring(xml) is not None


def test_without_weights_it_is_the_detector_that_docbin_comes_with(folder, detect):
    assert DETECTOR in index()
    (page,) = strict(detect("a.png", found=()))["pages"]
    assert page["source"] == "a.png"


def test_a_detector_that_is_missing_is_named(monkeypatch):
    monkeypatch.setattr("docbin.detect.db.index", dict)
    with pytest.raises(UsageError, match=r"reinstall docbin, or give .*weights=FILE"):
        Db()(np.full((40, 40), 200, np.uint8))
