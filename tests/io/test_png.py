"""PNG pages of every kind: what is read is what was written."""

import io

import numpy as np
import pytest
from exif_blocks import exif
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from png_files import GRAY, GRAY_ALPHA, PALETTE, RGB, RGBA, chunk, physical, png_file, profile
from profiles import gray_profile, swapped_profile

from docbin.errors import InputError
from docbin.image import as_gray
from docbin.io import open_source, read_pages
from docbin.io.orientation import upright

rng = np.random.default_rng(11)
CHANNELS = {GRAY: 1, RGB: 3, GRAY_ALPHA: 2, RGBA: 4}
KINDS = [(GRAY, depth) for depth in (1, 2, 4, 8, 16)]
KINDS += [(kind, depth) for kind in (RGB, GRAY_ALPHA, RGBA) for depth in (8, 16)]


def only(data, **options):
    (page,) = open_source(data, **options)
    return page


def pixels(data):
    return only(data).load().pixels


def scaled(samples, depth):
    """Round samples / (2^depth - 1) * 255, half up."""
    top = (1 << depth) - 1
    return (samples.astype(np.int64) * 510 + top) // (2 * top)


def laid_on_white(colors, alpha):
    """Round colors * alpha + 255 * (1 - alpha), alpha of 255; never half way between."""
    return (colors * alpha + 255 * (255 - alpha) + 127) // 255


def seen(samples, depth, color):
    """Return the 8-bit pixels that samples stand for."""
    eight = scaled(samples, depth)
    if color == GRAY_ALPHA:
        return laid_on_white(eight[..., 0], eight[..., 1])
    if color == RGBA:
        return laid_on_white(eight[..., :3], eight[..., 3:])
    return eight if color == RGB else eight[..., 0]


@given(
    st.integers(1, 21),
    st.integers(1, 21),
    st.sampled_from(KINDS),
    st.booleans(),
    st.integers(1, 3),
    st.integers(0, 2**32 - 1),
)
@settings(max_examples=120)
def test_any_size_kind_and_order(height, width, kind, interlaced, parts, seed):
    color, depth = kind
    random = np.random.default_rng(seed)
    samples = random.integers(0, 1 << depth, (height, width, CHANNELS[color]))
    page = only(png_file(samples, depth, color, interlaced=interlaced, parts=parts))
    assert page.can_stream == (not interlaced)
    assert page.info.bits == depth
    assert page.info.channels == (3 if color in (RGB, RGBA) else 1)
    found = page.load().pixels
    expected = seen(samples, depth, color)
    if kind == (GRAY, 1):
        assert page.info.bilevel
        np.testing.assert_array_equal(found, expected == 0)
        expected = np.where(found, 0, 255)
    else:
        np.testing.assert_array_equal(found, expected)
    bands = np.concatenate(list(page.bands(5)))
    np.testing.assert_array_equal(bands, as_gray(expected.astype(np.uint8)))


def test_sixteen_bits_by_257_with_rounding():
    # 128 / 257 = 0.498, 129 / 257 = 0.502; 65406 / 257 = 254.498, 65407 / 257 = 254.502.
    samples = np.array([[0, 128, 129, 257, 32639, 32768, 65406, 65407, 65535]])
    assert pixels(png_file(samples, 16)).tolist() == [[0, 0, 1, 1, 127, 128, 254, 255, 255]]


def test_two_and_four_bits():
    assert pixels(png_file(np.arange(4)[None], 2)).tolist() == [[0, 85, 170, 255]]
    assert pixels(png_file(np.array([[0, 1, 7, 15]]), 4)).tolist() == [[0, 17, 119, 255]]


def test_alpha_on_white():
    # 100 * 0.2 + 255 * 0.8 = 224.
    assert pixels(png_file(np.array([[[100, 51], [0, 0], [9, 255]]]), 8, GRAY_ALPHA)).tolist() == [
        [224, 255, 9]
    ]
    found = pixels(png_file(np.array([[[0, 100, 255, 51]]]), 8, RGBA))
    assert found.tolist() == [[[204, 224, 255]]]


@pytest.mark.parametrize("depth", [1, 2, 4, 8, 16])
@pytest.mark.parametrize("interlaced", [False, True])
def test_the_transparent_gray_is_white(depth, interlaced):
    samples = rng.integers(0, 1 << depth, (9, 13))
    key = int(samples[4, 5])
    data = png_file(
        samples, depth, before=[chunk(b"tRNS", key.to_bytes(2, "big"))], interlaced=interlaced
    )
    assert not only(data).info.bilevel
    expected = np.where(samples == key, 255, scaled(samples, depth))
    np.testing.assert_array_equal(pixels(data), expected)


