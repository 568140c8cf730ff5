"""METS files as sources: which pictures, where they lie, and what is refused."""

import mets_files
import pytest
from mets_files import location, mets
from PIL import Image
from program import docbin, letters

from docbin import batch
from docbin.batch.members import mets as reader
from docbin.errors import UsageError

OTSU = batch.Treatment("otsu")


@pytest.fixture
def workspace(tmp_path):
    """Return a folder with a METS file of four pages in two groups."""
    folder = tmp_path / "ws"
    mets_files.workspace(folder)
    Image.fromarray(letters(60, 80)[0]).save(folder / "thumb.png")
    images = {"P1": "OCR-D-IMG/1.png", "P2": "OCR-D-IMG/2.jpg", "P3": "OCR-D-IMG/3.png"}
    groups = {
        "THUMBS": {"P1": "thumb.png"},
        "OCR-D-IMG": {**images, "P4": "OCR-D-IMG/4.tif"},
        "OCR-D-SEG": {"P1": "SEG/1.xml"},
    }
    (folder / "mets.xml").write_text(mets(groups))
    return folder


def run(folder, text=None, **options):
    """Run on the METS file of a folder; return the records by name."""
    if text is not None:
        (folder / "mets.xml").write_text(text)
    records = batch.run(folder / "mets.xml", folder / "out", OTSU, workers=1, **options)
    return {each.name: each for each in records}


def errors(records):
    return [each.error for each in records.values()]


def test_the_usual_group(workspace):
    records = run(workspace)
    assert list(records) == [f"OCR-D-IMG/{name}" for name in ("1.png", "2.jpg", "3.png", "4.tif")]
    assert {each.status for each in records.values()} == {"done"}
    made = sorted(path.name for path in (workspace / "out/OCR-D-IMG").iterdir())
    assert made == ["1.png", "2.png", "3.png", "4.tif"]
    ended = [each.ended for each in records.values()]
    assert [each.ended for each in run(workspace).values()] == ended


def test_another_group_from_the_command_line(workspace):
    source, out = workspace / "mets.xml", workspace / "thumbs"
    docbin("batch", source, out, "-m", "otsu", "--file-group", "THUMBS", "-q")
    assert (out / "thumb.png").is_file()
    said = docbin("batch", source, out, "--file-group", "thumbs", code=2).stderr
    assert "no file group 'thumbs'; give --file-group with one of: THUMBS, OCR-D-IMG" in said
    said = docbin("batch", workspace / "OCR-D-IMG", out, "--file-group", "X", code=2).stderr
    assert "--file-group is for METS files" in said
    with pytest.raises(UsageError, match="none of the usual file groups; give --file-group"):
        run(workspace, mets({"SCANS": {"P1": "thumb.png"}}))
    (error,) = errors(run(workspace, file_group="OCR-D-SEG", text=mets(
        {"OCR-D-SEG": {"P1": "SEG/1.xml"}})))  # fmt: skip
    assert "the file group 'OCR-D-SEG' has no pictures" in error


def test_pages_that_are_not_here_do_not_stop_the_others(workspace):
    (workspace / "a b.png").write_bytes((workspace / "thumb.png").read_bytes())
    (workspace / "folder.png").mkdir()
    (workspace.parent / "secret.png").write_bytes((workspace / "thumb.png").read_bytes())
    files = {
        "P1": "thumb.png",
        "P2": "https://example.org/2.png",
        "P3": "absent.png",
        "P4": "a%20b.png",
        "P5": "folder.png",
        "P6": "../secret.png",
        "P7": f"file://{workspace.parent}/secret.png",
        "P8": f"file://{workspace}/OCR-D-IMG/1.png",
        "P9": "%2e%2e/other.png",
    }
    records = run(workspace, mets({"OCR-D-IMG": files}))
    done = {name for name, each in records.items() if each.status == "done"}
    assert done == {"thumb.png", "a b.png", "OCR-D-IMG/1.png"}
    said = "\n".join(each.error for each in records.values() if each.error)
    assert "'https://example.org/2.png': it is not on this machine; fetch it first, with" in said
    assert "absent.png': there is no such file (page P3 of the file group OCR-D-IMG)" in said
    assert "folder.png': it is no file" in said
    assert said.count("it lies outside of the folder of the METS file") == 3


def test_a_place_here_is_taken_before_one_elsewhere(workspace):
    text = mets({"ORIGINAL": {"P1": "https://example.org/1.png"}})
    far, here = location("https://example.org/1.png"), location("thumb.png")
    assert list(run(workspace, text.replace(far, far + here))) == ["thumb.png"]


def test_what_belongs_to_no_page_is_left_out(workspace):
    text = mets({"MASTER": {"P1": "thumb.png", "BOOK": "book.pdf"}}, page_ids=["P1"])
    assert list(run(workspace, text)) == ["thumb.png"]
    # Without a physical structure everything is taken.
    start, end = text.index("<mets:structMap"), text.index("</mets:mets>")
    assert len(run(workspace, text[:start] + text[end:], wishes=batch.Wishes(redo=True))) == 2


def test_patterns_find_mets_files_and_no_other_xml(workspace):
    (workspace / "page.xml").write_text("<PcGts/>")
    pattern = str(workspace.parent / "*/*.xml")
    names = [each.name for each in batch.run(pattern, workspace.parent / "out", OTSU)]
    assert names[0] == "ws/OCR-D-IMG/1.png"
    assert len(names) == 4


BOMB = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 9))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<PcGts/>", "it is no METS file: its root is <PcGts>"),
        ("<mets/>", "it is no METS file: its root is <mets>"),
        ("", "it is no well-formed XML"),
        ("{whole}</a>", "it is no well-formed XML"),
        (f'<!DOCTYPE m [<!ENTITY a0 "x">{BOMB}]>{{whole}}', "it has a document type"),
        ('<!DOCTYPE m [<!ENTITY a SYSTEM "file:///etc/passwd">]>{whole}', "it has a document type"),
        ('<!DOCTYPE m SYSTEM "http://example.org/m.dtd">{whole}', "it has a document type"),
        ("{start}" + "<a>" * 200 + "</a>" * 200, "nested more than 100 deep"),
    ],
)
def test_other_documents_are_refused(workspace, text, words):
    whole = mets({"OCR-D-IMG": {"P1": "thumb.png"}}).partition("?>")[2].strip()
    text = text.replace("{whole}", whole).replace("{start}", whole.partition(">")[0] + ">")
    (error,) = errors(run(workspace, text))
    assert words in error
    assert str(workspace / "mets.xml") in error


def test_a_store_has_no_mets_files():
    (each,) = reader.members("s3://bucket/mets.xml", batch.Limits())
    assert "a METS file in a store is not read" in each.error


def test_limits(workspace, monkeypatch):
    records = run(workspace, limits=batch.Limits(max_members=3))
    assert "it names more than 3 files; --max-members allows more" in errors(records)[0]
    monkeypatch.setattr(reader, "_MOST", 1 << 10)
    assert "it has more than" in errors(run(workspace))[0]
