"""PDF files cleaned in place."""

import io
import shutil
import subprocess

import numpy as np
import pikepdf
import pytest
from pikepdf import Dictionary, Name

from docbin.errors import InputError, OutputError
from docbin.image import pack
from docbin.io import open_source
from docbin.io.pdf_replace import clean_pdf
from docbin.methods.otsu import Otsu
from docbin.streaming import packed_bands

GRAY = np.full((120, 80), 230, np.uint8)
GRAY[10:30, 5:60] = 20
SCAN = b"q 80 0 0 120 0 0 cm /Im Do Q"
HIDDEN = b" BT /F 10 Tf 3 Tr 5 60 Td (layer of text) Tj ET"

OPEN = []


@pytest.fixture(autouse=True)
def _close_files():
    yield
    while OPEN:
        OPEN.pop().close()


def otsu(page):
    return packed_bands(page, Otsu())


def document(*contents, **keys):
    """Return a file with one page for each content, all with a scan /Im and a font /F."""
    with pikepdf.new() as pdf:
        for number, content in enumerate(contents):
            pdf.add_blank_page(page_size=(80, 120))
            page = pdf.pages[number].obj
            image = pdf.make_stream(np.roll(GRAY, number, axis=1).tobytes())
            for key, value in {
                "Type": Name.XObject,
                "Subtype": Name.Image,
                "Width": 80,
                "Height": 120,
                "ColorSpace": Name.DeviceGray,
                "BitsPerComponent": 8,
                **keys,
            }.items():
                image[f"/{key}"] = value
            font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
            page.Resources = Dictionary(XObject=Dictionary(Im=image), Font=Dictionary(F=font))
            page.Contents = pdf.make_stream(content)
            page.CropBox = [0, 0, 80, 110]
            page.Annots = pikepdf.Array(
                [
                    Dictionary(
                        Type=Name.Annot,
                        Subtype=Name.Link,
                        Rect=[0, 0, 9, 9],
                        A=Dictionary(S=Name.URI, URI="https://example.org"),
                    )
                ]
            )
        file = io.BytesIO()
        pdf.save(file)
        return file.getvalue()


def cleaned(data, method=otsu):
    file = io.BytesIO()
    return clean_pdf(data, file, method), file.getvalue()


def image_of(data, number=0):
    pdf = pikepdf.open(io.BytesIO(data))
    OPEN.append(pdf)  # an object lives as long as its file
    return pdf.pages[number].obj.Resources.XObject.Im


def test_the_scan_becomes_group_4():
    done, data = cleaned(document(SCAN + HIDDEN, SCAN))
    assert [page.replaced for page in done] == [1, 1]
    for number, page in enumerate(open_source(data)):
        image = image_of(data, number)
        assert image.Filter == Name.CCITTFaxDecode
        assert image.DecodeParms.K == -1
        assert not image.DecodeParms.BlackIs1
        assert (image.BitsPerComponent, image.ColorSpace) == (1, Name.DeviceGray)
        assert page.info.bilevel
        expected = np.roll(GRAY, number, axis=1)[10:] < 100
        np.testing.assert_array_equal(page.load().pixels, expected)


def test_the_rest_is_untouched():
    before = document(SCAN + HIDDEN)
    _, after = cleaned(before)
    with pikepdf.open(io.BytesIO(before)) as old, pikepdf.open(io.BytesIO(after)) as new:
        for key in ("/MediaBox", "/CropBox", "/Annots"):
            assert old.pages[0].obj[key] == new.pages[0].obj[key]
        first, second = (pdf.pages[0].obj.Contents.read_bytes() for pdf in (old, new))
        assert first == second
        assert dict(old.docinfo) == dict(new.docinfo)


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="pdftotext is not installed")
def test_pdftotext_finds_the_same(tmp_path):
    before = document(SCAN + HIDDEN, SCAN)
    texts = []
    for name, data in (("a", before), ("b", cleaned(before)[1])):
        path = tmp_path / f"{name}.pdf"
        path.write_bytes(data)
        run = subprocess.run(["pdftotext", "-bbox", path, "-"], capture_output=True, check=True)
        texts.append(run.stdout)
    assert texts[0] == texts[1]
    assert b"layer" in texts[0]


