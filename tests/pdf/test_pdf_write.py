"""New PDFs: read back by PDFium, qpdf and poppler."""

import io
import shutil
import subprocess

import numpy as np
import pikepdf
import pypdfium2
import pytest

from docbin.errors import InputError, UsageError
from docbin.io.g4 import g4_encode
from docbin.io.paper import place
from docbin.io.pdf_write import PdfWriter

rng = np.random.default_rng(3)
PAGES = [rng.random((60, 90)) < 0.3, np.ones((45, 41), bool), np.zeros((33, 200), bool)]


def write(pages, dpi=(300.0, 300.0), paper=None, bands=7) -> bytes:
    file = io.BytesIO()
    writer = PdfWriter(file, paper=paper)
    for page in pages:
        writer.begin(page.shape[1], page.shape[0], dpi)
        packed = np.packbits(page, axis=1)
        for top in range(0, len(packed), bands):
            writer.write(packed[top : top + bands])
        writer.end()
    writer.close()
    return file.getvalue()


def test_pdfium_decodes_every_pixel_and_shows_ink_black():
    with pypdfium2.PdfDocument(write(PAGES)) as pdf:
        assert len(pdf) == 3
        for mask, page in zip(PAGES, pdf, strict=True):
            (image,) = page.get_objects()
            pixels = image.get_bitmap().to_numpy().reshape(len(mask), -1)[:, : mask.shape[1]]
            np.testing.assert_array_equal(pixels < 128, mask)
            shown = page.render(scale=2, grayscale=True).to_numpy()
            assert shown.mean() == pytest.approx(255 * (1 - mask.mean()), abs=8)


def test_qpdf_has_no_complaint():
    with pikepdf.open(io.BytesIO(write(PAGES))) as pdf:
        assert pdf.check_pdf_syntax() == []
        assert str(pdf.docinfo["/Producer"]).startswith("docbin ")
        assert set(pdf.docinfo.keys()) == {"/Producer"}


def test_the_image_is_our_code_and_its_keys_say_so():
    with pikepdf.open(io.BytesIO(write(PAGES[:1]))) as pdf:
        image = pdf.pages[0].Resources.XObject["/Page"]
        assert image.read_raw_bytes() == g4_encode(np.packbits(PAGES[0], axis=1), 90)
        assert image.Filter == "/CCITTFaxDecode"
        assert image.DecodeParms == pikepdf.Dictionary(K=-1, Columns=90, Rows=60, BlackIs1=False)
        assert image.ColorSpace == "/DeviceGray"
        assert image.BitsPerComponent == 1
        assert [float(v) for v in pdf.pages[0].MediaBox] == pytest.approx([0, 0, 21.6, 14.4])


@pytest.mark.skipif(not shutil.which("pdfimages"), reason="poppler-utils is not installed")
def test_poppler_agrees(tmp_path):
    path = tmp_path / "a.pdf"
    path.write_bytes(write(PAGES))
    listed = subprocess.run(
        ["pdfimages", "-list", path], capture_output=True, text=True, check=True
    )
    rows = [line.split() for line in listed.stdout.splitlines()[2:]]
    assert [row[3:5] for row in rows] == [["90", "60"], ["41", "45"], ["200", "33"]]
    assert {row[8] for row in rows} == {"ccitt"}
    assert {row[12] for row in rows} == {row[13] for row in rows} == {"300"}
    subprocess.run(["pdfimages", path, tmp_path / "p"], check=True, capture_output=True)
    data = (tmp_path / "p-000.pbm").read_bytes().split(b"\n", 2)
    rows = np.frombuffer(data[2], np.uint8).reshape(60, 12)
    np.testing.assert_array_equal(np.unpackbits(rows, axis=1, count=90), PAGES[0])


def test_same_bytes_between_runs_and_for_any_bands():
    assert write(PAGES, bands=1) == write(PAGES, bands=50)
    assert write(PAGES) != write(PAGES[:2])


