"""PDF files through ``docbin clean``: cleaned in place, combined, taken apart."""

import json
import shutil
import subprocess

import numpy as np
import pikepdf
import pytest
from pikepdf import Dictionary, Name
from PIL import Image
from program import clean, docbin, letters, printed

from docbin.io import read_pages

GRAY, TRUTH = letters(480, 330)
SCAN = b"q 79.2 0 0 115.2 0 0 cm /Im Do Q"  # 300 dpi
HIDDEN = b" BT /F 10 Tf 3 Tr 5 60 Td (layer of text) Tj ET"
DRAWING = b"BT /F 10 Tf 5 60 Td (born digital) Tj ET"


def write_pdf(path, *contents, **options):
    """Write a file with one page for each content; /Im is a scan."""
    with pikepdf.new() as pdf:
        for number, content in enumerate(contents):
            pdf.add_blank_page(page_size=(79.2, 115.2))
            page = pdf.pages[number].obj
            image = pdf.make_stream(np.roll(GRAY, 24 * number, axis=0).tobytes())
            for key, value in {
                "/Type": Name.XObject,
                "/Subtype": Name.Image,
                "/Width": GRAY.shape[1],
                "/Height": GRAY.shape[0],
                "/ColorSpace": Name.DeviceGray,
                "/BitsPerComponent": 8,
            }.items():
                image[key] = value
            font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
            page.Resources = Dictionary(XObject=Dictionary(Im=image), Font=Dictionary(F=font))
            page.Contents = pdf.make_stream(content)
        pdf.save(path, **options)


def test_a_pdf_stays_a_pdf_with_its_text(tmp_path):
    write_pdf(tmp_path / "a.pdf", SCAN + HIDDEN, SCAN + HIDDEN)
    run = clean("a.pdf", "-m", "sauvola", "--json", cwd=tmp_path)
    result = json.loads(run.stdout)["results"][0]
    assert result["outputs"] == ["a.bw.pdf"]
    assert [page["page"] for page in result["pages"]] == [1, 2]
    assert np.allclose(result["pages"][0]["dpi"], 300, atol=0.1)
    for number, page in enumerate(read_pages(tmp_path / "a.bw.pdf")):
        assert page.pixels.dtype == np.bool_
        assert np.mean(page.pixels != np.roll(TRUTH, 24 * number, axis=0)) < 0.001
    with pikepdf.open(tmp_path / "a.bw.pdf") as pdf:
        assert b"layer of text" in pdf.pages[1].obj.Contents.read_bytes()
        assert pdf.pages[0].obj.Resources.XObject.Im.Filter == Name.CCITTFaxDecode


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="pdftotext is not installed")
def test_the_text_that_programs_find_is_the_same(tmp_path):
    write_pdf(tmp_path / "a.pdf", SCAN + HIDDEN, SCAN + HIDDEN)
    clean("a.pdf", "-o", "b.pdf", cwd=tmp_path)
    texts = [
        subprocess.run(["pdftotext", tmp_path / name, "-"], capture_output=True, check=True).stdout
        for name in ("a.pdf", "b.pdf")
    ]
    assert texts[0] == texts[1]
    assert b"layer of text" in texts[0]


def test_pages_without_a_scan_are_kept_and_that_is_said(tmp_path):
    write_pdf(tmp_path / "a.pdf", DRAWING)
    run = clean("a.pdf", cwd=tmp_path)
    assert "no page has a scan" in run.stderr
    write_pdf(tmp_path / "b.pdf", DRAWING, SCAN)
    run = clean("b.pdf", "--json", cwd=tmp_path)
    pages = json.loads(run.stdout)["results"][0]["pages"]
    assert [page["method"] for page in pages] == ["untouched", "Otsu()"]
    assert pages[0]["width"] is None


