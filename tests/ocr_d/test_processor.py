"""The OCR-D processor as a program, on workspaces; checked with OCR-D's own validators."""

import importlib.util
import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import mets_files
import numpy as np
import pytest
from PIL import Image

import docbin
from docbin.ocrd_tool import EXECUTABLE

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("ocrd") is None, reason="the package ocrd is not installed"
)
PROGRAMS = Path(sys.executable).parent
NS = {"pc": mets_files.PAGE_NAMESPACE, "mets": "http://www.loc.gov/METS/"}
SAUVOLA = ("-P", "method", "sauvola")
SMALL = (*SAUVOLA, "-P", "params", '{"window": 9}')
ALL = {"OCRD_MAX_MISSING_OUTPUTS": "-1"}
# Borders, a region that is no rectangle, and one that stands on its side; two of three have lines.
SEGMENTS = """<pc:Border><pc:Coords points="10,20 230,20 230,300 10,300"/></pc:Border>
<pc:TextRegion id="r1"><pc:Coords points="20,30 200,30 220,120 20,120"/>
  <pc:TextLine id="l1"><pc:Coords points="25,40 190,40 190,70 25,70"/></pc:TextLine>
  <pc:TextLine id="l2"><pc:Coords points="25,75 190,75 190,110 25,110"/></pc:TextLine>
</pc:TextRegion>
<pc:TextRegion id="r2" orientation="90"><pc:Coords points="20,130 220,130 220,200 20,200"/>
  <pc:TextLine id="l3"><pc:Coords points="25,135 190,135 190,190 25,190"/></pc:TextLine>
</pc:TextRegion>
<pc:TextRegion id="r3"><pc:Coords points="20,210 220,210 220,280 20,280"/></pc:TextRegion>
"""
VALIDATE = """
import sys
from ocrd_validators.xsd_page_validator import XsdPageValidator
from ocrd_validators.xsd_mets_validator import XsdMetsValidator
for path in sys.argv[1:]:
    kind = XsdMetsValidator if path.endswith("mets.xml") else XsdPageValidator
    report = kind.validate(open(path, "rb").read())
    assert report.is_valid, (path, report.errors)
"""


def run(folder, *arguments, program=EXECUTABLE, code=0, env=None):
    """Run a program in a workspace, and return what it said."""
    done = subprocess.run(
        [PROGRAMS / program, *map(str, arguments)],
        cwd=folder,
        capture_output=True,
        text=True,
        env={**os.environ, "PATH": f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}", **(env or {})},
    )
    assert done.returncode == code, (done.stdout[-3000:], done.stderr[-3000:])
    return done.stdout + done.stderr


def images(folder, group, page):
    """Return the binarized images in a PAGE file: id of the segment -> (comments, image)."""
    root = ET.parse(folder / group / f"{group}_{page}.xml").getroot()
    found = {}
    for segment in root.iter():
        for each in segment.findall("pc:AlternativeImage", NS):
            if "binarized" in each.get("comments", ""):
                with Image.open(folder / each.get("filename")) as image:
                    image.load()
                assert image.mode == "1"
                found[segment.get("id", "page")] = (each.get("comments"), image)
    return found


def ink(image):
    return ~np.asarray(image)


def files(folder, group):
    """Return the pages that the METS file has in a group."""
    root = ET.parse(folder / "mets.xml").getroot()
    pages = {
        pointer.get("FILEID"): page.get("ID")
        for page in root.iterfind(".//mets:div[@TYPE='page']", NS)
        for pointer in page.iterfind("mets:fptr", NS)
    }
    group = root.find(f".//mets:fileGrp[@USE='{group}']", NS)
    return sorted({pages[file.get("ID")] for file in group}) if group is not None else []


@pytest.fixture
def segmented(tmp_path):
    """Return a workspace with a page that has regions and lines."""
    mets_files.workspace(tmp_path, ("png",))
    (tmp_path / "SEG").mkdir()
    page = mets_files.page_xml("OCR-D-IMG/1.png", (240, 320), SEGMENTS)
    (tmp_path / "SEG/SEG_P1.xml").write_text(page)
    groups = {"OCR-D-IMG": {"P1": "OCR-D-IMG/1.png"}, "SEG": {"P1": "SEG/SEG_P1.xml"}}
    (tmp_path / "mets.xml").write_text(mets_files.mets(groups))
    return tmp_path


