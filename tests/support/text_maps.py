"""Probability maps with a known truth, and a packed network that finds dark ink blocks."""

from __future__ import annotations

import numpy as np
from skimage.draw import polygon as inside


def rectangle(x, y, width, height, degrees=0.0):
    """Return the corners of a turned rectangle around (x, y), (4, 2), from its upper left one."""
    angle = np.deg2rad(degrees)
    along = np.array([np.cos(angle), np.sin(angle)]) * width / 2
    down = np.array([-np.sin(angle), np.cos(angle)]) * height / 2
    centre = np.array([x, y], float)
    return np.array(
        [centre - along - down, centre + along - down, centre + along + down, centre - along + down]
    )


def drawn(polygons, size, value=1.0):
    """Return a map, float32 ``size``: ``value`` at the pixels whose centres lie in a polygon."""
    field = np.zeros(size, np.float32)
    for corners in polygons:
        field[inside(corners[:, 1] - 0.5, corners[:, 0] - 0.5, size)] = value
    return field


def shrunk(width, height, ratio=0.4):
    """Return the sides of a rectangle that is shrunk as DB's labels are."""
    by = width * height * (1 - ratio * ratio) / (2 * (width + height))
    return width - 2 * by, height - 2 * by


def iou(first, second):
    """Return intersection over union of two polygons."""
    import shapely

    one, other = shapely.Polygon(first), shapely.Polygon(second)
    return one.intersection(other).area / one.union(other).area
