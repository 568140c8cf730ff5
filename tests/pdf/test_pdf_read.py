"""Pages of PDF files: scans taken out as they are, other pages drawn."""

import io
import threading
import zlib

import numpy as np
import pikepdf
import pytest
from pdf_files import GRAY, encoded, only, pdf_of
from pikepdf import Array, Dictionary, Name
from PIL import Image

from docbin.image import pack
from docbin.io import open_source, read_pages, write_document
from docbin.io.g4 import g4_encode
from docbin.io.orientation import upright
from docbin.io.page import Page

RGB = np.random.default_rng(0).integers(0, 256, (120, 80, 3), dtype=np.uint8)
MASK = GRAY < 100


def test_gray_scan_is_taken_out_as_it_is():
    page = only(pdf_of(GRAY.tobytes(), b"q 20 0 0 30 0 0 cm /Im Do Q", box=(20, 30)))
    assert (page.info.width, page.info.height) == (80, 120)
    assert (page.info.dpi, page.info.channels) == ((288.0, 288.0), 1)
    np.testing.assert_array_equal(page.load().pixels, GRAY)


@pytest.mark.parametrize("user_unit", [1, 4])
def test_dpi_of_either_side(user_unit):
    data = pdf_of(
        GRAY.tobytes(),
        b"q 40 0 0 30 0 0 cm /Im Do Q",
        box=(40, 30),
        page={"UserUnit": user_unit},
    )
    assert only(data).info.dpi == (144.0 / user_unit, 288.0 / user_unit)


def test_decode_of_gray_and_rgb():
    page = only(pdf_of(GRAY.tobytes(), Decode=[1, 0]))
    np.testing.assert_array_equal(page.load().pixels, 255 - GRAY)
    page = only(pdf_of(RGB.tobytes(), ColorSpace=Name.DeviceRGB, Decode=[1, 0, 1, 0, 1, 0]))
    # PDFium truncates where it inverts colours.
    np.testing.assert_allclose(page.load().pixels.astype(int), 255 - RGB.astype(int), atol=1)


def test_flate_rgb():
    page = only(
        pdf_of(zlib.compress(RGB.tobytes()), ColorSpace=Name.DeviceRGB, Filter=Name.FlateDecode)
    )
    assert page.info.channels == 3
    np.testing.assert_array_equal(page.load().pixels, RGB)


def test_jpeg_and_jpeg_2000():
    data = encoded(GRAY, "JPEG")
    page = only(pdf_of(data, Filter=Name.DCTDecode))
    np.testing.assert_allclose(
        page.load().pixels.astype(int), next(read_pages(data)).pixels.astype(int), atol=2
    )
    for space in (Name.DeviceGray, None):
        page = only(pdf_of(encoded(GRAY, "JPEG2000"), ColorSpace=space, Filter=Name.JPXDecode))
        assert page.info.channels == 1
        np.testing.assert_array_equal(page.load().pixels, GRAY)


@pytest.mark.parametrize("black_is_1", [False, True])
def test_group_4(black_is_1):
    bits = ~MASK if black_is_1 else MASK
    page = only(
        pdf_of(
            g4_encode(pack(bits), 80),
            BitsPerComponent=1,
            Filter=Name.CCITTFaxDecode,
            DecodeParms=Dictionary(K=-1, Columns=80, Rows=120, BlackIs1=black_is_1),
        )
    )
    assert page.info.bilevel
    np.testing.assert_array_equal(page.load().pixels, MASK)


def test_one_bit_raw_indexed_and_inverted():
    raw = np.packbits(~MASK, axis=1).tobytes()
    table = Array([Name.Indexed, Name.DeviceRGB, 1, pikepdf.String(b"\xff\xff\xff\0\0\0")])
    for keys, expected in [
        ({}, MASK),
        ({"Decode": [1, 0]}, ~MASK),
        ({"ColorSpace": table}, ~MASK),
    ]:
        page = only(pdf_of(raw, BitsPerComponent=1, **keys))
        assert page.info.bilevel
        np.testing.assert_array_equal(page.load().pixels, expected)


def test_soft_mask_is_laid_on_white():
    with pikepdf.open(io.BytesIO(pdf_of(GRAY.tobytes()))) as pdf:
        image = pdf.pages[0].obj.Resources.XObject.Im
        alpha = np.full((120, 80), 255, np.uint8)
        alpha[:60] = 0
        mask = pdf.make_stream(alpha.tobytes())
        for key, value in {
            "Type": Name.XObject,
            "Subtype": Name.Image,
            "Width": 80,
            "Height": 120,
            "ColorSpace": Name.DeviceGray,
            "BitsPerComponent": 8,
        }.items():
            mask[f"/{key}"] = value
        image.SMask = mask
        file = io.BytesIO()
        pdf.save(file)
    pixels = only(file.getvalue()).load().pixels
    assert (pixels[:60] == 255).all()
    np.testing.assert_array_equal(pixels[60:], GRAY[60:])