def test_pages_of_all_kinds_by_the_network(tmp_path):
    mets_files.workspace(tmp_path)
    said = run(tmp_path, "-I", "OCR-D-IMG", "-O", "BIN")
    assert said.count("300 dpi is assumed") == 1
    assert "page P2: 'OCR-D-IMG/2.jpg' has no pixel density" in said
    densities = {"P1": 300, "P2": None, "P3": 200, "P4": 400}
    for page, name in (("P1", "1.png"), ("P2", "2.jpg"), ("P3", "3.png"), ("P4", "4.tif")):
        ((segment, (comments, image)),) = images(tmp_path, "BIN", page).items()
        assert (segment, comments, image.size) == ("page", "binarized", (240, 320))
        (original,) = docbin.read_pages(tmp_path / "OCR-D-IMG" / name)
        expected = docbin.binarize(original.pixels)
        assert np.array_equal(ink(image), expected), page
        told = image.info.get("dpi")
        assert told is None if densities[page] is None else round(told[0]) == densities[page]
    assert '<report valid="true">' in run(tmp_path, "workspace", "validate", program="ocrd")
    run(tmp_path, "-c", VALIDATE, "mets.xml", *tmp_path.glob("BIN/*.xml"), program="python")


def test_the_tool_tells_of_itself(tmp_path):
    shown = run(tmp_path, "-J")
    (tmp_path / "tool.json").write_text(
        (Path(docbin.__file__).parent / "ocrd-tool.json").read_text("utf-8")
    )
    assert '"preprocessing/optimization/binarization"' in shown
    run(tmp_path, "ocrd-tool", "tool.json", "validate", program="ocrd")
    assert Path(run(tmp_path, "-D").strip()).samefile(Path(docbin.__file__).parent)


def test_chosen_pages_and_overwriting(tmp_path):
    mets_files.workspace(tmp_path)
    group = ("-I", "OCR-D-IMG", "-O", "BIN", *SAUVOLA)
    run(tmp_path, *group, "-g", "P2..P3")
    assert files(tmp_path, "BIN") == ["P2", "P3"]
    before = ink(images(tmp_path, "BIN", "P2")["page"][1])
    other = (*group, "-p", '{"params": {"window": "4mm", "k": 0.4}}', "-P", "dpi", "150")
    said = run(tmp_path, *other, "-g", "P2", code=1)
    assert "already" in said
    assert np.array_equal(ink(images(tmp_path, "BIN", "P2")["page"][1]), before)
    run(tmp_path, *other, "-g", "P2", "--overwrite")
    (original,) = docbin.read_pages(tmp_path / "OCR-D-IMG/2.jpg")
    expected = docbin.binarize(original.pixels, "sauvola", dpi=150, window="4mm", k=0.4)
    image = images(tmp_path, "BIN", "P2")["page"][1]
    assert np.array_equal(ink(image), expected)
    assert not np.array_equal(expected, before)
    assert round(image.info["dpi"][0]) == 150
    assert files(tmp_path, "BIN") == ["P2", "P3"]


def test_regions(segmented):
    run(segmented, "-I", "SEG", "-O", "BIN", *SMALL, "-P", "level-of-operation", "region")
    found = images(segmented, "BIN", "P1")
    assert {name: comments for name, (comments, _) in found.items()} == {
        "r1": "binarized",
        "r2": "rotated-270,binarized",
        "r3": "binarized",
    }
    assert found["r2"][1].size == (70, 200)
    (page,) = docbin.read_pages(segmented / "OCR-D-IMG/1.png")
    upright = np.rot90(page.pixels[130:200, 20:220], -1)
    for name, pixels in (("r2", upright), ("r3", page.pixels[210:280, 20:220])):
        assert_inside(found[name][1], pixels)
    run(segmented, "-c", VALIDATE, "mets.xml", "BIN/BIN_P1.xml", program="python")


