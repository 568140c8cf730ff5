"""Stability of masks: changes, and valleys between peaks."""

import numpy as np
import pytest

from docbin.ops.stability import change, changes, count_ink, deepest_valley


def packed(*rows):
    return np.packbits(np.array(rows, bool), axis=1)


def test_change_by_hand():
    first = packed([1, 1, 1, 0, 0, 0, 0, 0, 0])
    second = packed([0, 1, 1, 1, 1, 0, 0, 0, 0])
    assert count_ink(first) == 3
    assert change(first, second) == pytest.approx(2 * 3 / 7)
    assert change(first, first) == 0
    assert change(first, packed([0] * 9)) == 2
    assert change(packed([0] * 9), packed([0] * 9)) == 2
    np.testing.assert_allclose(changes([first, second, second]), [6 / 7, 0])
    assert changes([first]).size == 0


def brute_force(curve):
    framed = np.pad(curve, 1, mode="edge")
    d = np.convolve(framed, [0.25, 0.5, 0.25], "valid")
    places = [
        (d[q] + d[s] - 2 * d[r], -r)
        for q in range(d.size)
        for r in range(q + 1, d.size)
        for s in range(r + 1, d.size)
    ]
    return -max(places)[1]


@pytest.mark.parametrize("seed", range(40))
def test_valley_is_that_of_the_definition(seed):
    random = np.random.default_rng(seed)
    curve = random.integers(0, 9, random.integers(3, 14)).astype(float)
    assert deepest_valley(curve) == brute_force(curve)


def test_valley_of_short_curves():
    assert deepest_valley(np.zeros(0)) == 0
    assert deepest_valley(np.array([3.0])) == 0
    assert deepest_valley(np.array([3.0, 1.0])) == 1
