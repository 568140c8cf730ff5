"""Black around a page: what is found, and what is not."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docbin import synth
from docbin.ops.dark_edges import Watched, dark_edges

PAGE, TRUTH = synth.page(5, 620, 877, dpi=75, gray=True)


def whole(around, gray):
    return around.mask(slice(0, gray.shape[0]), slice(0, gray.shape[1]))


def painted(gray, mask, tone=10):
    return np.where(mask, np.uint8(tone), gray)


def strip(shape, side, depth):
    """Return True along an edge: top, bottom, left or right."""
    mask = np.zeros(shape, bool)
    turned = (mask, mask[::-1], mask.T, mask.T[::-1])[side]
    turned[:depth] = True
    return mask


@pytest.mark.parametrize("side", range(4))
@pytest.mark.parametrize("depth", [1, 2, 7, 40, 200])
@pytest.mark.parametrize("scale", [1, 3])
def test_a_border_of_any_depth_is_found_with_a_margin(side, depth, scale):
    gray = PAGE.repeat(scale, 0).repeat(scale, 1)
    border = strip(gray.shape, side, depth)
    found = whole(dark_edges(painted(gray, border)), gray)
    assert found[border].all()
    step = max(1, round((gray.size / 2**15) ** 0.5))
    assert not found[~strip(gray.shape, side, depth + 4 * step)].any()
    if depth >= step:
        assert found[strip(gray.shape, side, depth + step)].all()


@pytest.mark.parametrize("layout", ["page", "letter", "table", "columns"])
@pytest.mark.parametrize("degradations", [(), synth.pages.USUAL, ["rulings", "seals", "folds"]])
def test_pages_without_a_border_have_none(layout, degradations):
    for seed in (1, 2):
        gray = synth.page(
            seed, 620, 877, dpi=75, layout=layout, degradations=degradations, gray=True
        ).image
        assert dark_edges(gray) is None


def test_a_torn_corner_and_a_page_that_lies_askew():
    y, x = np.mgrid[: PAGE.shape[0], : PAGE.shape[1]]
    corner = x + y < 200
    wedge = 10 * y + 0.6 * x < 250
    for mask in (corner, wedge, corner | wedge):
        found = whole(dark_edges(painted(PAGE, mask)), PAGE)
        assert found[mask].all()
        assert np.count_nonzero(found & ~mask) < 0.05 * mask.size


def test_lines_that_touch_a_border_are_not_part_of_it():
    gray = painted(PAGE, strip(PAGE.shape, 2, 30))
    gray[300:303, 20:500] = 20  # three pixels, the border is found on a grid of four
    found = whole(dark_edges(gray), gray)
    assert not found[:, 60:].any()


def test_text_cut_off_by_the_edge_is_no_border():
    gray = np.full((300, 400), 230, np.uint8)
    gray[:, 9::20] = gray[:, 10::20] = 30  # strokes from edge to edge
    assert dark_edges(gray) is None
    gray[:30, :40] = 20  # less than an eighth of an edge
    assert dark_edges(gray) is None


def test_a_picture_inside_the_page_is_no_border():
    gray = PAGE.copy()
    gray[200:600, 100:500] = 5
    assert dark_edges(gray) is None


def test_dark_pages_and_clips_have_none():
    dark = np.full((300, 300), 12, np.uint8)
    assert dark_edges(dark) is None
    dark[140:160, 140:160] = 230
    assert dark_edges(dark) is None
    clip = np.full((63, 900), 220, np.uint8)
    clip[:, :40] = 5
    assert dark_edges(clip) is None
    assert dark_edges(np.full((1, 1), 3, np.uint8)) is None


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 2**32 - 1), st.integers(64, 700), st.integers(64, 700))
def test_rectangles_are_disjoint_and_are_the_mask(seed, height, width):
    rng = np.random.default_rng(seed)
    gray = np.full((height, width), 220, np.uint8)
    for line in (gray, gray[::-1], gray.T, gray.T[::-1]):
        depth = (np.cumsum(rng.normal(0, 1, line.shape[1])) + rng.integers(-20, 30)).astype(int)
        for x, deep in enumerate(depth):
            line[: max(0, deep), x] = rng.integers(0, 30)
    around = dark_edges(gray)
    if around is None:
        return
    covered = np.zeros(gray.shape, np.int64)
    for rows, columns in around.rectangles():
        covered[rows, columns] += 1
    np.testing.assert_array_equal(covered, whole(around, gray))
    part = around.mask(slice(3, height - 5), slice(7, 11))
    np.testing.assert_array_equal(part, covered[3 : height - 5, 7:11] > 0)


@pytest.mark.parametrize("rows", [1, 13, 100, 877])
def test_bands_on_their_way_show_the_same_whatever_their_height(rows):
    gray = painted(PAGE, strip(PAGE.shape, 0, 25) | strip(PAGE.shape, 3, 60))
    watched = Watched(gray[top : top + rows] for top in range(0, len(gray), rows))
    np.testing.assert_array_equal(np.concatenate(list(watched)), gray)
    around, tone = watched.around()
    at_once = Watched([gray])
    assert len(list(at_once)) == 1
    expected, same = at_once.around()
    np.testing.assert_array_equal(whole(around, gray), whole(expected, gray))
    assert tone == same
    assert 10 <= tone < 100
    assert whole(around, gray)[strip(gray.shape, 0, 25)].all()
    blank = Watched([PAGE])
    assert len(list(blank)) == 1
    assert blank.around() == (None, -1)


def test_a_band_has_borders_only_where_the_page_ends():
    band = np.full((300, 400), 230, np.uint8)
    band[:50, 40:360] = 8
    assert dark_edges(band, 60, (False, False, True, True)) is None
    around = dark_edges(band, 60, (True, False, True, True))
    assert around is not None
    assert whole(around, band)[:50, 40:360].all()
    # All of it is black, and the page is known to have more.
    black = np.full((300, 400), 8, np.uint8)
    assert whole(dark_edges(black, 60, (False, False, True, True)), black).all()


def test_no_bands_at_all():
    watched = Watched([])
    assert list(watched) == []
    assert watched.around() == (None, -1)
