"""The scoring kernels against their twins, bit for bit, and thinning against other programs."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docbin import kernels
from docbin.kernels import reference

pytestmark = pytest.mark.skipif(kernels.extension is None, reason="no compiled kernels here")


@st.composite
def masks(draw, count=1):
    """Masks of odd sizes around the words of 64 pixels, from specks to solid shapes."""
    height = draw(st.integers(1, 40))
    width = draw(st.one_of(st.integers(1, 40), st.sampled_from([63, 64, 65, 127, 128, 130, 200])))
    seed = draw(st.integers(0, 2**32 - 1))
    rng = np.random.default_rng(seed)
    blur = draw(st.integers(0, 6))
    level = draw(st.floats(0.05, 0.95))
    return [_blobs(rng, height, width, blur, level) for _ in range(count)]


def _blobs(rng, height, width, blur, level):
    noise = rng.random((height + blur, width + blur)).cumsum(0).cumsum(1)
    noise = np.pad(noise, ((1, 0), (1, 0)))
    side = blur + 1
    sums = noise[side:, side:] - noise[:-side, side:] - noise[side:, :-side] + noise[:-side, :-side]
    return sums > np.quantile(sums, level)


@settings(max_examples=150)
@given(masks(2))
def test_kernels_equal_their_twins(pair):
    result, truth = pair
    assert np.array_equal(kernels.thin_guo_hall(truth), reference.thin_guo_hall(truth))
    assert np.array_equal(kernels.drd_counts(result, truth), reference.drd_counts(result, truth))
    assert kernels.mixed_blocks(truth) == reference.mixed_blocks(truth)
    assert np.array_equal(
        kernels.contour_sums(result, truth), reference.contour_sums(result, truth)
    )


def test_thinning_equals_scikit_image():
    from skimage.morphology import thin

    rng = np.random.default_rng(3)
    for blur in range(8):
        truth = _blobs(rng, 150, 300, blur, 0.6)
        assert np.array_equal(kernels.thin_guo_hall(truth), thin(truth))


def test_thinning_of_a_large_solid_page():
    solid = np.ones((700, 1300), bool)
    assert np.array_equal(kernels.thin_guo_hall(solid), reference.thin_guo_hall(solid))


@pytest.mark.parametrize("shape", [(1, 1), (1, 64), (64, 1), (8, 8), (9, 129)])
@pytest.mark.parametrize("ink", [False, True])
def test_flat_masks(shape, ink):
    mask, other = np.full(shape, ink), np.full(shape, not ink)
    assert np.array_equal(kernels.thin_guo_hall(mask), reference.thin_guo_hall(mask))
    assert np.array_equal(kernels.drd_counts(other, mask), reference.drd_counts(other, mask))
    assert np.array_equal(kernels.contour_sums(other, mask), reference.contour_sums(other, mask))
    assert kernels.mixed_blocks(mask) == 0


def test_shapes_that_differ_are_refused():
    with pytest.raises(ValueError, match="one shape"):
        kernels.drd_counts(np.zeros((2, 3), bool), np.zeros((3, 2), bool))