def test_no_seeking_is_needed():
    class Pipe:
        def __init__(self):
            self.parts = []

        def write(self, data):
            self.parts.append(data)

    pipe = Pipe()
    writer = PdfWriter(pipe)
    writer.begin(8, 1)
    writer.write(np.zeros((1, 1), np.uint8))
    writer.end()
    writer.close()
    assert b"".join(pipe.parts).endswith(b"%%EOF\n")


def test_huge_pages_use_user_units():
    # 100 m at 1 dpi: past the 200 inches that a page may have without UserUnit.
    with pikepdf.open(io.BytesIO(write([np.zeros((3, 3937), bool)], dpi=(1.0, 1.0)))) as pdf:
        page = pdf.pages[0]
        assert page.UserUnit == 20
        assert float(page.MediaBox[2]) * 20 == pytest.approx(3937 * 72)
        assert float(page.MediaBox[2]) <= 14400


def test_rows_are_counted():
    writer = PdfWriter(io.BytesIO())
    with pytest.raises(InputError, match="at least one page"):
        writer.close()
    writer.begin(8, 2)
    with pytest.raises(InputError, match="not finished"):
        writer.begin(8, 2)
    writer.write(np.zeros((1, 1), np.uint8))
    with pytest.raises(InputError, match="fewer rows"):
        writer.end()
    with pytest.raises(InputError, match="more rows"):
        writer.write(np.zeros((2, 1), np.uint8))
    with pytest.raises(InputError):
        PdfWriter(io.BytesIO()).begin(0, 4)
    with pytest.raises(InputError):
        PdfWriter(io.BytesIO()).begin(4, 0)


A4 = (595.2756, 841.8898)


@pytest.mark.parametrize(
    ("size", "dpi", "paper", "sheet", "box"),
    [
        # True size, centred.
        ((600, 900), (150.0, 150.0), "a4", A4, (153.6378, 204.9449, 288, 432)),
        # Wider than high: landscape.
        ((900, 600), (150.0, 150.0), "a4", A4[::-1], (204.9449, 153.6378, 432, 288)),
        # Too large: as large as fits.
        ((2000, 1000), (72.0, 72.0), "letter", (792, 612), (0, 108, 792, 396)),
        # Unknown resolution: as large as fits.
        ((100, 200), None, "letter", (612, 792), (108, 0, 396, 792)),
        # auto: the shape decides where the resolution is unknown.
        ((2480, 3508), None, "auto", A4, (0, 0, *A4)),
        ((2550, 3300), None, "auto", (612, 792), (0, 0, 612, 792)),
        ((2550, 3300), (100.0, 100.0), "auto", (1836, 2376), (0, 0, 1836, 2376)),
        ((300, 600), None, None, (72, 144), (0, 0, 72, 144)),
        ((408, 196), (204.0, 98.0), None, (144, 144), (0, 0, 144, 144)),
    ],
)
def test_paper(size, dpi, paper, sheet, box):
    got = place(*size, dpi, paper)
    assert (got.paper_width, got.paper_height) == pytest.approx(sheet, abs=1e-3)
    rectangle = (got.left, got.bottom, got.width, got.height)
    assert rectangle == pytest.approx(box, rel=1e-3, abs=0.5)
    assert got.width / got.height == pytest.approx(
        size[0] / size[1] * ((dpi[1] / dpi[0]) if dpi else 1)
    )


def test_written_on_a4():
    with pikepdf.open(io.BytesIO(write(PAGES[:2], paper="a4"))) as pdf:
        boxes = [[float(v) for v in page.MediaBox] for page in pdf.pages]
    assert boxes[0] == pytest.approx([0, 0, *A4[::-1]], abs=1e-4)
    assert boxes[1] == pytest.approx([0, 0, *A4], abs=1e-4)


def test_wrong_paper_and_resolution():
    with pytest.raises(UsageError, match="letter"):
        place(1, 1, None, "leter")
    for dpi in [(0.0, 300.0), (300.0, float("nan")), (float("inf"), 1.0)]:
        with pytest.raises(InputError, match="dpi"):
            place(1, 1, dpi)
