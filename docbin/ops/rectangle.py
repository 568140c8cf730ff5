"""Turned rectangles, many at once: float64 (N, 5) as centre x, centre y, width, height, angle.

The angle is in radians, from the x axis towards the y axis, which on the screen is clockwise.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Rectangles: TypeAlias = npt.NDArray[np.float64]
Quads: TypeAlias = npt.NDArray[np.float64]

_QUARTER = np.pi / 2


def upright(rectangles: Rectangles) -> Rectangles:
    """Return the same rectangles with angles above −45° and up to 45°.

    The width is then the side that runs nearer to the x axis.
    """
    turned = rectangles.copy()
    # What is 45° but for rounding stays so: a square turned by quarters keeps its first corner.
    quarters = np.ceil(rectangles[:, 4] / _QUARTER - 0.5 - 1e-9)
    odd = quarters % 2 != 0
    turned[odd, 2], turned[odd, 3] = rectangles[odd, 3], rectangles[odd, 2]
    turned[:, 4] -= quarters * _QUARTER
    return turned


def grown(rectangles: Rectangles, by: npt.NDArray[np.float64] | float) -> Rectangles:
    """Return rectangles whose sides lie ``by`` farther out; the offset of a rectangle is one."""
    larger = rectangles.copy()
    larger[:, 2:4] += 2 * np.reshape(by, (-1, 1))
    return larger


def corners(rectangles: Rectangles) -> Quads:
    """Return the corners, float64 (N, 4, 2) as x, y, clockwise on the screen.

    The first side runs to the right, or turned from that by 45° at most: the first corner is the
    upper left one.

    Examples
    --------
    >>> corners(np.array([[5.0, 2.0, 4.0, 10.0, np.pi / 2]])).round(9).tolist()
    [[[0.0, 0.0], [10.0, 0.0], [10.0, 4.0], [0.0, 4.0]]]
    """
    x, y, width, height, angle = upright(rectangles).T
    along = np.stack([np.cos(angle), np.sin(angle)], axis=1) * (width / 2)[:, None]
    down = np.stack([-np.sin(angle), np.cos(angle)], axis=1) * (height / 2)[:, None]
    centre = np.stack([x, y], axis=1)
    quads = [centre - along - down, centre + along - down, centre + along + down]
    return np.stack([*quads, centre - along + down], axis=1)