def test_same_bytes_each_time():
    data = document(SCAN + HIDDEN, SCAN)
    assert cleaned(data)[1] == cleaned(data)[1]


def test_decode_and_stale_keys_go():
    _, data = cleaned(document(SCAN, Decode=[1, 0], Interpolate=True, Intent=Name.Perceptual))
    image = image_of(data)
    assert not {"/Decode", "/Interpolate", "/Intent", "/SMask"} & set(image.keys())
    np.testing.assert_array_equal(next(open_source(data)).load().pixels, GRAY[10:] > 100)


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_the_method_sees_the_page_upright(turn):
    with pikepdf.open(io.BytesIO(document(SCAN))) as pdf:
        pdf.pages[0].obj.Rotate = turn
        file = io.BytesIO()
        pdf.save(file)
    seen = []

    def method(page):
        seen.append(page.load().pixels)
        return otsu(page)

    _, data = cleaned(file.getvalue(), method)
    np.testing.assert_array_equal(seen[0], np.rot90(GRAY, -turn // 90))
    np.testing.assert_array_equal(
        next(open_source(data)).load().pixels, np.rot90(GRAY[10:], -turn // 90) < 100
    )


def test_small_pictures_drawings_and_bilevel_scans_stay():
    small = b"q 20 0 0 30 0 0 cm /Im Do Q BT /F 9 Tf (text) Tj ET"
    done, data = cleaned(document(small, b"0 0 9 9 re f"))
    assert [page.replaced for page in done] == [0, 0]
    assert image_of(data).BitsPerComponent == 8
    _, once = cleaned(document(SCAN))
    done, twice = cleaned(once)
    assert done[0].replaced == 0
    assert image_of(once).read_raw_bytes() == image_of(twice).read_raw_bytes()


def test_a_large_image_on_a_page_with_text_is_replaced():
    done, data = cleaned(document(SCAN + b" BT /F 9 Tf 5 5 Td (stamp) Tj ET"))
    assert done[0].replaced == 1
    assert image_of(data).BitsPerComponent == 1


def test_a_shared_image_is_cleaned_once():
    with pikepdf.open(io.BytesIO(document(SCAN, SCAN))) as pdf:
        pdf.pages[1].obj.Resources.XObject.Im = pdf.pages[0].obj.Resources.XObject.Im
        file = io.BytesIO()
        pdf.save(file)
    done, data = cleaned(file.getvalue())
    assert [page.replaced for page in done] == [1, 0]
    for page in open_source(data):
        np.testing.assert_array_equal(page.load().pixels, GRAY[10:] < 100)


def test_rows_of_another_size_are_refused_and_nothing_is_written(tmp_path):
    target = tmp_path / "a.pdf"
    with pytest.raises(InputError, match="keeps its size"):
        clean_pdf(document(SCAN), target, lambda page: [pack(np.zeros((3, 80), bool))])
    assert list(tmp_path.iterdir()) == []
    target.write_bytes(b"mine")
    with pytest.raises(OutputError, match="exists"):
        clean_pdf(document(SCAN), target, otsu)
    assert target.read_bytes() == b"mine"


def test_a_file_may_take_its_own_place(tmp_path):
    target = tmp_path / "a.pdf"
    target.write_bytes(document(SCAN))
    clean_pdf(target, target, otsu, force=True)
    assert next(open_source(target)).info.bilevel


def test_signed_files_are_refused():
    with pikepdf.open(io.BytesIO(document(SCAN))) as pdf:
        pdf.Root.AcroForm = Dictionary(SigFlags=3, Fields=[])
        file = io.BytesIO()
        pdf.save(file)
    with pytest.raises(InputError, match="signed"):
        cleaned(file.getvalue())
