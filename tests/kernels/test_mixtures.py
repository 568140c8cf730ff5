"""Mixtures of two Gaussians in windows: against the twin, by hand and on what is known."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docbin import kernels
from docbin.kernels import reference
from docbin.kernels.reference_mixtures import ink_shares


def page(height, width, kind, seed):
    random = np.random.default_rng(seed)
    if kind == "flat":
        return np.full((height, width), random.integers(256), np.uint8)
    if kind == "two values":
        return random.choice(random.integers(0, 256, 2).astype(np.uint8), (height, width))
    if kind == "text":
        ink = random.random((height, width)) < 0.2
        values = np.where(ink, random.normal(60, 9, ink.shape), random.normal(190, 14, ink.shape))
        return np.clip(values, 0, 255).astype(np.uint8)
    return random.integers(0, 256, (height, width)).astype(np.uint8)


@settings(max_examples=80)
@given(
    height=st.integers(1, 200),
    width=st.integers(1, 60),
    kind=st.sampled_from(["flat", "two values", "text", "noise"]),
    window=st.sampled_from([1, 3, 9, 15, 41]),
    rounds=st.integers(0, 12),
    threads=st.integers(1, 3),
    seed=st.integers(0, 2**32 - 1),
)
def test_equal_to_the_twin(height, width, kind, window, rounds, threads, seed):
    gray = page(height, width, kind, seed)
    random = np.random.default_rng(seed)
    part = (random.random(gray.shape) < 0.8).astype(np.uint8) * 3
    count = int(random.integers(0, 30))
    y, x = (random.integers(0, length, count).astype(np.int32) for length in gray.shape)
    share, seen = kernels.mixture_shares(gray, part, y, x, window, rounds, threads)
    twin_share, twin_seen = reference.mixture_shares(gray, part, y, x, window, rounds)
    np.testing.assert_array_equal(share, twin_share)
    np.testing.assert_array_equal(seen, twin_seen)
    assert share.dtype == twin_share.dtype == np.float32
    assert (share <= seen).all()


def test_two_gaussians_are_told_apart():
    random = np.random.default_rng(1)
    values = np.concatenate([random.normal(60, 5, (4, 60)), random.normal(180, 12, (4, 160))], 1)
    values = values.round().astype(np.uint8)
    one = np.zeros(1, np.int32)
    for row in values:
        share, seen = kernels.mixture_shares(
            row[None], np.ones((1, 220), np.uint8), one, one, 441, 10
        )
        assert (share[0, :60] > 0.99).all()
        assert (share[0, 60:] < 0.01).all()
        assert (seen == 1).all()


def test_what_takes_no_part_moves_nothing():
    gray = np.array([[10, 12, 11, 90, 92, 91, 93, 255, 255, 255, 255, 255]], np.uint8)
    part = (gray < 255).astype(np.uint8)
    where = np.array([3], np.int32)
    share, seen = kernels.mixture_shares(gray, part, np.zeros(1, np.int32), where, 31, 5)
    assert share.round().tolist() == [[1, 1, 1] + [0] * 9]
    assert seen.tolist() == [[1] * 7 + [0] * 5]


def test_a_share_is_bayes_of_the_fit_by_hand():
    # Ten times 40 and thirty times 200: the variances are the least, the values far apart.
    counts = np.zeros((1, 256), np.int64)
    counts[0, 40], counts[0, 200] = 10, 30
    assert ink_shares(counts, 3)[0, [40, 200]] == pytest.approx([1, 0], abs=1e-20)
    # Values as far from both: the shares are those of the weights.
    counts[0, 40], counts[0, 42] = 100, 100
    counts[0, 200] = counts[0, 202] = 100
    assert ink_shares(counts, 5)[0, 121] == pytest.approx(0.5, abs=1e-5)


def test_wrong_arguments_are_refused():
    gray, one = np.zeros((4, 5), np.uint8), np.zeros(1, np.int32)
    for module in (kernels, reference):
        with pytest.raises(ValueError, match="odd"):
            module.mixture_shares(gray, gray, one, one, 4, 3)
        with pytest.raises(ValueError, match="one shape"):
            module.mixture_shares(gray, gray[:2], one, one, 3, 3)
        with pytest.raises(ValueError, match="row and a column"):
            module.mixture_shares(gray, gray, one, np.zeros(2, np.int32), 3, 3)
        with pytest.raises(ValueError, match="negative"):
            module.mixture_shares(gray, gray, one, one, 3, -1)
        for middle in (-1, 5):
            with pytest.raises(ValueError, match="middle on the page"):
                module.mixture_shares(gray, gray, one, one + middle, 3, 3)
