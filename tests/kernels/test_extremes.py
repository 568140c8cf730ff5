"""Local minimum and maximum, and what is made from them: against the twins and by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from docbin import kernels
from docbin.kernels import reference

WINDOWS = [1, 3, 5, 15, 31, 33, 63, 65, 67, 95, 127, 129, 191, 195, 601]


def page(height, width, seed, levels=256):
    return np.random.default_rng(seed).integers(0, levels, (height, width)).astype(np.uint8)


shapes = {
    "height": st.integers(1, 40),
    "width": st.integers(1, 240),
    "window": st.sampled_from(WINDOWS),
    "seed": st.integers(0, 2**32 - 1),
    "levels": st.sampled_from([2, 5, 256]),
}


@settings(max_examples=150)
@given(**shapes, threads=st.integers(1, 4))
def test_equal_to_the_twins(height, width, window, seed, levels, threads):
    gray = page(height, width, seed, levels)
    for mine, twin in zip(
        kernels.local_extremes(gray, window, threads),
        reference.local_extremes(gray, window),
        strict=True,
    ):
        np.testing.assert_array_equal(mine, twin)
    low, high = reference.local_extremes(gray, window)
    np.testing.assert_array_equal(kernels.local_minimum(gray, window, threads), low)
    np.testing.assert_array_equal(kernels.local_maximum(gray, window, threads), high)
    np.testing.assert_array_equal(
        kernels.contrast_map(gray, window, threads), reference.contrast_map(gray, window)
    )


@settings(max_examples=100)
@given(**shapes, data=st.data())
def test_bernsen_is_equal_to_the_twin(height, width, window, seed, levels, data):
    gray = page(height, width, seed, levels)
    top = data.draw(st.integers(0, height))
    bottom = data.draw(st.integers(top, height))
    limit, fallback = data.draw(st.integers(0, 255)), data.draw(st.integers(0, 255))
    rows = {"top": top, "bottom": bottom}
    np.testing.assert_array_equal(
        kernels.bernsen(gray, window, limit, fallback, **rows),
        reference.bernsen(gray, window, limit, fallback, **rows),
    )


@pytest.mark.parametrize("window", [3, 31, 75, 257, 601])
def test_bands_of_threads_and_scipy_agree(window):
    gray = page(701, 333, 1)
    low, high = kernels.local_extremes(gray, window)
    threaded = kernels.local_extremes(gray, window, 3)
    np.testing.assert_array_equal(low, threaded[0])
    np.testing.assert_array_equal(high, threaded[1])
    np.testing.assert_array_equal(low, kernels.local_minimum(gray, window, 3))
    np.testing.assert_array_equal(high, kernels.local_maximum(gray, window, 3))
    np.testing.assert_array_equal(low, ndimage.minimum_filter(gray, window, mode="nearest"))
    np.testing.assert_array_equal(high, ndimage.maximum_filter(gray, window, mode="nearest"))


def test_contrast_of_every_pair():
    """The quotient with its small ε, as the paper has it, for every minimum and maximum."""
    low, high = np.meshgrid(np.arange(256), np.arange(256), indexing="ij")
    pairs = np.stack([low, high], axis=-1)[low <= high].astype(np.uint8)
    gray = np.repeat(pairs, 3, axis=0)  # the middle row of three sees its pair alone
    expected = np.floor(
        255 * ((pairs[:, 1].astype(float) - pairs[:, 0]) / (0.0001 + pairs.sum(1, dtype=int)))
    )
    np.testing.assert_array_equal(kernels.contrast_map(gray, 3)[1::3, 0], expected)


def test_bernsen_by_hand():
    gray = np.array([[10, 20, 90, 95, 95]], np.uint8)
    # Windows of three: (10, 20), (10, 90), (20, 95), (90, 95), (95, 95).
    # Contrast over 15 only in the second and third: 50 and 57; elsewhere 93.
    bits = kernels.bernsen(gray, 3, 15, 93, top=0, bottom=1)
    assert np.unpackbits(bits)[:5].tolist() == [1, 1, 0, 0, 0]


def test_even_windows_and_missing_rows_are_refused():
    gray = page(4, 4, 0)
    for module in (kernels, reference):
        with pytest.raises(ValueError, match="odd"):
            module.local_extremes(gray, 4)
        with pytest.raises(ValueError, match="odd"):
            module.local_maximum(gray, 4)
        with pytest.raises(ValueError, match="rows"):
            module.bernsen(gray, 3, 15, 100, top=2, bottom=5)
