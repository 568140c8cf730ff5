"""The numpy twins of the distance kernels."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]
Distances = npt.NDArray[np.uint16]

STRAIGHT, DIAGONAL, FARTHEST = 5, 7, 65520


def chamfer(ink: Bytes) -> Distances:
    """Return every ink pixel's chamfer distance to paper, in fifths of a pixel.

    A step along an axis costs 5, a diagonal one 7; outside the page is paper. ``ink`` is uint8
    (H, W), non-zero is ink; distances end at 65520.
    """
    height, width = ink.shape
    grid = np.zeros((height + 2, width + 2), np.int64)
    grid[1:-1, 1:-1] = np.where(ink != 0, FARTHEST, 0)
    slope = STRAIGHT * np.arange(width + 2)
    for rows, before, direction in (
        (range(1, height + 1), -1, 1),
        (range(height, 0, -1), 1, -1),
    ):
        for y in rows:
            done = grid[y + before]
            near = np.minimum(done[:-2], done[2:]) + DIAGONAL
            near = np.minimum(near, done[1:-1] + STRAIGHT)
            row = grid[y]
            row[1:-1] = np.minimum(row[1:-1], near)
            # min over x' <= x of row[x'] + 5 (x - x')
            line = row[::direction]
            line[:] = np.minimum.accumulate(line - slope) + slope
    return grid[1:-1, 1:-1].astype(np.uint16)


def ridge_widths(distance: Distances, bins: int) -> npt.NDArray[np.int64]:
    """Count ridge pixels by 2 d + 5 e; less 5, that is the stroke's width in fifths of a pixel.

    A ridge pixel has no neighbour of the eight that is farther from paper; e is 1 where the
    ridge is two pixels wide. Larger values count in the last of the ``bins``.
    """
    if bins < 1:
        raise ValueError("bins must be positive")
    height, width = distance.shape
    grid = np.zeros((height + 2, width + 2), np.int64)
    grid[1:-1, 1:-1] = distance
    near = {
        (i, j): grid[1 + i : 1 + i + height, 1 + j : 1 + j + width]
        for i in (-1, 0, 1)
        for j in (-1, 0, 1)
    }
    here = near[0, 0]
    ridge = here > 0
    for there in near.values():
        ridge &= there <= here
    even = (near[-1, 0] == here) != (near[1, 0] == here)
    even |= (near[0, -1] == here) != (near[0, 1] == here)
    found = np.minimum((2 * here + 5 * even)[ridge], bins - 1)
    return np.bincount(found, minlength=bins).astype(np.int64)
