"""Filters and walks that show the paper: equal to their twins, and right by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from docbin import kernels
from docbin.kernels import reference

cases = {
    "height": st.integers(1, 25),
    "width": st.integers(1, 60),
    "levels": st.sampled_from([2, 5, 256]),
    "seed": st.integers(0, 2**32 - 1),
}


def noise(height, width, levels, seed):
    return np.random.default_rng(seed).integers(0, levels, (height, width)).astype(np.uint8)


@settings(max_examples=80)
@given(**cases, bins=st.integers(1, 60), dense=st.floats(0, 1))
def test_walks_equal_their_twins(height, width, levels, seed, bins, dense):
    gray = noise(height, width, levels, seed)
    marks = (np.random.default_rng(seed + 1).random(gray.shape) < dense).astype(np.uint8)
    for threads in (1, 3):
        np.testing.assert_array_equal(
            kernels.edge_pairs(gray, marks, bins, threads), reference.edge_pairs(gray, marks, bins)
        )
        np.testing.assert_array_equal(
            kernels.inpaint(gray, marks, threads), reference.inpaint(gray, marks)
        )


@settings(max_examples=60)
@given(**cases)
def test_doubled_pages_equal_their_twin(height, width, levels, seed):
    gray = noise(height, width, levels, seed) * np.uint8(255 // (levels - 1))
    for page in (gray, np.tile(gray, (9, 1)), gray[:0], gray[:, :0].copy()):
        for threads in (1, 3):
            np.testing.assert_array_equal(kernels.doubled(page, threads), reference.doubled(page))


def test_doubled_by_hand():
    """A step overshoots by 9 and 3 of 128 and is cut off at black and white."""
    found = kernels.doubled(np.array([[0, 0, 128, 128, 128]], np.uint8))
    assert found.tolist() == [[0, 0, 0, 26, 102, 137, 131, 128, 128, 128]] * 2
    assert kernels.doubled(np.array([[0, 255]], np.uint8)).max() == 255


@settings(max_examples=60)
@given(
    **cases, tall=st.integers(1, 30), wide=st.integers(1, 70), percent=st.sampled_from([0, 50, 100])
)
def test_filters_equal_their_twins(height, width, levels, seed, tall, wide, percent):
    gray = noise(height, width, levels, seed)
    np.testing.assert_array_equal(
        kernels.rank_filter(gray, tall, wide, percent, 2),
        reference.rank_filter(gray, tall, wide, percent),
    )
    for window in (1, 3, 5, 13):
        np.testing.assert_array_equal(
            kernels.wiener(gray, window, 2), reference.wiener(gray, window)
        )


@settings(max_examples=40)
@given(**cases, lowest=st.integers(-300, 300), bare=st.booleans())
def test_depth_threshold_equals_its_twin(height, width, levels, seed, lowest, bare):
    gray, paper = noise(height, width, levels, seed), noise(height, width, 256, seed + 1)
    if bare:
        paper[:, : width * 3 // 4] = gray[:, : width * 3 // 4]
    limits = np.arange(lowest, lowest + 256).astype(np.int16)
    np.testing.assert_array_equal(
        kernels.depth_threshold(gray, paper, limits, 3),
        reference.depth_threshold(gray, paper, limits),
    )
    with pytest.raises(ValueError, match="256"):
        kernels.depth_threshold(gray, paper, limits[1:])


def test_filters_and_scipy_agree_away_from_borders():
    gray = noise(300, 200, 256, 3)
    for tall, wide in ((20, 2), (2, 20), (7, 5)):
        expected = ndimage.percentile_filter(gray, 80, size=(tall, wide))[20:-20, 20:-20]
        ranked = kernels.rank_filter(gray, tall, wide, 80, 3)[20:-20, 20:-20]
        np.testing.assert_array_equal(ranked, expected)
    smooth = kernels.wiener(gray, 3, 3)
    np.testing.assert_array_equal(smooth, kernels.wiener(gray, 3, 1))
    wide = gray.astype(float)
    mean = ndimage.uniform_filter(wide, 3)
    variance = ndimage.uniform_filter(wide * wide, 3) - mean**2
    level = variance[1:-1, 1:-1].mean()
    expected = mean + np.maximum(variance - level, 0) / variance * (wide - mean)
    assert np.abs(smooth - expected)[1:-1, 1:-1].max() < 1.5


def test_stroke_sides_by_hand():
    gray = np.array([[200, 200, 150, 20, 20, 20, 150, 200, 200, 150, 20]], np.uint8)
    edges = np.array([[0, 0, 1, 0, 0, 0, 1, 0, 0, 1, 0]], np.uint8)
    # The side at 2 darkens, the one at 6 brightens: 4 pixels, 8 halves. The third has no partner.
    assert np.flatnonzero(kernels.edge_pairs(gray, edges, 20)).tolist() == [8]
    tall = [np.tile(part, (300, 1)) for part in (gray, edges)]
    assert kernels.edge_pairs(*tall, 20, 3)[8] == len(tall[0])
    assert kernels.edge_pairs(gray, edges, 5).tolist() == [0, 0, 0, 0, 1]
    assert kernels.edge_pairs(gray[:, ::-1].copy(), edges[:, ::-1].copy(), 20)[8] == 1


def test_inpainting_by_hand():
    gray = np.array([[100, 0, 0, 60]], np.uint8)
    ink = np.array([[0, 1, 1, 0]], np.uint8)
    # From the left 100, then (100 + 60) / 2; from the right 60, then 80: the darker of both.
    assert kernels.inpaint(gray, ink).tolist() == [[100, 80, 60, 60]]
    assert kernels.inpaint(gray, np.ones_like(ink)).tolist() == [[255] * 4]


def test_wrong_arguments_are_refused():
    page = np.zeros((3, 3), np.uint8)
    with pytest.raises(ValueError, match="bins"):
        kernels.edge_pairs(page, page, 0)
    with pytest.raises(ValueError, match="percent"):
        kernels.rank_filter(page, 2, 2, 101)
    with pytest.raises(ValueError, match="window"):
        kernels.wiener(page, 15)
    with pytest.raises(ValueError, match="shape"):
        kernels.inpaint(page, page[:1])
