"""Images of PDF files in every colour space and filter; read, and cleaned in place."""

import io
import zlib

import numpy as np
import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name
from PIL import Image
from profiles import cmyk_profile, gray_profile, swapped_profile
from tiff_files import lzw

from docbin.image import as_gray
from docbin.io import open_source
from docbin.io.pdf_replace import clean_pdf
from docbin.methods.otsu import Otsu
from docbin.streaming import packed_bands

INK = np.zeros((120, 80), bool)
INK[10:30, 5:60] = INK[60:64, 20:70] = True
GRAY = np.where(INK, 40, 220).astype(np.uint8)
RGB = np.where(INK[..., None], (140, 30, 20), (235, 225, 200)).astype(np.uint8)


def pdf_of(raw, page=None, **keys):
    """Return a file of one page that is one image; ``profile``, ``SMask`` come as bytes."""
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(80, 120))
        sheet = pdf.pages[0].obj
        image = picture(pdf, raw, **keys)
        sheet.Resources = Dictionary(XObject=Dictionary(Im=image))
        sheet.Contents = pdf.make_stream(b"q 80 0 0 120 0 0 cm /Im Do Q")
        file = io.BytesIO()
        pdf.save(file)
        return file.getvalue()


def picture(pdf, raw, *, profile=None, mask=None, **keys):
    image = pdf.make_stream(raw)
    image.Type, image.Subtype = Name.XObject, Name.Image
    image.Width, image.Height = 80, 120
    if profile is not None:
        channels = {b"GRAY": 1, b"RGB ": 3, b"CMYK": 4}[profile[16:20]]
        keys["ColorSpace"] = Array([Name.ICCBased, pdf.make_stream(profile, N=channels)])
    if mask is not None:
        keys["SMask"] = picture(pdf, mask)
    for key, value in {"ColorSpace": Name.DeviceGray, "BitsPerComponent": 8, **keys}.items():
        image[f"/{key}"] = value
    return image


def encoded(image, kind, **options):
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def read(data):
    (page,) = open_source(data)
    pixels = page.load().pixels
    if not page.info.bilevel:
        assert page.info.channels == (1 if pixels.ndim == 2 else 3)
        np.testing.assert_array_equal(np.concatenate(list(page.bands(17))), as_gray(pixels))
    return pixels


def cleaned(data):
    """Clean in place; return the mask, and the image's dictionary as a plain one."""
    file = io.BytesIO()
    (done,) = clean_pdf(data, file, lambda page: packed_bands(page, Otsu()))
    assert done.replaced == 1
    with pikepdf.open(io.BytesIO(file.getvalue())) as pdf:
        image = pdf.pages[0].obj.Resources.XObject.Im
        assert image.Filter == Name.CCITTFaxDecode
        assert image.ColorSpace == Name.DeviceGray
        assert not {"/SMask", "/Mask", "/Decode", "/Matte"} & set(image.keys())
    return read(file.getvalue())


def test_lzw():
    data = pdf_of(lzw(GRAY.tobytes()), Filter=Name.LZWDecode)
    np.testing.assert_array_equal(read(data), GRAY)
    np.testing.assert_array_equal(cleaned(data), INK)


def test_a_chain_of_filters_and_a_predictor():
    chained = pdf_of(
        zlib.compress(lzw(RGB.tobytes())),
        ColorSpace=Name.DeviceRGB,
        Filter=Array([Name.FlateDecode, Name.LZWDecode]),
    )
    np.testing.assert_array_equal(read(chained), RGB)
    rows = np.concatenate([np.full((120, 1), 2), np.diff(GRAY, axis=0, prepend=GRAY[:1] * 0)], 1)
    predicted = pdf_of(
        zlib.compress(rows.astype(np.uint8).tobytes()),
        Filter=Name.FlateDecode,
        DecodeParms=Dictionary(Predictor=15, Columns=80),
    )
    np.testing.assert_array_equal(read(predicted), GRAY)
    np.testing.assert_array_equal(cleaned(predicted), INK)


def test_profile_of_colour():
    data = pdf_of(RGB.tobytes(), profile=swapped_profile())
    np.testing.assert_allclose(read(data), RGB[..., ::-1], atol=3)
    np.testing.assert_array_equal(cleaned(data), INK)


def test_profile_of_gray():
    flat = np.where(INK, 55, 255).astype(np.uint8)
    data = pdf_of(flat.tobytes(), profile=gray_profile(1.0))
    found = read(data)
    assert found.ndim == 2
    np.testing.assert_allclose(found, np.where(INK, 128, 255), atol=3)
    np.testing.assert_array_equal(cleaned(data), INK)


@pytest.mark.parametrize("bits", [1, 2, 4, 8])
def test_indexed(bits):
    colors = np.random.default_rng(bits).integers(0, 256, (1 << bits, 3), dtype=np.uint8)
    colors[0], colors[-1] = (240, 250, 230), (10, 40, 20)
    index = INK.astype(int) * ((1 << bits) - 1)
    shifts = np.arange(bits - 1, -1, -1)
    packed = np.packbits((index[..., None] >> shifts & 1).reshape(120, -1).astype(np.uint8), axis=1)
    space = Array([Name.Indexed, Name.DeviceRGB, (1 << bits) - 1, pikepdf.String(colors.tobytes())])
    data = pdf_of(packed.tobytes(), ColorSpace=space, BitsPerComponent=bits)
    np.testing.assert_array_equal(read(data), colors[index])
    np.testing.assert_array_equal(cleaned(data), INK)


