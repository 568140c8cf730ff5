"""Ink of a region in a photo: answers that are plain to see, in any colours, either way round."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docbin.ops.color_axis import otsu, split, two_clusters
from docbin.ops.polygon import area
from docbin.ops.scene_ink import Region, region_ink, text_height

BOX = np.array([(30, 20), (130, 20), (130, 60), (30, 60)], float)


def letters():
    """Return the ink of three letters, bool (80, 160)."""
    ink = np.zeros((80, 160), bool)
    for left in (38, 70, 102):
        ink[26:54, left : left + 6] = True
        ink[26:32, left : left + 20] = True
        ink[38:43, left : left + 16] = True
    return ink


def photo(ink, color, ground, shade=None):
    image = np.where(ink[..., None], color, ground).astype(float)
    if shade is not None:
        image *= shade[..., None]
    return np.rint(image).clip(0, 255).astype(np.uint8)


def f_measure(found, truth):
    both = (found & truth).sum()
    return 2 * both / (found.sum() + truth.sum())


def seen(image, box=BOX):
    region = Region.of(box, image.shape)
    ink, light = region_ink(image, region)
    result = np.zeros(image.shape[:2], bool)
    result[region.window] = ink
    return result, light


COLORS = {
    "black on white": ((10, 10, 10), (250, 250, 250), False),
    "white on black": ((250, 250, 250), (10, 10, 10), True),
    "yellow on blue": ((240, 220, 30), (20, 30, 160), True),
    # Luma 105.7 and 106.0: no threshold on gray can tell them apart.
    "red on green": ((220, 50, 90), (40, 145, 80), None),
    "gray on gray": ((120, 120, 120), (150, 150, 150), False),
}


@pytest.mark.parametrize("name", COLORS)
def test_letters_of_any_color(name):
    color, ground, light = COLORS[name]
    found, said = seen(photo(letters(), color, ground))
    assert f_measure(found, letters()) > 0.97
    assert light is None or said == light


@pytest.mark.parametrize("light", [False, True])
def test_a_shadow_over_half_of_the_letters(light):
    shade = np.ones((80, 160))
    shade[:, 80:] = 0.45
    color, ground = ((230, 230, 230), (120, 110, 100))[:: 1 if light else -1]
    found, said = seen(photo(letters(), color, ground, shade))
    assert f_measure(found, letters()) > 0.85
    assert said == light


def test_noise_and_blur():
    import cv2

    image = photo(letters(), (60, 70, 90), (170, 160, 150))
    image = cv2.GaussianBlur(image, (0, 0), 1.2)
    noise = np.random.default_rng(1).normal(0, 6, image.shape)
    found, _ = seen(np.rint(image + noise).clip(0, 255).astype(np.uint8))
    assert f_measure(found, letters()) > 0.85


def test_what_is_outside_is_no_ink():
    ink = letters()
    ink[70:76] = True
    ink[:, 150:] = True
    found, _ = seen(photo(ink, (0, 0, 0), (255, 255, 255)))
    assert not found[66:].any()
    assert not found[:, 140:].any()


def test_even_regions_have_no_ink():
    for level in (0, 128, 255):
        found, light = seen(np.full((80, 160, 3), level, np.uint8))
        assert not found.any()
        assert not light


def test_regions_at_and_over_the_edge():
    image = photo(letters(), (0, 0, 0), (255, 255, 255))
    whole = np.array([(-500, -500), (900, -500), (900, 900), (-500, 900)], float)
    assert f_measure(seen(image, whole)[0], letters()) > 0.5
    assert Region.of(whole + 5000, image.shape) is None
    sliver = np.array([(3.2, 3.2), (3.4, 3.2), (3.3, 3.3)])
    region = Region.of(sliver, image.shape)
    assert region is None or region_ink(image, region)[0].shape == region.inside.shape
    line = np.array([(5, 5), (50, 5), (20, 5)], float)
    region = Region.of(line, image.shape)
    assert region is None or region_ink(image, region)[0].shape == region.inside.shape
    for side in (1, 2, 10):
        small = np.random.default_rng(side).integers(0, 256, (side, side, 3), np.uint8)
        region = Region.of(
            np.array([(0, 0), (side, 0), (side, side), (0, side)], float), (side,) * 2
        )
        assert region_ink(small, region)[0].shape == (side, side)


@settings(max_examples=25)
@given(
    st.integers(0, 2**32 - 1),
    st.lists(st.tuples(st.floats(-20, 60), st.floats(-20, 60)), min_size=3, max_size=8),
)
def test_any_pixels_and_any_polygon(seed, corners):
    image = np.random.default_rng(seed).integers(0, 256, (33, 41, 3), np.uint8)
    before = image.copy()
    region = Region.of(np.array(corners, float), image.shape)
    if region is not None:
        ink, _ = region_ink(image, region)
        assert ink.shape == region.inside.shape
        assert ink.dtype == np.bool_
        assert not (ink & ~region.inside).any()
    np.testing.assert_array_equal(image, before)


@given(st.floats(2, 500), st.floats(2, 500), st.floats(0, 6.3))
def test_height_of_turned_rectangles(width, height, angle):
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)])
    turned = corners @ np.array([(np.cos(angle), np.sin(angle)), (-np.sin(angle), np.cos(angle))])
    assert area(turned) == pytest.approx(width * height, rel=1e-6)
    assert text_height(turned) == pytest.approx(min(width, height), rel=1e-3, abs=1e-2)


def test_otsu_of_two_levels():
    assert 10 < otsu(np.array([10, 10, 10, 200], np.float32)) < 200
    assert otsu(np.array([7, 7], np.float32)) == 7


def test_clusters_and_the_axis_between_them():
    rng = np.random.default_rng(2)
    # Wide along the first axis, apart along the second: the axis of variance is the wrong one.
    first = rng.normal((0, 0, 0), (60, 2, 2), (400, 3)).astype(np.float32)
    second = rng.normal((0, 40, 0), (60, 2, 2), (400, 3)).astype(np.float32)
    colors = np.concatenate([first, second])
    axis = split(colors, np.arange(800) >= 400)
    assert abs(axis[1]) > 0.95
    assert np.linalg.norm(axis) == pytest.approx(1, abs=1e-6)
    apart = np.concatenate([first * 0.01, second])
    assert two_clusters(np.ones((9, 3), np.float32)) is None
    classes = two_clusters(apart * (0.1, 1, 1))
    assert classes is not None
    assert (
        max(
            (classes == (np.arange(800) >= 400)).mean(), (classes != (np.arange(800) >= 400)).mean()
        )
        > 0.99
    )
