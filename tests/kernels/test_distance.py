"""Distance kernels: equal to their numpy twins, and right where the answer is known."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docbin import kernels
from docbin.kernels import reference


@settings(max_examples=60)
@given(
    height=st.integers(1, 40),
    width=st.integers(1, 70),
    ink=st.floats(0, 1),
    seed=st.integers(0, 2**32 - 1),
)
def test_kernels_equal_their_twins(height, width, ink, seed):
    mask = (np.random.default_rng(seed).random((height, width)) < ink).astype(np.uint8)
    distance = kernels.chamfer(mask)
    np.testing.assert_array_equal(distance, reference.chamfer(mask))
    np.testing.assert_array_equal(
        kernels.ridge_widths(distance, 60), reference.ridge_widths(distance, 60)
    )


def brute_force(mask):
    """Relax until nothing changes: the definition of a shortest path."""
    grid = np.pad(np.where(mask, 10**6, 0), 1)
    while True:
        best = grid.copy()
        for dy in (-1, 0, 1):
            for dx in (-1, 0, 1):
                step = 5 if dy == 0 or dx == 0 else 7
                best = np.minimum(best, np.roll(grid, (dy, dx), (0, 1)) + step)
        best[np.pad(~mask, 1, constant_values=True)] = 0
        if (best == grid).all():
            return grid[1:-1, 1:-1]
        grid = best


@pytest.mark.parametrize("seed", range(5))
def test_two_passes_find_shortest_paths(seed):
    mask = np.random.default_rng(seed).random((17, 23)) < 0.9
    np.testing.assert_array_equal(kernels.chamfer(mask.view(np.uint8)), brute_force(mask))


def test_saturates_instead_of_wrapping():
    mask = np.ones((30000, 30000 // 1000), np.uint8)
    assert kernels.chamfer(mask).max() == 5 * 15
    wide = np.full((3, 3), 65520, np.uint16)
    assert kernels.ridge_widths(wide, 10)[-1] == 9


def test_no_bins_is_refused():
    with pytest.raises(ValueError, match="bins"):
        kernels.ridge_widths(np.zeros((2, 2), np.uint16), 0)
