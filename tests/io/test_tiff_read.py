"""TIFF pages of every kind: what is read is what was written."""

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from tiff_files import DEFLATE, LZW, NONE, PACKBITS, tiff_file

from docbin.errors import InputError
from docbin.image import as_gray
from docbin.io import open_source, read_pages
from docbin.io.color import cmyk_to_rgb
from docbin.io.orientation import upright

rng = np.random.default_rng(5)
GRAY = np.sort(rng.integers(0, 256, (45, 70), dtype=np.uint8), axis=1)
RGB = rng.integers(0, 256, (45, 70, 3), dtype=np.uint8)
DEEP = rng.integers(0, 65536, (45, 70), dtype=np.uint16)
MASK = rng.random((45, 70)) < 0.2


def only(data, **options):
    (page,) = open_source(data, **options)
    return page


def rounded(samples):
    return ((samples.astype(np.int64) * 2 + 257) // 514).astype(np.uint8)


@pytest.mark.parametrize("compression", [NONE, LZW, DEFLATE, PACKBITS])
@pytest.mark.parametrize("predictor", [1, 2])
@pytest.mark.parametrize("tile", [None, (32, 16), (80, 48)], ids=str)
@pytest.mark.parametrize(("order", "big"), [("<", False), (">", True)])
def test_depths_and_layouts(compression, predictor, tile, order, big):
    options = {
        "compression": compression,
        "predictor": predictor,
        "tile": tile,
        "order": order,
        "big": big,
    }
    for samples, bits, photometric, expected in [
        (GRAY, 8, 1, GRAY),
        (RGB, 8, 2, RGB),
        (DEEP, 16, 1, rounded(DEEP)),
        (np.stack([DEEP, DEEP[::-1], DEEP[:, ::-1]], axis=2), 16, 2, None),
    ]:
        page = only(tiff_file(samples, bits=bits, photometric=photometric, **options))
        assert page.can_stream
        expected = rounded(samples) if expected is None else expected
        np.testing.assert_array_equal(page.load().pixels, expected)
        bands = np.concatenate(list(page.bands(11)))
        np.testing.assert_array_equal(bands, as_gray(expected))


@given(
    st.integers(1, 40),
    st.integers(1, 40),
    st.integers(1, 50),
    st.sampled_from([NONE, LZW, DEFLATE, PACKBITS]),
    st.sampled_from([1, 2, 4, 8, 16]),
    st.sampled_from([0, 1]),
    st.integers(0, 2**32 - 1),
)
@settings(max_examples=60)
def test_any_size_and_depth(height, width, rows, compression, bits, photometric, seed):
    top = (1 << bits) - 1
    kind = np.uint16 if bits == 16 else np.uint8
    samples = np.random.default_rng(seed).integers(0, top + 1, (height, width)).astype(kind)
    data = tiff_file(
        samples, bits=bits, photometric=photometric, compression=compression, rows=rows
    )
    pixels = only(data).load().pixels
    shades = top - samples.astype(np.int64) if photometric == 0 else samples.astype(np.int64)
    if bits == 1:
        np.testing.assert_array_equal(pixels, shades == 0)
    else:
        np.testing.assert_array_equal(pixels, (shades * 255 * 2 + top) // (2 * top))


@pytest.mark.parametrize("photometric", [0, 1])
@pytest.mark.parametrize("tile", [None, (16, 16)])
def test_one_bit(photometric, tile):
    samples = (MASK if photometric == 0 else ~MASK).astype(np.uint8)
    page = only(tiff_file(samples, bits=1, photometric=photometric, tile=tile))
    assert page.info.bilevel
    np.testing.assert_array_equal(page.load().pixels, MASK)


def test_bits_lowest_first():
    page = only(tiff_file(~MASK, bits=1, rows=100, tags=[(266, 3, [2])]))
    flipped = np.packbits(~MASK, axis=1)[..., None] >> np.arange(8) & 1
    expected = flipped.reshape(45, -1)[:, :70] == 0
    np.testing.assert_array_equal(page.load().pixels, expected)


@pytest.mark.parametrize("scale", [257, 256, 1])
def test_palette(scale):
    colors = rng.integers(1, 256, (256, 3))
    data = tiff_file(GRAY, photometric=3, tags=[(320, 3, (colors.T * scale).ravel().tolist())])
    np.testing.assert_array_equal(only(data).load().pixels, colors[GRAY])


def test_palette_of_black_and_white_is_bilevel():
    data = tiff_file(MASK, bits=1, photometric=3, tags=[(320, 3, [65535, 0] * 3)])
    assert only(data).info.bilevel
    np.testing.assert_array_equal(only(data).load().pixels, MASK)


def test_alpha_on_white():
    alpha = rng.integers(0, 256, (45, 70, 1), dtype=np.uint8)
    samples = np.concatenate([RGB, alpha], axis=2)
    pixels = only(tiff_file(samples, photometric=2, tags=[(338, 3, [2])])).load().pixels
    exact = (RGB * (alpha / 255.0)) + 255 - alpha
    assert np.abs(pixels - exact).max() <= 0.5
    multiplied = np.concatenate([(RGB * (alpha / 255.0)).round().astype(np.uint8), alpha], axis=2)
    pixels = only(tiff_file(multiplied, photometric=2, tags=[(338, 3, [1])])).load().pixels
    assert np.abs(pixels - exact).max() <= 2
    pixels = only(tiff_file(samples, photometric=2, tags=[(338, 3, [0])])).load().pixels
    np.testing.assert_array_equal(pixels, RGB)


def test_cmyk():
    samples = rng.integers(0, 256, (45, 70, 4), dtype=np.uint8)
    page = only(tiff_file(samples, photometric=5))
    assert page.info.channels == 3
    np.testing.assert_array_equal(page.load().pixels, cmyk_to_rgb(samples))


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("compression", [None, "jpeg", "group4"])
def test_orientation_and_dpi(orientation, compression):
    dpi = [(282, 5, [300, 1]), (283, 5, [150, 1]), (296, 3, [2])]
    if compression is None:
        data = tiff_file(GRAY, tags=[(274, 3, [orientation]), *dpi])
        expected = GRAY
    else:
        file = io.BytesIO()
        expected = MASK if compression == "group4" else GRAY
        image = Image.fromarray(~MASK if compression == "group4" else GRAY)
        image.save(
            file, "TIFF", compression=compression, dpi=(300, 150), tiffinfo={274: orientation}
        )
        data = file.getvalue()
    page = only(data)
    pixels = page.load().pixels
    assert (page.info.height, page.info.width) == pixels.shape
    expected = upright(expected, orientation)
    assert pixels.shape == expected.shape
    assert np.abs(pixels.astype(int) - expected).max() <= (40 if compression == "jpeg" else 0)
    assert page.info.dpi == ((150.0, 300.0) if orientation > 4 else (300.0, 150.0))


def test_centimetres_and_no_unit():
    tags = [(282, 5, [11811, 100]), (283, 5, [11811, 100])]
    assert only(tiff_file(GRAY, tags=[*tags, (296, 3, [3])])).info.dpi == (300.0, 300.0)
    assert only(tiff_file(GRAY, tags=[*tags, (296, 3, [1])])).info.dpi is None


def test_pages_without_thumbnails():
    pages = list(read_pages(tiff_file(GRAY, GRAY[::-1], GRAY[:3])))
    assert [page.index for page in pages] == [0, 1, 2]
    np.testing.assert_array_equal(pages[1].pixels, GRAY[::-1])
    reduced = tiff_file(GRAY, GRAY[:5], tags=[(254, 4, [1])])
    assert len(list(open_source(reduced))) == 1


@pytest.mark.parametrize("compression", ["tiff_lzw", "tiff_adobe_deflate", "packbits", "raw"])
def test_files_of_libtiff(compression):
    page = np.tile(GRAY, (9, 9))
    file = io.BytesIO()
    Image.fromarray(page).save(file, "TIFF", compression=compression)
    assert only(file.getvalue()).can_stream
    np.testing.assert_array_equal(only(file.getvalue()).load().pixels, page)


@pytest.mark.parametrize("compression", ["group3", "group4", "jpeg"])
def test_what_pillow_decodes(compression):
    file = io.BytesIO()
    page = Image.fromarray(GRAY if compression == "jpeg" else ~MASK)
    page.save(file, "TIFF", compression=compression)
    pixels = only(file.getvalue()).load().pixels
    if compression == "jpeg":
        assert np.abs(pixels.astype(int) - GRAY).mean() < 6
    else:
        np.testing.assert_array_equal(pixels, MASK)


def test_limits_come_first():
    data = tiff_file(GRAY, tags=[(256, 4, [60000]), (257, 4, [60000]), (278, 4, [60000])])
    page = only(data)
    with pytest.raises(InputError, match="claims 60000 x 60000"):
        page.load()
    with pytest.raises(InputError, match="limit is 0 million"):
        only(tiff_file(GRAY), max_pixels=100).load()


@pytest.mark.parametrize(
    ("tags", "words"),
    [
        ([(257, 4, [90])], "of 13 strips"),
        ([(339, 3, [3])], "unsigned integers"),
        ([(258, 3, [32])], "unsigned integers"),
        ([(256, 4, [0])], "no pixels"),
        ([(278, 4, [0])], "strips or tiles are"),
        ([(322, 4, [1 << 31]), (323, 4, [16]), (324, 4, [8]), (325, 4, [9])], "tiles are 2147483"),
        ([(273, 4, [1 << 31] * 7)], "ends too early"),
    ],
)
def test_broken_directories(tags, words):
    with pytest.raises(InputError, match=words):
        only(tiff_file(GRAY, tags=tags)).load()


@pytest.mark.parametrize("compression", [NONE, LZW, DEFLATE, PACKBITS])
def test_cut_off_anywhere(compression):
    data = bytearray(tiff_file(GRAY, compression=compression))
    for size in (4, 7, 20, len(data) // 2, len(data) - 3):
        with pytest.raises(InputError, match=r"cut off|damaged|ends too early"):
            only(bytes(data[:size])).load()


def test_a_ring_of_pages():
    data = bytearray(tiff_file(GRAY))
    data[-4:] = data[4:8]
    with pytest.raises(InputError, match="ring"):
        list(open_source(bytes(data)))