def test_the_transparent_colour_is_compared_in_16_bits():
    samples = np.array([[[300, 300, 300], [301, 300, 300]]])
    key = b"\x01\x2c" * 3
    found = pixels(png_file(samples, 16, RGB, before=[chunk(b"tRNS", key)]))
    assert found.tolist() == [[[255, 255, 255], [1, 1, 1]]]


@pytest.mark.parametrize("depth", [1, 2, 4, 8])
@pytest.mark.parametrize("interlaced", [False, True])
def test_palette_with_alpha(depth, interlaced):
    size = 1 << depth
    colors = rng.integers(0, 256, (size, 3))
    alpha = rng.integers(0, 256, size)
    alpha[-1] = 255
    index = rng.integers(0, size, (11, 17))
    before = [
        chunk(b"PLTE", colors.astype(np.uint8).tobytes()),
        chunk(b"tRNS", alpha[:-1].astype(np.uint8).tobytes()),
    ]
    data = png_file(index, depth, PALETTE, before=before, interlaced=interlaced)
    expected = laid_on_white(colors, alpha[:, None])[index]
    np.testing.assert_array_equal(pixels(data), expected)


def test_gray_and_bilevel_palettes():
    index = rng.integers(0, 2, (5, 9))
    gray = png_file(index, 1, PALETTE, before=[chunk(b"PLTE", bytes([10] * 3 + [200] * 3))])
    assert (only(gray).info.channels, only(gray).info.bilevel) == (1, False)
    np.testing.assert_array_equal(pixels(gray), np.where(index, 200, 10))
    for first in (0, 255):
        palette = bytes([first] * 3 + [255 - first] * 3)
        page = only(png_file(index, 1, PALETTE, before=[chunk(b"PLTE", palette)]))
        assert page.info.bilevel
        np.testing.assert_array_equal(page.load().pixels, index == (0 if first == 0 else 1))


def test_an_index_beyond_the_palette_is_black():
    data = png_file(np.array([[0, 1, 200]]), 8, PALETTE, before=[chunk(b"PLTE", b"\xff" * 6)])
    assert pixels(data).tolist() == [[255, 255, 0]]


def test_profiles_are_applied():
    swapped = profile(swapped_profile())
    samples = rng.integers(0, 256, (6, 8, 3))
    page = only(png_file(samples, 8, RGB, before=[swapped]))
    assert page.info.icc == swapped_profile()
    np.testing.assert_allclose(page.load().pixels, samples[..., ::-1], atol=2)
    palette = chunk(b"PLTE", bytes([250, 20, 90, 255, 255, 255]))
    found = pixels(png_file(np.array([[0, 1]]), 1, PALETTE, before=[swapped, palette]))
    np.testing.assert_allclose(found[0], [[90, 20, 250], [255, 255, 255]], atol=2)
    # Half of sRGB's scale, 128, is the light 0.2159 = 55 / 255; 188 is 0.5029 = 128 / 255.
    linear = profile(gray_profile(1.0))
    found = pixels(png_file(np.array([[0, 55, 128, 255]]), 8, before=[linear]))
    np.testing.assert_allclose(found, [[0, 128, 188, 255]], atol=1)


def test_a_gray_palette_has_a_profile_too():
    bright = bytearray(swapped_profile())
    # All three curves: light = value, not sRGB's.
    curve = b"curv" + bytes(8)
    count = int.from_bytes(bright[128:132], "big")
    for k in range(count):
        at = 132 + 12 * k
        if bright[at : at + 4] in (b"rTRC", b"gTRC", b"bTRC"):
            where = int.from_bytes(bright[at + 4 : at + 8], "big")
            bright[where : where + 12] = curve
            bright[at + 8 : at + 12] = (12).to_bytes(4, "big")
    palette = chunk(b"PLTE", bytes([55] * 3 + [255] * 3))
    data = png_file(np.array([[0, 1]]), 1, PALETTE, before=[profile(bytes(bright)), palette])
    assert only(data).info.channels == 1
    np.testing.assert_allclose(pixels(data), [[128, 255]], atol=1)