def test_one_bit_of_colour_is_no_gray():
    # Red where there is ink, white elsewhere: samples 1 0 0 and 1 1 1.
    samples = np.where(INK[..., None], (1, 0, 0), (1, 1, 1)).reshape(120, -1)
    data = pdf_of(
        np.packbits(samples.astype(np.uint8), axis=1).tobytes(),
        ColorSpace=Name.DeviceRGB,
        BitsPerComponent=1,
    )
    np.testing.assert_array_equal(read(data), np.where(INK[..., None], (255, 0, 0), 255))
    np.testing.assert_array_equal(cleaned(data), INK)


@pytest.mark.parametrize("bits", [2, 4, 16])
def test_other_depths_of_gray(bits):
    top = (1 << bits) - 1
    samples = np.where(INK, top // 3, top)
    if bits == 16:
        raw = samples.astype(">u2").tobytes()
    else:
        shifts = np.arange(bits - 1, -1, -1)
        split = (samples[..., None] >> shifts & 1).reshape(120, -1)
        raw = np.packbits(split.astype(np.uint8), axis=1).tobytes()
    data = pdf_of(raw, BitsPerComponent=bits)
    np.testing.assert_array_equal(read(data), np.where(INK, 85, 255))
    np.testing.assert_array_equal(cleaned(data), INK)


@pytest.mark.parametrize("profile", [None, cmyk_profile()], ids=["plain", "profile"])
def test_inks_in_a_jpeg_of_adobe(profile):
    inks = np.where(INK[..., None], (0, 0, 0, 255), (0, 0, 0, 0)).astype(np.uint8)
    image = Image.frombytes("CMYK", (80, 120), inks.tobytes())
    data = pdf_of(
        encoded(image, "JPEG", quality=100),
        Filter=Name.DCTDecode,
        Decode=Array([1, 0] * 4),
        profile=profile,
        **({} if profile else {"ColorSpace": Name.DeviceCMYK}),
    )
    found = read(data)
    assert found.shape == (120, 80, 3)
    assert found[~INK].min() >= 245
    assert found[INK].max() <= 60
    np.testing.assert_array_equal(cleaned(data), INK)


def test_plain_inks():
    # Yellow ink on white: darker as gray, and without blue.
    inks = np.where(INK[..., None], (0, 0, 255, 0), (0, 0, 0, 0)).astype(np.uint8)
    data = pdf_of(inks.tobytes(), ColorSpace=Name.DeviceCMYK)
    found = read(data)
    assert found[~INK].min() == 255
    red, green, blue = found[INK].T.astype(int)
    assert red.min() > 200
    assert green.min() > 200
    assert blue.max() < 60
    np.testing.assert_array_equal(cleaned(data), INK)


def test_colour_jpeg_and_jpeg_2000():
    image = Image.fromarray(RGB)
    for kind, name in (("JPEG", Name.DCTDecode), ("JPEG2000", Name.JPXDecode)):
        options = {"quality": 100, "subsampling": 0} if kind == "JPEG" else {}
        data = pdf_of(encoded(image, kind, **options), Filter=name, ColorSpace=Name.DeviceRGB)
        np.testing.assert_allclose(read(data), RGB, atol=6)
        np.testing.assert_array_equal(cleaned(data), INK)


def test_a_soft_mask_shows_the_paper():
    # The image is black all over; its mask lets the ink through, half of it faintly.
    mask = np.where(INK, 255, 0).astype(np.uint8)
    data = pdf_of(bytes(80 * 120), mask=mask.tobytes())
    np.testing.assert_array_equal(read(data), np.where(INK, 0, 255))
    np.testing.assert_array_equal(cleaned(data), INK)
    half = np.where(INK, 128, 0).astype(np.uint8)
    data = pdf_of(bytes(80 * 120), mask=half.tobytes())
    np.testing.assert_allclose(read(data), np.where(INK, 127, 255), atol=1)


def test_a_colour_key_shows_the_paper():
    data = pdf_of(np.where(INK, 10, 77).astype(np.uint8).tobytes(), Mask=Array([77, 77]))
    np.testing.assert_array_equal(read(data), np.where(INK, 10, 255))
    np.testing.assert_array_equal(cleaned(data), INK)


def test_calibrated_and_separate_colours():
    space = Array([Name.CalGray, Dictionary(WhitePoint=Array([0.9505, 1, 1.089]), Gamma=2.2)])
    data = pdf_of(GRAY.tobytes(), ColorSpace=space)
    np.testing.assert_array_equal(cleaned(data), INK)
    ramp = Dictionary(FunctionType=2, Domain=Array([0, 1]), C0=Array([1]), C1=Array([0]), N=1)
    space = Array([Name.Separation, Name.Black, Name.DeviceGray, ramp])
    data = pdf_of((255 - GRAY).tobytes(), ColorSpace=space)
    np.testing.assert_allclose(as_gray(read(data)), GRAY, atol=2)
    np.testing.assert_array_equal(cleaned(data), INK)