def test_lines(segmented):
    run(segmented, "-I", "SEG", "-O", "BIN", *SMALL, "-P", "level-of-operation", "line")
    found = images(segmented, "BIN", "P1")
    assert set(found) == {"l1", "l2", "l3"}
    (page,) = docbin.read_pages(segmented / "OCR-D-IMG/1.png")
    assert_inside(found["l1"][1], page.pixels[40:70, 25:190])
    run(segmented, "-c", VALIDATE, "BIN/BIN_P1.xml", program="python")


def assert_inside(image, pixels):
    """Compare but for the rim, where a polygon's edge has the colour of the background."""
    expected = docbin.binarize(pixels, "sauvola", window=9)
    assert image.size == expected.shape[::-1]
    rim = slice(6, -6)
    assert expected[rim, rim].any()
    assert np.array_equal(ink(image)[rim, rim], expected[rim, rim])


def test_images_that_other_steps_made_are_the_input(segmented):
    # Cropped and despeckled by an earlier step; an older binarized image is not looked at.
    (page,) = docbin.read_pages(segmented / "OCR-D-IMG/1.png")
    cropped = 255 - (255 - page.pixels[20:300, 10:230]) // 2
    Image.fromarray(cropped).save(segmented / "OCR-D-IMG/crop.png")
    Image.fromarray(np.zeros((280, 220), bool)).save(segmented / "OCR-D-IMG/old.png")
    made = (
        '<pc:AlternativeImage filename="OCR-D-IMG/crop.png" comments="cropped,despeckled"/>'
        '<pc:AlternativeImage filename="OCR-D-IMG/old.png" comments="cropped,binarized"/>'
    )
    border = SEGMENTS.partition("\n")[0]
    text = mets_files.page_xml("OCR-D-IMG/1.png", (240, 320), made + border)
    (segmented / "SEG/SEG_P1.xml").write_text(text)
    said = run(segmented, "-I", "SEG", "-O", "BIN", *SAUVOLA)
    root = ET.parse(segmented / "BIN/BIN_P1.xml").getroot()
    last = root.findall(".//pc:AlternativeImage", NS)[-1]
    assert last.get("comments") == "cropped,despeckled,binarized"
    image = Image.open(segmented / last.get("filename"))
    assert image.size == (220, 280)
    assert np.array_equal(ink(image), docbin.binarize(cropped, "sauvola")), said
    # There is no region.
    said = run(segmented, "-I", "SEG", "-O", "NO", *SAUVOLA, "-P", "level-of-operation", "region")
    assert "page P1 has no text regions: nothing is binarized" in said


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["-P", "method", "sauvolla"], 2, "'sauvolla' is not one of"),
        ([*SAUVOLA, "-P", "params", '{"windw": 3}'], 2, "Did you mean 'window'?"),
        (["-P", "level-of-operation", "word"], 2, "'word' is not one of"),
        (["-P", "dpi", "-300"], 2, "-300 is less than the minimum"),
        (["-m", "absent.xml"], 3, "absent.xml"),
        (["-I", "NO"], 1, "NO"),
    ],
)
def test_wrong_use_is_said_in_a_line(segmented, arguments, code, words):
    said = run(segmented, "-I", "SEG", "-O", "BIN", *arguments, code=code)
    line = said[said.rindex(f"{EXECUTABLE}:") :]
    assert words in line
    assert "Traceback" not in line
    assert not (segmented / "BIN").exists()


def test_a_page_that_fails_does_not_stop_the_others(tmp_path):
    mets_files.workspace(tmp_path)
    damaged = tmp_path / "OCR-D-IMG/1.png"
    damaged.write_bytes(damaged.read_bytes()[:2000])
    frames = [Image.new("L", (240, 320), shade) for shade in (200, 210)]
    frames[0].save(tmp_path / "OCR-D-IMG/4.tif", save_all=True, append_images=frames[1:])
    said = run(tmp_path, "-I", "OCR-D-IMG", "-O", "BIN", *SAUVOLA, env=ALL)
    assert files(tmp_path, "BIN") == ["P2", "P3"]
    assert "Failure on page P1" in said
    assert "'OCR-D-IMG/4.tif' has 2 pages, and PAGE-XML describes one" in said
    # As OCR-D has it, more than a tenth is too many.
    said = run(tmp_path, "-I", "OCR-D-IMG", "-O", "AGAIN", *SAUVOLA, code=1)
    assert f"{EXECUTABLE}: too many failures with skipped output (1 of 1" in said
