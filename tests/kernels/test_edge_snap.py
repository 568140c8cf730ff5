"""Ink whose border moves to the page's edges."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from docbin import kernels
from docbin.kernels import reference
from docbin.ops.edge_snap import THINNEST, mean_width, snapped
from docbin.ops.edges import gaussian_taps

TAPS = gaussian_taps(0.6)


@given(
    st.tuples(st.integers(1, 150), st.integers(1, 40)),
    st.integers(0, 2**32 - 1),
    st.floats(0, 60, width=32),
    st.integers(1, 3),
)
def test_the_kernel_is_its_twin(shape, seed, least, threads):
    rng = np.random.default_rng(seed)
    blocks = rng.integers(0, 2, (shape[0] // 7 + 1, shape[1] // 7 + 1), np.uint8)
    ink = blocks.repeat(7, 0).repeat(7, 1)[: shape[0], : shape[1]]
    gray = np.where(np.roll(ink, 1, 0), 60, 200) + rng.integers(-40, 40, shape)
    gray, ink = gray.astype(np.uint8), np.ascontiguousarray(ink)
    found = kernels.snap_edges(gray, ink, TAPS, least, threads)
    np.testing.assert_array_equal(found, reference.snap_edges(gray, ink, TAPS, least))


def test_by_hand():
    """One row, sharp: from a gray of 40 to 120 to 200; the peak is at 120, which is ink."""
    gray = np.array([[40, 40, 40, 120, 200, 200, 200]], np.uint8)
    sharp = np.ones(1, np.float32)
    for module in (kernels, reference):
        for ink in ([1, 1, 1, 0, 0, 0, 0], [1, 1, 1, 1, 0, 0, 0], [1, 1, 1, 1, 1, 0, 0]):
            found = module.snap_edges(gray, np.array([ink], np.uint8), sharp, 10)
            np.testing.assert_array_equal(found, [[1, 1, 1, 1, 0, 0, 0]])
        unseen = module.snap_edges(gray, np.array([[1, 1, 1, 0, 0, 0, 0]], np.uint8), sharp, 200)
        np.testing.assert_array_equal(unseen, [[1, 1, 1, 0, 0, 0, 0]])


@pytest.mark.parametrize("module", [kernels, reference])
def test_what_cannot_be_is_refused(module):
    gray = np.zeros((2, 3), np.uint8)
    with pytest.raises(ValueError, match="same shape"):
        module.snap_edges(gray, np.zeros((3, 2), np.uint8), TAPS, 10)
    with pytest.raises(ValueError, match="taps"):
        module.snap_edges(gray, gray, np.zeros(0, np.float32), 10)


def test_empty_pages():
    for shape in ((0, 5), (5, 0)):
        assert (
            kernels.snap_edges(np.zeros(shape, np.uint8), np.zeros(shape, np.uint8), TAPS, 10).shape
            == shape
        )


@pytest.fixture
def page():
    """Return paper with strokes of different darkness, and where they are."""
    rng = np.random.default_rng(4)
    gray = (225 + rng.normal(0, 2, (300, 240))).round().astype(np.uint8)
    truth = np.zeros(gray.shape, bool)
    for top, left, level in ((40, 30, 50), (120, 60, 90), (200, 20, 130)):
        truth[top : top + 6, left : left + 150] = True
        gray[top : top + 6, left : left + 150] = (level + 160) // 2
        gray[top + 1 : top + 5, left + 1 : left + 149] = level
    return gray, truth


def test_thin_strokes_get_their_width(page):
    gray, truth = page
    thin = gray < 100  # the second and third stroke are paper, and all edges
    assert (thin ^ truth).sum() > 0.3 * truth.sum()
    whole = truth & (np.arange(300) < 100)[:, None]
    assert (snapped(gray, thin & whole) ^ whole).sum() <= 4  # the corners
    thin = truth & np.roll(truth, 1, 0) & np.roll(truth, -1, 0)
    assert (snapped(gray, thin) ^ truth).sum() < 0.02 * truth.sum()


def test_specks_and_bumps_on_paper_go():
    gray = np.full((30, 60), 220, np.uint8)
    gray[10:16, 10:50] = 120
    gray[11:15, 11:49] = 40
    ink = gray < 200
    ink[9, 20] = ink[4, 5] = True
    np.testing.assert_array_equal(snapped(gray, ink)[:10], False)


def test_nothing_changes_but_at_borders(page):
    gray, truth = page
    alone = truth.copy()
    alone[150:] = False
    np.testing.assert_array_equal(snapped(gray, alone)[150:], False)
    assert not snapped(gray, np.zeros_like(truth)).any()
    assert snapped(gray, np.ones_like(truth)).all()


def test_strokes_of_a_pixel_are_thin():
    thin, wide = np.zeros((2, 100, 100), bool)
    thin[10:90:10] = True
    for row in range(5):
        wide[10 + row : 90 : 20] = True
    assert 0 < mean_width(thin) < THINNEST < mean_width(wide)
    assert mean_width(np.ones((5, 5), bool)) == 0.0
