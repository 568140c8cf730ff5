"""Samples to eight bits, alpha, inks and palettes: by hand."""

import math
from fractions import Fraction

import numpy as np
import pytest
from exif_blocks import exif
from profiles import cmyk_profile, gray_profile, swapped_profile

from docbin.io.color import (
    cmyk_to_rgb,
    eight_bit,
    ink,
    is_black_and_white,
    on_white,
    palette_table,
    unpack_samples,
)
from docbin.io.exif import orientation_and_dpi
from docbin.io.icc import palette_in_srgb, to_srgb, usable_profile
from docbin.io.orientation import swaps_sides, upright
from docbin.io.page import per_inch


def half_up(value):
    return math.floor(value + Fraction(1, 2))


@pytest.mark.parametrize("bits", range(1, 17))
def test_any_depth_to_eight_bits(bits):
    top = (1 << bits) - 1
    values = np.unique(np.linspace(0, top, 200).astype(np.uint16))
    expected = [half_up(Fraction(255 * int(value), top)) for value in values]
    assert eight_bit(values, bits).tolist() == expected


def test_sixteen_bits_are_divided_by_257():
    values = np.arange(65536, dtype=np.uint16)
    np.testing.assert_array_equal(
        eight_bit(values, 16), np.floor(values.astype(np.int64) / 257 + 0.5)
    )


def test_packed_samples():
    row = np.array([[0b11100100, 0b00011011]], np.uint8)
    assert unpack_samples(row, 1, 10).tolist() == [[1, 1, 1, 0, 0, 1, 0, 0, 0, 0]]
    assert unpack_samples(row, 2, 7).tolist() == [[3, 2, 1, 0, 0, 1, 2]]
    assert unpack_samples(row, 4, 3).tolist() == [[14, 4, 1]]
    assert unpack_samples(row, 8, 1).tolist() == [[228]]
    assert unpack_samples(row, 16, 1).tolist() == [[228 * 256 + 27]]
    assert ink(row, 3, 0).tolist() == [[False, False, False]]
    assert ink(row, 10, 1).tolist() == [[bool(int(bit)) for bit in "1110010000"]]


def test_alpha_is_exact_for_every_pair():
    value, alpha = np.meshgrid(np.arange(256), np.arange(256))
    # Never half way between: 255 is odd.
    exact = np.floor((value * alpha + 255 * (255 - alpha)) / 255 + 0.5)
    gray = on_white(value.astype(np.uint8), alpha.astype(np.uint8))
    np.testing.assert_array_equal(gray, exact)
    color = np.repeat(value[..., None], 3, axis=2).astype(np.uint8)
    np.testing.assert_array_equal(on_white(color, alpha.astype(np.uint8))[..., 1], exact)


def test_inks_without_a_profile():
    inks = np.array([[[0, 0, 0, 0], [255, 0, 0, 0], [0, 51, 0, 51], [7, 8, 9, 255]]], np.uint8)
    assert cmyk_to_rgb(inks).tolist() == [[[255] * 3, [0, 255, 255], [204, 163, 204], [0] * 3]]


def test_palettes():
    gray = palette_table(np.array([[9, 9, 9], [255, 255, 255]], np.uint8))
    assert (gray.shape, gray[:3].tolist()) == ((256,), [9, 255, 0])
    color = palette_table(np.array([[9, 8, 9]], np.uint8))
    assert (color.shape, color[:2].tolist()) == ((256, 3), [[9, 8, 9], [0, 0, 0]])
    both = palette_table(np.array([[255] * 3, [0] * 3], np.uint8))
    assert is_black_and_white(both, 1)
    assert not is_black_and_white(both, 2)
    assert not is_black_and_white(gray, 1)
    assert not is_black_and_white(color, 1)


def test_profiles():
    assert usable_profile(gray_profile(), 1) == gray_profile()
    assert usable_profile(gray_profile(), 3) is None
    assert usable_profile(cmyk_profile(), 4) == cmyk_profile()
    assert usable_profile(b"", 1) is None
    assert usable_profile(gray_profile()[:100], 1) is None
    assert to_srgb(None, 3) is None
    assert to_srgb(gray_profile()[:140].ljust(400, b"\0"), 1) is None


def test_srgb_itself_changes_nothing():
    from PIL import ImageCms

    plain = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert to_srgb(plain, 3) is None


@pytest.mark.parametrize("gamma", [1.0, 1.8, 2.2])
def test_gray_gamma(gamma):
    transform = to_srgb(gray_profile(gamma), 1)
    ramp = np.arange(256, dtype=np.uint8)[None]
    # Profiles keep gamma in 256ths.
    light = (ramp / 255) ** (round(gamma * 256) / 256)
    low, high = 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055
    expected = 255 * np.where(light <= 0.0031308, low, high)
    found = transform(ramp)
    assert found.ndim == 2
    np.testing.assert_allclose(found[:, 16:], expected[:, 16:], atol=1)
    # Near black the steep start of the curve is kept by a table of few entries.
    np.testing.assert_allclose(found[:, :16], expected[:, :16], atol=10)


def test_profiles_of_palettes():
    color = palette_table(np.array([[250, 20, 90]], np.uint8))
    found = palette_in_srgb(color, swapped_profile())
    np.testing.assert_allclose(found[0], [90, 20, 250], atol=2)
    np.testing.assert_array_equal(palette_in_srgb(color, None), color)


def test_the_eight_orientations():
    # a b / c d / e f as the file stores it; what stands at the top left is the page's.
    stored = np.array([list("ab"), list("cd"), list("ef")])
    seen = {
        1: ["ab", "cd", "ef"],
        2: ["ba", "dc", "fe"],
        3: ["fe", "dc", "ba"],
        4: ["ef", "cd", "ab"],
        5: ["ace", "bdf"],
        6: ["eca", "fdb"],
        7: ["fdb", "eca"],
        8: ["bdf", "ace"],
    }
    for orientation, rows in seen.items():
        assert ["".join(row) for row in upright(stored, orientation)] == rows
        assert swaps_sides(orientation) == (len(rows) == 2)


@pytest.mark.parametrize("order", ["<", ">"])
def test_exif(order):
    assert orientation_and_dpi(exif(6, (300, 150), order=order)) == (6, (300.0, 150.0))
    assert orientation_and_dpi(exif(3, (100, 100), 3, order)) == (3, (254.0, 254.0))
    assert orientation_and_dpi(b"Exif\0\0" + exif(8, order=order)) == (8, None)
    assert orientation_and_dpi(exif(0, order=order)) == (1, None)
    whole = exif(6, (300, 150), order=order)
    for size in range(len(whole)):
        assert orientation_and_dpi(whole[:size]) in ((1, None), (6, None), (6, (300.0, 150.0)))


def test_whole_pixels_per_metre_mean_round_dpi():
    for dpi in (72, 96, 100, 150, 200, 300, 400, 600, 1200):
        assert abs(per_inch(round(dpi / 0.0254), 0.0254) - dpi) <= 0.02
    assert per_inch(11811, 0.0254) == 300.0
