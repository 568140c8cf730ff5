"""How well a contour fits the page: the kernels against their twins, and by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from docbin import kernels
from docbin.kernels import reference

SHAPES = st.tuples(st.integers(0, 40), st.integers(0, 90))


@given(data=st.data(), threads=st.integers(1, 3))
def test_kernels_equal_their_twins(data, threads):
    shape = data.draw(SHAPES)
    gray = data.draw(arrays(np.uint8, shape))
    ink = data.draw(arrays(np.uint8, shape, elements=st.integers(0, 1)))
    curvature = kernels.curvature(gray, threads)
    assert np.array_equal(curvature, reference.curvature(gray))
    assert kernels.contour_fit(ink, curvature, threads) == reference.contour_fit(ink, curvature)


def test_a_large_page_does_not_overflow():
    gray = np.zeros((130, 5000), np.uint8)
    gray[::2, ::2] = 255
    ink = (gray == 0).astype(np.uint8)
    curvature = kernels.curvature(gray, 2)
    assert kernels.contour_fit(ink, curvature, 2) == reference.contour_fit(ink, curvature)


def test_a_dot_by_hand():
    gray = np.full((5, 5), 10, np.uint8)
    gray[2, 2] = 0
    curvature = reference.curvature(gray)
    # Smoothing gives −40 at the dot, −20 beside it, −10 at its corners, relative to 160.
    assert curvature[2, 2] == 4 * (-20) - 4 * (-40)
    ink = (gray == 0).astype(np.uint8)
    beside, outer, inner, along = reference.contour_fit(ink, curvature)
    assert (beside, inner) == (8, 80)
    assert along == 80 + np.abs(curvature[1:4, 1:4]).sum() - 80
    assert outer == curvature[1:4, 1:4].sum() - 80


def test_a_flat_page_has_no_curvature():
    assert not kernels.curvature(np.full((7, 9), 77, np.uint8)).any()


def test_wrong_arrays_are_refused():
    curvature = np.zeros((3, 4), np.int16)
    with pytest.raises(ValueError, match="one shape"):
        kernels.contour_fit(np.zeros((4, 3), np.uint8), curvature)
    with pytest.raises(ValueError, match="0 or 1"):
        kernels.contour_fit(np.full((3, 4), 2, np.uint8), curvature)
    tall = np.zeros((400, 4), np.uint8)
    tall[-1, -1] = 255
    with pytest.raises(ValueError, match="0 or 1"):
        kernels.contour_fit(tall, np.zeros(tall.shape, np.int16), 3)
