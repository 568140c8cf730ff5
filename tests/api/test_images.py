"""Every kind of image: taken by the stated rule, or refused with the fix."""

import numpy as np
import pytest
from PIL import Image

from docbin.errors import InputError
from docbin.image import as_array, as_bilevel, as_gray, as_mask, as_rgb


@pytest.fixture
def gray():
    return np.arange(35, dtype=np.uint8).reshape(5, 7) * 7


@pytest.fixture
def rgb():
    return np.random.default_rng(1).integers(0, 256, (6, 5, 3)).astype(np.uint8)


def test_plain_arrays_are_not_copied(gray):
    assert as_array(gray) is gray or np.shares_memory(as_array(gray), gray)


def test_strided_and_mirrored_arrays(gray):
    for view in (gray[::2, ::3], gray[::-1], gray[:, ::-1], gray.T, np.asfortranarray(gray)):
        result = as_array(view)
        assert result.flags.c_contiguous
        assert np.array_equal(result, view)


def test_read_only_arrays_stay_as_they_are(gray):
    gray.flags.writeable = False
    assert np.array_equal(as_array(gray), gray)


@pytest.mark.parametrize("order", ["<", ">"])
def test_sixteen_bits_are_divided_by_257_with_rounding(order):
    values = np.arange(65536, dtype=np.uint32).reshape(256, 256)
    exact = np.floor(values / 257 + 0.5).astype(np.uint8)
    assert np.array_equal(as_array(values.astype(f"{order}u2")), exact)


def test_every_eight_bit_value_comes_back_from_sixteen(gray):
    assert np.array_equal(as_array(gray.astype(np.uint16) * 257), gray)


def test_alpha_is_laid_on_white():
    pixels = np.array([[[10, 20, 30, 255], [10, 20, 30, 0], [0, 0, 0, 128]]], np.uint8)
    assert as_array(pixels).tolist() == [[[10, 20, 30], [255, 255, 255], [127, 127, 127]]]


def test_gray_formula_is_bt601_in_rgb_order():
    primaries = np.array([[[255, 0, 0], [0, 255, 0], [0, 0, 255]]], np.uint8)
    assert as_gray(primaries).tolist() == [[76, 150, 29]]


def test_gray_becomes_three_equal_channels(gray):
    assert all(np.array_equal(as_rgb(gray)[:, :, i], gray) for i in range(3))


def test_one_channel_axis_is_dropped(gray):
    assert np.array_equal(as_array(gray[:, :, None]), gray)


def test_bool_is_ink():
    mask = np.eye(3, dtype=bool)
    assert as_array(mask).tolist() == [[0, 255, 255], [255, 0, 255], [255, 255, 0]]
    assert np.array_equal(as_bilevel(mask[:, :, None]), mask)
    assert as_bilevel(as_array(mask)) is None


def test_pil_modes_that_are_taken(rgb):
    colour = Image.fromarray(rgb)
    assert np.array_equal(as_array(colour), rgb)
    assert np.array_equal(as_array(colour.convert("L")), np.asarray(colour.convert("L")))
    for mode in ("P", "CMYK", "YCbCr", "HSV"):
        picture = colour.convert(mode)
        assert np.array_equal(as_array(picture), np.asarray(picture.convert("RGB"))), mode


def test_pil_alpha_is_laid_on_white():
    clear = Image.new("RGBA", (2, 3), (0, 0, 0, 0))
    indexed = Image.new("P", (2, 3), 0)
    indexed.putalpha(0)
    assert indexed.mode == "PA"
    for picture in (clear, clear.convert("LA"), indexed):
        assert (as_array(picture) == 255).all(), picture.mode


def test_pil_palette_with_transparency():
    picture = Image.new("P", (2, 2), 0)
    picture.putpalette([0, 0, 0, 255, 0, 0])
    picture.info["transparency"] = 0
    assert (as_array(picture) == 255).all()


def test_pil_one_bit_white_is_paper():
    picture = Image.new("1", (3, 2), 1)
    picture.putpixel((2, 1), 0)
    assert as_bilevel(picture).tolist() == [[False, False, False], [False, False, True]]


@pytest.mark.parametrize("mode", ["I;16", "I;16B"])
def test_pil_sixteen_bits(mode):
    data = np.array([[0, 257], [65535, 32767]], "<u2" if mode == "I;16" else ">u2").tobytes()
    assert as_array(Image.frombytes(mode, (2, 2), data)).tolist() == [[0, 1], [255, 127]]


@pytest.mark.parametrize(
    ("image", "fix"),
    [
        (np.zeros((3, 3)), "astype(numpy.uint8)"),
        (np.full((3, 3), np.nan, np.float32), "NaN"),
        (np.zeros((3, 3), np.int64), "astype(numpy.uint8)"),
        (np.zeros((3, 3), np.complex64), "uint8"),
        ([[0, 255], [255, 0]], "astype(numpy.uint8)"),
        (np.zeros((0, 5), np.uint8), "without pixels"),
        (np.zeros((5, 0, 3), np.uint8), "without pixels"),
        (np.zeros((0, 0), bool), "without pixels"),
        (np.zeros((3, 20, 20), np.uint8), "moveaxis"),
        (np.zeros((4, 5, 2), np.uint8), "(H, W)"),
        (np.zeros(7, np.uint8), "(H, W)"),
        (np.zeros((2, 3, 4, 3), np.uint8), "(H, W)"),
        (np.zeros((3, 3, 3), bool), "bool image must be (H, W)"),
        ([[1, 2], [3]], "docbin takes arrays"),
        (None, "NoneType"),
        ("scan.png", "read_pages"),
        (b"\x89PNG", "read_pages"),
        (object(), "numpy arrays and PIL images"),
        (Image.new("F", (2, 2)), "mode 'F'"),
        (Image.new("I", (2, 2)), "astype(numpy.uint16)"),
    ],
)
def test_refused_with_the_fix(image, fix):
    with pytest.raises(InputError) as caught:
        as_array(image)
    assert fix in str(caught.value)


def test_a_page_of_ours_says_where_its_pixels_are():
    from docbin.io import Page

    with pytest.raises(InputError, match=r"give its \.pixels"):
        as_array(Page(np.zeros((2, 2), np.uint8)))


def test_masks_must_be_bool():
    with pytest.raises(InputError, match="picture < 128"):
        as_mask(np.zeros((3, 3), np.uint8))


def test_numpy_scalars_and_lists_of_bools():
    assert as_bilevel([[True, False]]).tolist() == [[True, False]]