# The matrix that shows the unit square in each EXIF orientation on a page of w by h.
MATRICES = {
    1: (80, 0, 0, 120, 0, 0),
    2: (-80, 0, 0, 120, 80, 0),
    3: (-80, 0, 0, -120, 80, 120),
    4: (80, 0, 0, -120, 0, 120),
    5: (0, -80, -120, 0, 120, 80),
    6: (0, -80, 120, 0, 0, 80),
    7: (0, 80, 120, 0, 0, 0),
    8: (0, 80, -120, 0, 120, 0),
}


@pytest.mark.parametrize("orientation", MATRICES)
@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_turned_scans_look_as_the_page_is_drawn(orientation, turn):
    numbers = " ".join(map(str, MATRICES[orientation]))
    box = (80, 120) if orientation < 5 else (120, 80)
    content = f"q {numbers} cm /Im Do Q".encode()
    scan = only(pdf_of(GRAY.tobytes(), content, box, page={"Rotate": turn}))
    # A dot of white makes PDFium draw the whole page, at the density of the image.
    drawn = only(pdf_of(GRAY.tobytes(), content + b" 1 g 0 0 0 0 re f", box, {"Rotate": turn}))
    pixels = scan.load().pixels
    assert (scan.info.height, scan.info.width) == pixels.shape
    picture = Image.fromarray(drawn.load().pixels[..., 0]).resize(pixels.shape[::-1], Image.BOX)
    assert np.abs(np.asarray(picture).astype(int) - pixels).mean() < 3
    if turn == 0:
        np.testing.assert_array_equal(pixels, upright(GRAY, orientation))


def test_crop_and_margin():
    data = pdf_of(GRAY.tobytes(), page={"CropBox": [10, 20, 60, 120]})
    np.testing.assert_array_equal(only(data).load().pixels, GRAY[:100, 10:60])
    data = pdf_of(GRAY.tobytes(), b"q 80 0 0 120 10 5 cm /Im Do Q", box=(100, 130))
    pixels = only(data).load().pixels
    assert pixels.shape == (130, 100)
    np.testing.assert_array_equal(pixels[5:125, 10:90], GRAY)
    pixels[5:125, 10:90] = 255
    assert (pixels == 255).all()


def test_hidden_text_and_full_clip_are_no_drawing():
    content = b"q 0 0 80 120 re W n 80 0 0 120 0 0 cm /Im Do Q BT 3 Tr (hidden) Tj ET"
    np.testing.assert_array_equal(only(pdf_of(GRAY.tobytes(), content)).load().pixels, GRAY)


@pytest.mark.parametrize(
    "more",
    [b"0 0 10 10 re f", b"BT 0 Tr (seen) Tj ET", b"BI /W 1 /H 1 /IM true ID \x00 EI"],
)
def test_a_page_with_more_is_drawn_at_300_dpi_at_least(more):
    page = only(pdf_of(GRAY.tobytes(), b"q 80 0 0 120 0 0 cm /Im Do Q " + more))
    assert page.info.dpi == (300.0, 300.0)
    assert page.load().pixels.shape == (500, 333, 3)
    fine = b"q 8 0 0 12 0 0 cm /Im Do Q 0 0 1 1 re f"
    assert only(pdf_of(GRAY.tobytes(), fine, box=(8, 12))).info.dpi == (720.0, 720.0)


def test_an_image_within_a_form():
    with pikepdf.open(io.BytesIO(pdf_of(GRAY.tobytes()))) as pdf:
        page = pdf.pages[0].obj
        form = pdf.make_stream(b"q 8 0 0 12 0 0 cm /Im Do Q")
        form.Subtype, form.Resources, form.BBox = Name.Form, page.Resources, [0, 0, 8, 12]
        form.Matrix = [10, 0, 0, 10, 0, 0]
        page.Resources = Dictionary(XObject=Dictionary(Fm=form))
        page.Contents = pdf.make_stream(b"/Fm Do")
        file = io.BytesIO()
        pdf.save(file)
    np.testing.assert_array_equal(only(file.getvalue()).load().pixels, GRAY)


def test_own_files_come_back():
    file = io.BytesIO()
    write_document(file, [Page(MASK, dpi=(200.0, 100.0)), Page(~MASK)], format="pdf")
    first, second = open_source(file.getvalue())
    assert first.info.dpi == (200.0, 100.0)
    np.testing.assert_array_equal(first.load().pixels, MASK)
    np.testing.assert_array_equal(second.load().pixels, ~MASK)
    assert second.info.index == 1


def test_several_threads():
    data = pdf_of(GRAY.tobytes())
    wrong = []

    def read():
        for _ in range(5):
            if not (only(data).load().pixels == GRAY).all():
                wrong.append(1)

    workers = [threading.Thread(target=read) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert not wrong
