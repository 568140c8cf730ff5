"""Which of several masks to trust: the one that changes least when its parameter changes."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from docbin.image import Packed

Floats = npt.NDArray[np.float64]

_INK = np.array([bin(byte).count("1") for byte in range(256)], np.uint8)


def count_ink(packed: Packed) -> int:
    """Return the number of set bits."""
    return int(_INK[packed].sum(dtype=np.int64))


def change(first: Packed, second: Packed) -> float:
    """Return how much two packed masks differ: 0 for equal ones to 2 for disjoint ones.

    |A xor B| / ((|A| + |B|) / 2). Two blank masks differ by 2, since they say nothing.
    """
    ink = count_ink(first) + count_ink(second)
    return 2 * count_ink(first ^ second) / ink if ink else 2.0


def changes(masks: Sequence[Packed]) -> Floats:
    """Return the change between each mask and the next one."""
    pairs = itertools.pairwise(masks)
    return np.array([change(first, second) for first, second in pairs], np.float64)


def deepest_valley(curve: Floats) -> int:
    """Return the index of the deepest place between two peaks of a curve.

    The curve is smoothed by (1, 2, 1) / 4 (its ends repeat); the result r is, over all q < r < s,
    where d(q) + d(s) − 2 d(r) is largest, the first one of equals. A curve of less than three
    values has no place between: the index of its smallest value.

    Examples
    --------
    >>> deepest_valley(np.array([9.0, 8, 1, 1, 1, 7, 0]))
    3
    """
    if curve.size < 3:
        return int(np.argmin(curve)) if curve.size else 0
    framed = np.pad(curve, 1, mode="edge")
    smooth = (framed[:-2] + 2 * framed[1:-1] + framed[2:]) / 4
    left = np.maximum.accumulate(smooth)[:-2]
    right = np.maximum.accumulate(smooth[::-1])[::-1][2:]
    return 1 + int(np.argmax(left + right - 2 * smooth[1:-1]))
