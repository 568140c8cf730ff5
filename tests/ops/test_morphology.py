"""Disks: against the definition, and what a closing keeps."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from docbin.ops.morphology import disk_closing, disk_maximum


def disk(radius):
    y, x = np.mgrid[-radius : radius + 1, -radius : radius + 1]
    return x * x + y * y <= radius * radius + radius


@settings(max_examples=80)
@given(
    height=st.integers(1, 30),
    width=st.integers(1, 30),
    radius=st.integers(0, 40),
    seed=st.integers(0, 2**32 - 1),
)
def test_maximum_is_that_of_the_definition(height, width, radius, seed):
    gray = np.random.default_rng(seed).integers(0, 256, (height, width)).astype(np.uint8)
    before = gray.copy()
    expected = ndimage.grey_dilation(gray, footprint=disk(radius), mode="constant", cval=0)
    np.testing.assert_array_equal(disk_maximum(gray, radius), expected)
    np.testing.assert_array_equal(gray, before)


@pytest.mark.parametrize(("radius", "stays"), [(2, True), (3, False)])
def test_closing_fills_strokes_narrower_than_the_disk(radius, stays):
    page = np.full((40, 40), 200, np.uint8)
    page[:, 10:16] = 50  # a disk of radius 3 is 7 wide
    closed = disk_closing(page, radius)
    assert (closed[:, 10:16] == 50).all() == stays
    assert (closed >= page).all()
    np.testing.assert_array_equal(disk_closing(closed, radius), closed)
