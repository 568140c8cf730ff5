"""TIFF pages that Pillow decodes for docbin: the same pixels as Pillow's own."""

import io

import numpy as np
import pytest
from PIL import Image

from docbin.errors import InputError
from docbin.image import as_gray
from docbin.io import open_source

rng = np.random.default_rng(31)
SMOOTH = np.sort(rng.integers(0, 256, (45, 70, 3), dtype=np.uint8), axis=1)
MASK = rng.random((45, 70)) < 0.2


def only(data, **options):
    (page,) = open_source(data, **options)
    return page


def encoded(image, **options):
    file = io.BytesIO()
    image.save(file, "TIFF", **options)
    return file.getvalue()


def by_pillow(data, mode=None):
    with Image.open(io.BytesIO(data)) as image:
        return np.asarray(image if mode is None else image.convert(mode))


@pytest.mark.parametrize("quality", [50, 95])
def test_jpeg(quality):
    for image, channels in ((Image.fromarray(SMOOTH[..., 0]), 1), (Image.fromarray(SMOOTH), 3)):
        data = encoded(image, compression="jpeg", quality=quality)
        page = only(data)
        assert not page.can_stream
        assert (page.info.channels, page.info.bits, page.info.bilevel) == (channels, 8, False)
        expected = by_pillow(data)
        np.testing.assert_array_equal(page.load().pixels, expected)
        np.testing.assert_array_equal(np.concatenate(list(page.bands(8))), as_gray(expected))


def test_ycbcr():
    image = Image.fromarray(SMOOTH).convert("YCbCr")
    expected = np.asarray(image.convert("RGB")).astype(int)
    for options, tolerance in (({}, 2), ({"compression": "jpeg", "quality": 100}, 12)):
        page = only(encoded(image, **options))
        assert page.info.channels == 3
        np.testing.assert_allclose(page.load().pixels, expected, atol=tolerance)


@pytest.mark.parametrize("compression", ["group3", "group4", "tiff_ccitt"])
def test_fax_codes(compression):
    for ink, photometric in ((MASK, 1), (~MASK, 0)):
        data = encoded(Image.fromarray(~MASK), compression=compression, tiffinfo={262: photometric})
        page = only(data)
        assert (page.info.bilevel, page.info.bits, page.info.channels) == (True, 1, 1)
        found = page.load().pixels
        np.testing.assert_array_equal(found, ~by_pillow(data))
        assert np.array_equal(found, MASK) or np.array_equal(found, ink)
        bands = np.concatenate(list(page.bands(8)))
        np.testing.assert_array_equal(bands, np.where(found, 0, 255))


def test_inks():
    image = Image.fromarray(SMOOTH).convert("CMYK")
    data = encoded(image, compression="jpeg", quality=100)
    page = only(data)
    assert page.info.channels == 3
    assert np.abs(page.load().pixels.astype(int) - by_pillow(data, "RGB")).max() <= 2


@pytest.mark.parametrize("compression", ["lzma", "zstd"])
def test_codes_of_few_files(compression):
    from PIL import features

    try:
        data = encoded(Image.fromarray(SMOOTH[..., 0]), compression=compression)
    except OSError:
        pytest.skip(f"this Pillow {features.version('libtiff')} does not write {compression}")
    np.testing.assert_array_equal(only(data).load().pixels, by_pillow(data))


def test_a_palette_behind_a_code_of_pillow():
    colors = rng.integers(0, 256, (256, 3), dtype=np.uint8)
    image = Image.fromarray(SMOOTH[..., 0])
    image.putpalette(colors.tobytes())
    data = encoded(image, compression="tiff_lzw")
    np.testing.assert_array_equal(only(data).load().pixels, colors[SMOOTH[..., 0]])
    # A compression that docbin leaves to Pillow.
    other = encoded(image, compression="zstd")
    np.testing.assert_array_equal(only(other).load().pixels, colors[SMOOTH[..., 0]])


def test_lab_behind_a_code_of_pillow_is_refused_by_name():
    data = encoded(Image.new("LAB", (70, 45)), compression="zstd")
    with pytest.raises(InputError, match="kind LAB are not supported"):
        only(data).load()


@pytest.mark.parametrize("compression", ["jpeg", "group3", "group4"])
def test_limits_and_cut_off(compression):
    image = Image.fromarray(SMOOTH[..., 0] if compression == "jpeg" else ~MASK)
    data = encoded(image, compression=compression)
    with pytest.raises(InputError, match="--max-pixels 3150"):
        only(data, max_pixels=3149).load()
    for size in (4, 9, len(data) // 2, len(data) - 3):
        with pytest.raises(InputError, match="<bytes>"):
            only(data[:size]).load()


def test_several_pages_and_thumbnails():
    pages = [Image.fromarray(~np.roll(MASK, k, axis=1)) for k in range(3)]
    data = encoded(pages[0], save_all=True, append_images=pages[1:], compression="group4")
    found = list(open_source(data))
    assert [page.info.index for page in found] == [0, 1, 2]
    for k in (2, 0, 1):
        np.testing.assert_array_equal(found[k].load().pixels, np.roll(MASK, k, axis=1))
