"""Terminals of the Laplacian energy: against the twin, and by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docbin import kernels
from docbin.kernels import reference


@settings(max_examples=120)
@given(
    height=st.integers(1, 200),
    width=st.integers(1, 60),
    radius=st.integers(1, 40),
    phi=st.sampled_from([0, 500, 1_000_000]),
    threads=st.integers(1, 3),
    bright=st.floats(0, 0.3),
    seed=st.integers(0, 2**32 - 1),
)
def test_kernel_equals_twin(height, width, radius, phi, threads, bright, seed):
    random = np.random.default_rng(seed)
    gray = random.integers(90, 110, (height, width)).astype(np.uint8)
    gray[random.random(gray.shape) < bright] = random.choice([0, 118, 255])
    terminals = kernels.ink_terminals(gray, radius, phi, threads)
    assert terminals.dtype == np.int32
    np.testing.assert_array_equal(terminals, reference.ink_terminals(gray, radius, phi))


@pytest.mark.parametrize("module", [kernels, reference])
def test_dark_point_by_hand(module):
    page = np.full((5, 5), 200, np.uint8)
    page[2, 2] = 100
    expected = np.zeros((5, 5), np.int32)
    expected[2, 2] = 800
    expected[[1, 2, 2, 3], [2, 1, 3, 2]] = -200
    np.testing.assert_array_equal(module.ink_terminals(page, 20, 500), expected)


@pytest.mark.parametrize("module", [kernels, reference])
def test_bright_point_by_hand(module):
    """Mean 104, deviation 19.6: 200 is more than two deviations above."""
    page = np.full((5, 5), 100, np.uint8)
    page[2, 2] = 200
    terminals = module.ink_terminals(page, 20, 500)
    assert terminals[2, 2] == -400 - 500
    assert terminals[2, 1] == 200


def test_terminals_of_a_page_without_bright_points_cancel():
    """The curvatures of a page add up to the slopes at its border, which are none."""
    page = np.random.default_rng(4).integers(0, 256, (30, 41)).astype(np.uint8)
    terminals = kernels.ink_terminals(page, 1000, 0)
    assert terminals.sum() == 0


def test_wrong_arguments_are_refused():
    page = np.zeros((2, 2), np.uint8)
    for module in (kernels, reference):
        with pytest.raises(ValueError, match="radius"):
            module.ink_terminals(page, 0, 500)
        with pytest.raises(ValueError, match="phi"):
            module.ink_terminals(page, 5, -1)