def test_profiles_of_another_space_and_broken_ones_count_for_nothing():
    samples = rng.integers(0, 256, (6, 8, 3))
    for icc in (gray_profile(1.0), b"nonsense" * 40, swapped_profile()[:300]):
        found = pixels(png_file(samples, 8, RGB, before=[profile(icc)]))
        np.testing.assert_array_equal(found, samples)
    broken = chunk(b"iCCP", b"test\0\0no zlib")
    np.testing.assert_array_equal(pixels(png_file(samples, 8, RGB, before=[broken])), samples)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation(orientation):
    samples = rng.integers(0, 256, (7, 10))
    for where in ("before", "after"):
        block = chunk(b"eXIf", exif(orientation, (300, 150)))
        page = only(png_file(samples, **{where: [block]}))
        expected = upright(samples, orientation)
        np.testing.assert_array_equal(page.load().pixels, expected)
        assert (page.info.height, page.info.width) == expected.shape
        assert page.info.dpi == ((150.0, 300.0) if orientation > 4 else (300.0, 150.0))
        assert page.load().orientation == orientation
        np.testing.assert_array_equal(np.concatenate(list(page.bands(4))), expected)


def test_resolution():
    gray = np.zeros((2, 3), int)
    assert only(png_file(gray, before=[physical(11811, 5906)])).info.dpi == (300.0, 150.01)
    assert only(png_file(gray, before=[physical(1, 1, 0)])).info.dpi is None
    assert only(png_file(gray, before=[physical(0, 11811)])).info.dpi is None
    both = [physical(11811, 11811), chunk(b"eXIf", exif(1, (200, 200)))]
    assert only(png_file(gray, before=both)).info.dpi == (300.0, 300.0)


def test_pillow_reads_the_fixtures_the_same():
    samples = rng.integers(0, 256, (9, 14, 3))
    for interlaced in (False, True):
        data = png_file(samples, 8, RGB, interlaced=interlaced, parts=3)
        with Image.open(io.BytesIO(data)) as image:
            np.testing.assert_array_equal(np.asarray(image), samples)


PLAIN = png_file(rng.integers(0, 256, (20, 30)), before=[physical(1, 1)])


@pytest.mark.parametrize("interlaced", [False, True])
def test_cut_off_anywhere(interlaced):
    data = png_file(rng.integers(0, 256, (20, 30)), interlaced=interlaced)
    for size in range(4, len(data) - 24, 7):
        with pytest.raises(InputError, match=r"cut off|ends after|checksum|altered"):
            pixels(data[:size])


def test_a_missing_end_does_not_matter():
    np.testing.assert_array_equal(pixels(PLAIN[:-12]), pixels(PLAIN))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda d: d.replace(b"\r\n", b"\n", 1), "text mode"),
        (lambda d: d[:20] + b"\1" + d[21:], "checksum of its header"),
        (lambda d: d.replace(b"IHDR", b"IHDX"), "IHDR"),
        (lambda d: d.replace(b"IDAT", b"IDAX"), "not understood"),
        (lambda d: d[:33] + chunk(b"IEND"), "no image data"),
        (lambda d: d[:33] + chunk(b"IDAT", b"abc") + chunk(b"IEND"), "damaged"),
    ],
)
def test_damage(change, words):
    with pytest.raises(InputError, match=words):
        pixels(change(PLAIN))


@pytest.mark.parametrize(
    ("depth", "color"), [(3, GRAY), (32, GRAY), (4, RGB), (16, PALETTE), (8, 5), (0, GRAY)]
)
def test_depths_that_png_does_not_know(depth, color):
    head = (3).to_bytes(4, "big") * 2 + bytes([depth, color, 0, 0, 0])
    data = PLAIN[:8] + chunk(b"IHDR", head) + PLAIN[33:]
    with pytest.raises(InputError, match="which PNG does not know"):
        pixels(data)


def test_a_checksum_between_two_pieces():
    data = png_file(rng.integers(0, 256, (20, 30)), parts=2)
    second = data.rindex(b"IDAT")
    damaged = data[: second - 5] + bytes([data[second - 5] ^ 1]) + data[second - 4 :]
    with pytest.raises(InputError, match="checksum of its image data"):
        pixels(damaged)


def test_no_palette_and_a_broken_one():
    for before in ((), [chunk(b"PLTE", b"ab")], [chunk(b"PLTE", bytes(771))]):
        with pytest.raises(InputError, match="palette"):
            pixels(png_file(np.zeros((2, 2), int), 8, PALETTE, before=before))


def test_limits():
    assert next(read_pages(PLAIN, max_pixels=600)).pixels.shape == (20, 30)
    with pytest.raises(InputError, match="--max-pixels 600"):
        next(read_pages(PLAIN, max_pixels=599))
    with pytest.raises(InputError, match="--max-pixels 600"):
        next(only(PLAIN, max_pixels=599).bands(3))
