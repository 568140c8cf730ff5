"""TIFF pages whose samples lie in planes of their own, and pages in CIELAB."""

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms
from tiff_files import DEFLATE, LZW, NONE, PACKBITS, tiff_file

from docbin.errors import InputError
from docbin.io import open_source

rng = np.random.default_rng(31)
COLORS = rng.integers(0, 256, (45, 70, 3), dtype=np.uint8)


def only(data, **options):
    (page,) = open_source(data, **options)
    return page


@pytest.mark.parametrize("compression", [NONE, LZW, DEFLATE, PACKBITS])
@pytest.mark.parametrize("tile", [None, (16, 32)])
def test_planes_of_8_bits(compression, tile):
    data = tiff_file(COLORS, photometric=2, planar=True, compression=compression, tile=tile)
    page = only(data)
    assert page.can_stream
    np.testing.assert_array_equal(page.load().pixels, COLORS)
    if tile is None:
        with Image.open(io.BytesIO(data)) as picture:
            np.testing.assert_array_equal(np.asarray(picture), COLORS)


@settings(deadline=None, max_examples=40)
@given(
    order=st.sampled_from("<>"),
    compression=st.sampled_from([NONE, DEFLATE]),
    predictor=st.sampled_from([1, 2]),
    tile=st.sampled_from([None, (16, 16)]),
    shape=st.tuples(st.integers(1, 40), st.integers(1, 40)),
    seed=st.integers(0, 99),
)
def test_planes_of_16_bits_are_rounded(order, compression, predictor, tile, shape, seed):
    deep = np.random.default_rng(seed).integers(0, 65536, (*shape, 3), dtype=np.uint16)
    how = {"order": order, "compression": compression, "predictor": predictor, "tile": tile}
    page = only(tiff_file(deep, bits=16, photometric=2, planar=True, **how))
    np.testing.assert_array_equal(page.load().pixels, np.round(deep / 257).astype(np.uint8))


def test_planes_of_inks_and_alpha():
    inks = rng.integers(0, 256, (20, 30, 4), dtype=np.uint8)
    apart = only(tiff_file(inks, photometric=5, planar=True)).load().pixels
    together = only(tiff_file(inks, photometric=5)).load().pixels
    np.testing.assert_array_equal(apart, together)
    gray = np.dstack([COLORS[..., 0], np.zeros_like(COLORS[..., 0])])
    faded = only(tiff_file(gray, planar=True, tags=((338, 3, [2]),))).load().pixels
    assert (faded == 255).all()


def test_a_missing_plane_is_an_error():
    data = tiff_file(COLORS, photometric=2, planar=True, rows=45, tags=((273, 4, [8, 8]),))
    with pytest.raises(InputError, match="2 of 3 strips or tiles"):
        only(data).load()


def srgb_of(lightness, a, b):
    """CIELAB of D50 to sRGB, by the definitions, with Bradford's adaptation to D65."""
    y = (lightness + 16) / 116
    cube = [
        t**3 if t > 6 / 29 else (t - 4 / 29) * 3 * (6 / 29) ** 2
        for t in (y + a / 500, y, y - b / 200)
    ]
    matrix = [
        [3.1338561, -1.6168667, -0.4906146],
        [-0.9787684, 1.9161415, 0.0334540],
        [0.0719453, -0.2289914, 1.4052427],
    ]
    linear = np.clip(np.array(matrix) @ (np.array(cube) * [0.96422, 1, 0.82521]), 0, 1)
    return 255 * np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)


PLACES = [(100, 0, 0), (0, 0, 0), (53, 0, 0), (60, 40, 20), (40, -20, 30), (70, 10, -40)]
EXPECTED = np.array([srgb_of(*place) for place in PLACES])


@pytest.mark.parametrize("planar", [False, True])
@pytest.mark.parametrize("bits", [8, 16])
def test_cielab(bits, planar):
    unit, top = (1, 255) if bits == 8 else (256, 65535)
    stored = [[round(x * top / 100), a * unit, b * unit] for x, a, b in PLACES]
    samples = np.array([stored]).astype(f"u{bits // 8}")
    page = only(tiff_file(samples, bits=bits, photometric=8, planar=planar))
    assert (page.info.channels, page.info.bilevel) == (3, False)
    np.testing.assert_allclose(page.load().pixels[0], EXPECTED, atol=2)


@pytest.mark.parametrize("bits", [8, 16])
def test_cielab_as_profiles_have_it(bits):
    unit = 1 if bits == 8 else 256
    stored = [[round(x * 2.55 * unit), (a + 128) * unit, (b + 128) * unit] for x, a, b in PLACES]
    samples = np.array([stored]).astype(f"u{bits // 8}")
    page = only(tiff_file(samples, bits=bits, photometric=9))
    np.testing.assert_allclose(page.load().pixels[0], EXPECTED, atol=2)


def test_cielab_that_pillow_writes():
    smooth = np.sort(COLORS, axis=1)
    spaces = [ImageCms.createProfile(name) for name in ("sRGB", "LAB")]
    picture = ImageCms.profileToProfile(Image.fromarray(smooth), *spaces, outputMode="LAB")
    written = io.BytesIO()
    picture.save(written, "TIFF")
    found = only(written.getvalue()).load().pixels
    # Eight bits of CIELAB do not hold every colour of sRGB.
    assert np.abs(found.astype(int) - smooth).mean() < 2
