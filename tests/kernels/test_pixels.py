"""Histogram and gray: against the twins, and by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from docbin import kernels
from docbin.kernels import reference


@given(
    height=st.integers(0, 9),
    width=st.integers(0, 140),
    levels=st.sampled_from([1, 2, 256]),
    seed=st.integers(0, 2**32 - 1),
)
def test_small_pages_are_equal_to_the_twins(height, width, levels, seed):
    random = np.random.default_rng(seed)
    gray = random.integers(0, levels, (height, width)).astype(np.uint8)
    np.testing.assert_array_equal(kernels.histogram(gray), reference.histogram(gray))
    rgb = random.integers(0, 256, (height, width, 3)).astype(np.uint8)
    np.testing.assert_array_equal(kernels.rgb_to_gray(rgb), reference.rgb_to_gray(rgb))


@pytest.mark.parametrize("height", [512, 513, 1500])
@pytest.mark.parametrize("threads", [1, 2, 5])
def test_histogram_of_large_pages(height, threads):
    """Pages counted by pairs, whole, with a rest and on several threads."""
    width = 1024 + (height % 2) * 3
    gray = np.random.default_rng(height).normal(180, 20, (height, width)).astype(np.uint8)
    counts = kernels.histogram(gray, threads)
    np.testing.assert_array_equal(counts, reference.histogram(gray))
    assert counts.sum() == gray.size


def test_histogram_of_one_value():
    counts = kernels.histogram(np.full((1024, 1025), 7, np.uint8), 2)
    assert counts[7] == counts.sum() == 1024 * 1025


@pytest.mark.skipif(kernels.extension is None, reason="numpy would take gigabytes")
def test_histogram_of_more_pixels_than_are_counted_before_a_sum():
    """A page of 2³¹ pixels and some; of zeros, it takes hardly any memory."""
    gray = np.zeros((1 << 16, (1 << 15) + 1), np.uint8)
    gray[[0, -1], -5:] = 7
    counts = kernels.histogram(gray, 1)
    assert counts[[0, 7]].tolist() == [gray.size - 10, 10]


def test_gray_by_hand():
    rgb = np.array([[[255, 0, 0], [0, 255, 0], [0, 0, 255], [10, 20, 30]]], np.uint8)
    # 76.2, 149.7, 29.1, and 2.99 + 11.74 + 3.42 = 18.15.
    assert kernels.rgb_to_gray(rgb).tolist() == [[76, 150, 29, 18]]


@given(
    height=st.integers(0, 5),
    width=st.integers(0, 140),
    level=st.integers(-1, 255),
    seed=st.integers(0, 2**32 - 1),
)
def test_threshold_bits(height, width, level, seed):
    gray = np.random.default_rng(seed).integers(0, 256, (height, width)).astype(np.uint8)
    expected = reference.threshold_bits(gray, level)
    np.testing.assert_array_equal(kernels.threshold_bits(gray, level), expected)
    tall = np.repeat(gray, 300, axis=0)
    bits = kernels.threshold_bits(tall, level, 3)
    np.testing.assert_array_equal(bits, np.repeat(expected, 300, axis=0))


@given(
    height=st.integers(0, 6),
    width=st.integers(0, 60) | st.integers(250, 530),
    span=st.integers(1, 40),
    t=st.floats(0, 1),
    seed=st.integers(0, 2**32 - 1),
)
def test_moving_average(height, width, span, t, seed):
    gray = np.random.default_rng(seed).integers(0, 256, (height, width)).astype(np.uint8)
    expected = reference.moving_average_bits(gray, span, t)
    np.testing.assert_array_equal(kernels.moving_average_bits(gray, span, t), expected)


def test_wrong_levels_and_spans_are_refused():
    gray = np.zeros((2, 3), np.uint8)
    with pytest.raises(ValueError, match="level must be"):
        kernels.threshold_bits(gray, 256)
    with pytest.raises(ValueError, match="span must be"):
        kernels.moving_average_bits(gray, 0, 0.1)
    for share in (-0.1, 1.1, float("nan")):
        with pytest.raises(ValueError, match="t must be"):
            kernels.moving_average_bits(gray, 5, share)
