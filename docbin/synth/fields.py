"""Smooth random fields and integer blurs: what degradations are made of.

Sums, products and quotients of float64, one operation at a time, and integers: the same numbers
on every machine. No transcendental functions, no library that sums in an order of its own.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Field = npt.NDArray[np.float64]
# From the first number up to the second.
Range = tuple[float, float]


def drawn(rng: np.random.Generator, span: Range) -> float:
    """Return a number of a range."""
    return span[0] + (span[1] - span[0]) * float(rng.random())


def field(rng: np.random.Generator, shape: tuple[int, int], cells: float) -> Field:
    """Return value noise from 0 to 1, float64 (H, W).

    Parameters
    ----------
    rng
        Source of the values at the corners of the cells.
    shape
        Height and width.
    cells
        Cells along the longer side.
    """
    side = max(shape) / cells
    sizes = [int(length / side) + 3 for length in shape]
    corners = rng.random((sizes[0], sizes[1]))
    (rows, down), (columns, along) = (_steps(length, side, float(rng.random())) for length in shape)
    upper = corners[rows] * (1 - down)[:, None] + corners[rows + 1] * down[:, None]
    left: Field = np.take(upper, columns, axis=1)
    left *= 1 - along
    right = np.take(upper, columns + 1, axis=1)
    right *= along
    left += right
    return left


def _steps(length: int, side: float, shift: float) -> tuple[Any, Field]:
    """Return the cell of each pixel and how far along it is, smoothed (3t² − 2t³)."""
    place = np.arange(length) / side + shift
    cell = place.astype(np.intp)
    t = place - cell
    return cell, t * t * (3 - 2 * t)


def octaves(rng: np.random.Generator, shape: tuple[int, int], cells: float, count: int) -> Field:
    """Return a sum of fields of doubling frequency and halving weight, from 0 to 1."""
    total = np.zeros(shape)
    weight, whole = 1.0, 0.0
    for octave in range(count):
        total += weight * field(rng, shape, min(cells * 2**octave, max(shape)))
        whole += weight
        weight /= 2
    return total / whole


def bells(rng: np.random.Generator, shape: tuple[int, ...]) -> npt.NDArray[np.int32]:
    """Return noise near the normal distribution, int32: four bytes summed, deviation 148."""
    total = np.full(shape, -510, np.int32)
    for _ in range(4):
        total += rng.integers(0, 256, shape, dtype=np.uint8)
    return total


def box_blur(plane: npt.NDArray[np.uint8], radius: int, passes: int = 2) -> npt.NDArray[np.uint8]:
    """Return means over squares of 2 ``radius`` + 1 pixels, ``passes`` times; borders repeat."""
    side = 2 * radius + 1
    result = plane
    for _ in range(passes if radius > 0 else 0):
        for axis in (0, 1):
            pad = [(0, 0)] * plane.ndim
            pad[axis] = (radius + 1, radius)
            sums = np.cumsum(np.pad(result, pad, mode="edge"), axis=axis, dtype=np.int32)
            ahead = np.take(sums, range(side, sums.shape[axis]), axis=axis)
            behind = np.take(sums, range(sums.shape[axis] - side), axis=axis)
            result = ((ahead - behind + side // 2) // side).astype(np.uint8)
    return result


def blend(image: Any, color: Any, weight: Any) -> npt.NDArray[np.uint8]:
    """Return image (1 − weight) + color weight, rounded, uint8 (H, W, 3); weight is (H, W)."""
    share = np.asarray(weight)[..., None]
    mixed = image * (1 - share) + np.asarray(color, np.float64) * share
    return to_bytes(mixed)


def to_bytes(values: Any) -> npt.NDArray[np.uint8]:
    """Return values rounded and cut to 0 … 255."""
    cut = np.clip(values, 0, 255)
    if cut.dtype.kind == "f":
        np.rint(cut, out=cut)
    result: npt.NDArray[np.uint8] = cut.astype(np.uint8)
    return result
