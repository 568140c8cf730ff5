"""Edge peaks: against the twin, and by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docbin import kernels
from docbin.kernels import reference

TAPS = np.array([0.6, 0.17, 0.03], np.float32)


@settings(max_examples=120)
@given(
    height=st.integers(1, 150),
    width=st.integers(1, 70),
    radius=st.integers(0, 5),
    values=st.sampled_from([2, 9, 256]),
    threads=st.integers(1, 3),
    seed=st.integers(0, 2**32 - 1),
)
def test_kernel_equals_twin(height, width, radius, values, threads, seed):
    random = np.random.default_rng(seed)
    gray = random.integers(0, values, (height, width)).astype(np.uint8)
    taps = random.random(radius + 1).astype(np.float32)
    peaks = kernels.edge_peaks(gray, taps, threads)
    assert peaks.dtype == np.float32
    np.testing.assert_array_equal(peaks, reference.edge_peaks(gray, taps))


@pytest.mark.parametrize("module", [kernels, reference])
def test_step_by_hand(module):
    """Without smoothing a step has the same strength on both sides, and nothing elsewhere."""
    page = np.full((5, 8), 10, np.uint8)
    page[:, 4:] = 110
    peaks = module.edge_peaks(page, np.ones(1, np.float32))
    expected = np.zeros((5, 8), np.float32)
    expected[:, 3:5] = 100
    np.testing.assert_array_equal(peaks, expected)
    np.testing.assert_array_equal(
        module.edge_peaks(page.T.copy(), np.ones(1, np.float32)), expected.T
    )


def test_weaker_neighbours_across_the_edge_go():
    """A soft ramp 0, 50, 200, 250: the steepest place, between 50 and 200, stays."""
    page = np.tile(np.array([0, 0, 0, 50, 200, 250, 250, 250], np.uint8), (4, 1))
    peaks = kernels.edge_peaks(page, np.ones(1, np.float32))
    np.testing.assert_array_equal(np.nonzero(peaks[1])[0], [3, 4])
    np.testing.assert_array_equal(peaks[:, 3:5], 200)


def test_flat_page_has_no_edges():
    assert not kernels.edge_peaks(np.full((9, 9), 77, np.uint8), TAPS).any()


def test_no_taps():
    for module in (kernels, reference):
        with pytest.raises(ValueError, match="empty"):
            module.edge_peaks(np.zeros((2, 2), np.uint8), np.zeros(0, np.float32))
