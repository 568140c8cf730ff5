"""The weight maps of the kernels against their twin, bit for bit, and parts of them by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docbin import kernels
from docbin.kernels import reference
from docbin.kernels.reference_skeleton import tidy, zhang_suen
from docbin.kernels.reference_weights import chessboard


@st.composite
def masks(draw):
    """Masks of odd sizes around the words of 64 pixels: specks, strokes, blobs, holes."""
    height = draw(st.integers(1, 30))
    width = draw(st.one_of(st.integers(1, 40), st.sampled_from([63, 64, 65, 129])))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    side = draw(st.integers(1, 9))
    noise = rng.random((height + side - 1, width + side - 1))
    sums = np.pad(noise.cumsum(0).cumsum(1), ((1, 0), (1, 0)))
    sums = sums[side:, side:] - sums[:-side, side:] - sums[side:, :-side] + sums[:-side, :-side]
    return sums > np.quantile(sums, draw(st.floats(0.05, 0.95)))


def agree(truth):
    for mine, twin in zip(
        kernels.pseudo_weights(truth), reference.pseudo_weights(truth), strict=True
    ):
        assert mine.dtype == twin.dtype
        assert np.array_equal(mine, twin)


@pytest.mark.skipif(kernels.extension is None, reason="no compiled kernels here")
@settings(max_examples=50)
@given(masks())
def test_kernel_equals_its_twin(truth):
    agree(truth)


@pytest.mark.skipif(kernels.extension is None, reason="no compiled kernels here")
@pytest.mark.parametrize("shape", [(1, 1), (1, 64), (64, 1), (2, 2), (3, 129), (90, 80)])
@pytest.mark.parametrize("ink", [False, True])
def test_flat_masks(shape, ink):
    agree(np.full(shape, ink))


@pytest.mark.skipif(kernels.extension is None, reason="no compiled kernels here")
def test_discs_and_squares_and_their_holes():
    rows, columns = np.mgrid[:90, :150]
    truth = np.hypot(rows - 30, columns - 30) < 25.3
    truth &= ~(np.hypot(rows - 30, columns - 33) < 7)
    truth[60:80, 60:100] = True
    truth[64:76, 70:90] = False
    truth[0:6, 140:] = truth[86:88, 20:22] = True
    agree(truth)
    agree(~truth)


def test_chessboard_distance_by_definition():
    rng = np.random.default_rng(1)
    features = rng.random((17, 23)) > 0.97
    rows, columns = np.nonzero(features)
    y, x = np.mgrid[:17, :23]
    far = np.maximum(abs(y[..., None] - rows), abs(x[..., None] - columns)).min(axis=2)
    assert np.array_equal(chessboard(features), far)


def test_zhang_suen_by_hand():
    assert zhang_suen(np.ones((2, 2), bool))[0].sum() == 0
    thinned, passes = zhang_suen(np.ones((3, 9), bool))
    assert passes == 2
    assert thinned[1].sum() == thinned.sum() > 4


def test_tidying_takes_corners_of_stairs():
    stairs = np.array([[1, 1, 0, 0], [0, 1, 1, 0], [0, 0, 1, 1]], bool)
    assert tidy(stairs).sum() < stairs.sum()
    line = np.eye(5, dtype=bool)
    assert np.array_equal(tidy(line), line)


def test_weights_of_a_bar_by_hand():
    """A bar 3 high: its middle is the skeleton, at distance 1 with factor 2, so each weighs ½."""
    truth = np.zeros((11, 40), bool)
    truth[4:7, 5:35] = True
    distance, norm, paper_distance, paper_norm = kernels.pseudo_weights(truth)
    middle = distance[:, 12:28] / np.maximum(norm[:, 12:28], 1)
    assert middle.tolist() == [[0.5 * (y == 5)] * 16 for y in range(11)]
    # The stroke is 2 · 2 wide in factors, so paper weighs d/4 up to 4 pixels from the bar.
    weight = paper_distance[:, 20] / np.maximum(paper_norm[:, 20], 1.0)
    assert weight.tolist()[:4] == [1.0, 0.75, 0.5, 0.25]


def test_no_pixels_are_refused():
    with pytest.raises(ValueError, match="no pixels"):
        kernels.pseudo_weights(np.zeros((0, 3), bool))


NAMES = [
    "dibco2009_H03", "dibco2009_P01", "dibco2009_P02", "dibco2009_P05", "dibco2011_HW4",
    "dibco2011_HW8", "dibco2011_PR7", "dibco2011_PR8", "dibco2013_PR07", "hdibco2010_H03",
    "hdibco2010_H06", "hdibco2012_H07", "hdibco2014_H04", "hdibco2014_H05", "hdibco2014_H06",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_official_maps_to_the_files_six_decimals(real_data, name):
    from docbin import read_mask

    folder, page = name.split("_")
    truth = read_mask(real_data / "binarization" / folder / "gt" / f"{page}.png")
    distance, norm, paper_distance, paper_norm = kernels.pseudo_weights(truth)
    for side, above, below in (("R", distance, norm), ("P", paper_distance, paper_norm)):
        with np.load(real_data / "pweights" / f"{name}_{side}.npz") as file:
            official = file["w"].astype(np.float64)
        weight = np.minimum(above / np.maximum(below, 1.0) * (below > 0), 2)
        assert np.abs(weight - official).max() < 6e-7, side
