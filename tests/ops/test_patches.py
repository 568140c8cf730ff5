"""Pages in patches and back."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from docbin.errors import UsageError
from docbin.ops import patches

sides = st.integers(2, 40)
overlaps = st.floats(0, patches.MOST_OVERLAP)


@st.composite
def pages(draw):
    side = draw(sides)
    shape = tuple(side + draw(st.integers(0, 60)) for _ in range(2))
    return shape, side, draw(overlaps)


def test_patches_of_a_sheet():
    """A4 at 300 dpi in windows of 224: the published stride of 22 pixels, and a sane one."""
    sheet = (3508, 2480)
    assert len(patches.grid(sheet, 224, 0.9)) == (-(-3284 // 22) + 1) * (-(-2256 // 22) + 1)
    assert len(patches.grid(sheet, 224, 0.25)) == 21 * 15


@given(pages())
def test_every_pixel_is_covered(page):
    shape, side, overlap = page
    covered = np.zeros(shape, int)
    for top, left in patches.grid(shape, side, overlap):
        area = covered[top : top + side, left : left + side]
        assert area.shape == (side, side)
        area += 1
    assert covered.min() >= 1
    assert covered[0, 0] == covered[-1, -1] == 1 or overlap > 0 or min(shape) < 2 * side


@given(pages())
def test_neighbours_overlap_by_the_share_at_least(page):
    (length, _), side, overlap = page
    places = patches.starts(length, side, patches.stride_of(side, overlap))
    assert places[0] == 0
    assert places[-1] == length - side
    assert all(0 < step <= max(1, side * (1 - overlap) + 1e-6) for step in np.diff(places))


@given(pages())
def test_weights_add_up_to_one(page):
    (length, _), side, overlap = page
    shares = patches.weights(length, side, overlap)
    assert shares.min() >= 0
    np.testing.assert_allclose(shares.sum(0), 1, atol=1e-6)


@example(((59, 62), 35, 0.9453125), 0.9375)  # a thousand patches meet in its middle
@given(pages(), st.floats(0, 1, width=32))
def test_a_constant_map_comes_back(page, value):
    shape, side, overlap = page
    count = len(patches.grid(shape, side, overlap))
    field = patches.blended([np.full((side, side), value, np.float32)] * count, *page)
    assert field.dtype == np.float32
    np.testing.assert_allclose(field, value, atol=1e-5)


@settings(max_examples=50)
@given(pages(), st.integers(0, 1 << 30))
def test_the_pages_own_patches_give_the_page(page, seed):
    shape, side, overlap = page
    pixels = np.random.default_rng(seed).integers(0, 256, shape, np.uint8)
    cut = patches.cut(pixels, patches.grid(shape, side, overlap), side)
    field = patches.blended((each.astype(np.float32) for each in cut), *page)
    np.testing.assert_allclose(field, pixels, atol=1e-3)


def test_a_seam_is_a_ramp():
    """Two patches of 8 pixels that overlap by 4: 0 fades into 1 from eighth to eighth."""
    shares = patches.weights(12, 8, 0.5)
    np.testing.assert_allclose(shares[1, 4:8], [1 / 8, 3 / 8, 5 / 8, 7 / 8])
    zero, one = (np.full((8, 8), value, np.float32) for value in (0, 1))
    seam = patches.blended([zero, one], (8, 12), 8, 0.5)[3]
    np.testing.assert_allclose(seam, [0] * 4 + [1 / 8, 3 / 8, 5 / 8, 7 / 8] + [1] * 4)


def test_small_pages_lie_in_the_middle_of_their_medians():
    page = np.array([[1, 2, 3], [3, 3, 9]], np.uint8)
    large, place = patches.filled(page, 4, 3)
    assert place == (1, 0)
    assert large.tolist() == [[3, 3, 3], [1, 2, 3], [3, 3, 9], [3, 3, 3]]
    same, place = patches.filled(page, 1, 2)
    assert same is page
    assert place == (0, 0)
    colors = np.stack([page, page + 10, 255 - page], axis=2)
    assert patches.filled(colors, 4, 4)[0][0, 0].tolist() == [3, 13, 252]


def test_small_pages_are_continued_by_mirrors():
    page = np.array([[1, 2, 3]], np.uint8)
    assert patches.mirrored(page, 5).tolist() == [[1, 2, 3, 3, 2]] * 5
    truth = np.array([[True, False], [False, False]])
    assert patches.mirrored(truth, 3).tolist() == [[1, 0, 0], [0, 0, 0], [0, 0, 0]]
    assert patches.mirrored(truth, 2) is truth
    colors = np.zeros((1, 2, 3), np.uint8)
    assert patches.mirrored(colors, 4).shape == (4, 4, 3)


@pytest.mark.parametrize("overlap", [-0.1, 0.96, float("nan")])
def test_other_overlaps_are_refused(overlap):
    with pytest.raises(UsageError, match="overlap is"):
        patches.grid((100, 100), 20, overlap)