def test_steps_and_previews_of_pages_in_a_pdf(tmp_path):
    write_pdf(tmp_path / "a.pdf", SCAN, SCAN)
    run = clean("a.pdf", "--despeckle", "--preview", cwd=tmp_path)
    assert printed(run) == ["a.bw.pdf", "a.bw-1.preview.png", "a.bw-2.preview.png"]
    with Image.open(tmp_path / "a.bw-2.preview.png") as picture:
        before = np.asarray(picture.convert("L"))[: GRAY.shape[0], : GRAY.shape[1]]
    assert np.array_equal(before, np.roll(GRAY, 24, axis=0))


def test_pdfs_are_combined_and_the_loss_of_text_is_said(tmp_path):
    write_pdf(tmp_path / "a.pdf", SCAN + HIDDEN, SCAN)
    Image.fromarray(GRAY).save(tmp_path / "b.png", dpi=(300, 300))
    run = clean("b.png", "a.pdf", "-o", "all.pdf", cwd=tmp_path)
    assert "'a.pdf': its text is not taken into a combined file" in run.stderr
    assert len(list(read_pages(tmp_path / "all.pdf"))) == 3


def test_a_pdf_becomes_pictures(tmp_path):
    write_pdf(tmp_path / "a.pdf", SCAN, SCAN)
    assert printed(clean("a.pdf", "--format", "png", cwd=tmp_path)) == ["a.bw-1.png", "a.bw-2.png"]
    with Image.open(tmp_path / "a.bw-2.png") as picture:
        assert np.allclose(picture.info["dpi"], 300, atol=0.1)
    clean("a.pdf", "-o", "a.tif", cwd=tmp_path)
    with Image.open(tmp_path / "a.tif") as picture:
        assert picture.n_frames == 2


def test_a_pdf_through_a_pipe(tmp_path):
    write_pdf(tmp_path / "a.pdf", SCAN + HIDDEN)
    data = (tmp_path / "a.pdf").read_bytes()
    run = clean("-", "--format", "pdf", stdin=data)
    clean("a.pdf", "-o", "b.pdf", cwd=tmp_path)
    assert run.stdout == (tmp_path / "b.pdf").read_bytes()


def test_results_are_the_same_bytes_each_time(tmp_path):
    write_pdf(tmp_path / "a.pdf", SCAN)
    Image.fromarray(GRAY).save(tmp_path / "b.jpg")
    for names in (["a.pdf"], ["b.jpg"]):
        for out in ("1.pdf", "2.pdf"):
            clean(*names, "-o", out, "--force", cwd=tmp_path)
        assert (tmp_path / "1.pdf").read_bytes() == (tmp_path / "2.pdf").read_bytes()


def test_paper_does_not_go_with_pages_that_have_a_size(tmp_path):
    write_pdf(tmp_path / "a.pdf", SCAN)
    run = clean("a.pdf", "--paper", "a4", cwd=tmp_path, code=2)
    assert "keep their size" in run.stderr
    assert not (tmp_path / "a.bw.pdf").exists()


@pytest.mark.parametrize("password", ["", "secret"])
def test_encrypted(tmp_path, password):
    write_pdf(tmp_path / "a.pdf", SCAN, encryption=pikepdf.Encryption(owner="owner", user=password))
    run = clean("a.pdf", cwd=tmp_path, code=3)
    assert "'a.pdf'" in run.stderr
    assert "encrypted" in run.stderr


@pytest.mark.parametrize("part", [0.05, 0.5, 0.95])
def test_truncated(tmp_path, part):
    write_pdf(tmp_path / "whole.pdf", SCAN, SCAN)
    data = (tmp_path / "whole.pdf").read_bytes()
    (tmp_path / "a.pdf").write_bytes(data[: int(part * len(data))])
    run = docbin("clean", "a.pdf", "-m", "otsu", cwd=tmp_path, code=3)
    assert "'a.pdf'" in run.stderr
    assert not (tmp_path / "a.bw.pdf").exists()
