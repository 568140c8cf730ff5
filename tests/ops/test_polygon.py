"""Polygons: areas, and which outlines are simple."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from docbin.ops.polygon import area, is_simple, ring

points = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=3, max_size=8)


def poly(*corners):
    return np.array(corners, float)


def test_areas():
    assert area(poly((0, 0), (4, 0), (4, 3))) == 6
    assert area(poly((0, 0), (0, 3), (4, 3), (4, 0))) == 12
    assert area(poly((0, 0), (4, 0), (4, 4), (2, 1), (0, 4))) == 10
    far = poly((0, 0), (1, 0), (1, 1), (0, 1)) / 8 + 9_000_000
    assert area(far) == 1 / 64


@pytest.mark.parametrize(
    "corners",
    [
        [(0, 0), (2, 2), (2, 0), (0, 2)],  # crosses
        [(0, 0), (4, 0), (4, 4), (2, 0), (0, 4)],  # a corner touches a side
        [(0, 0), (2, 2), (4, 0), (4, 4), (2, 2), (0, 4)],  # two corners touch
        [(0, 0), (4, 0), (4, 4), (4, 6), (4, 4), (0, 4)],  # goes and comes back
        [(0, 0), (4, 0), (8, 0)],  # a line
        [(0, 0), (0, 0), (3, 3)],  # two corners
    ],
)
def test_outlines_that_are_not_simple(corners):
    assert not is_simple(poly(*corners))


def test_outlines_that_are_simple():
    assert is_simple(poly((0, 0), (4, 0), (4, 4), (2, 1), (0, 4)))
    # A repeated corner, a corner on a straight side, the first one again at the end.
    assert is_simple(poly((0, 0), (2, 0), (2, 0), (4, 0), (4, 4), (0, 0)))
    assert len(ring(poly((0, 0), (2, 0), (2, 0), (4, 4), (0, 0)))) == 3


@given(points)
def test_turning_mirroring_and_starting_elsewhere_change_nothing(corners):
    polygon = poly(*corners)
    for other in (polygon[::-1], np.roll(polygon, 2, axis=0), polygon[:, ::-1], polygon + 1000):
        assert area(other) == area(polygon)
        assert is_simple(other) == is_simple(polygon)


@given(points)
def test_simple_is_what_geos_calls_valid(corners):
    shapely = pytest.importorskip("shapely", reason="shapely is not installed")
    corners = ring(poly(*corners))
    valid = len(corners) >= 3 and shapely.Polygon(corners).is_valid and area(corners) > 0
    assert is_simple(corners) == valid
