"""Influence zones: which of several kinds of pixels is nearest."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

# Kinds 0 to 7 ride in the three lowest bits of the distances, so the lesser kind wins a tie.
KINDS = 8
_STRAIGHT, _DIAGONAL = 5 * KINDS, 7 * KINDS


def influence_zones(kinds: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Give every pixel the kind of the nearest pixel that has one.

    Parameters
    ----------
    kinds
        uint8 (H, W): 0 to 7, anything larger has no kind yet.

    Returns
    -------
    ndarray
        uint8 (H, W), 0 to 7. Distances are chamfer ones (5 straight, 7 diagonal), of equal ones the
        lesser kind wins. 0 everywhere if no pixel has a kind.

    Examples
    --------
    >>> influence_zones(np.array([[1, 9, 9, 9, 0, 9]], np.uint8)).tolist()
    [[1, 1, 0, 0, 0, 0]]
    """
    height, width = kinds.shape
    far = _DIAGONAL * (height + width + 2)
    keys = np.full((height, width + 2), far, np.int64)
    keys[:, 1:-1] = np.where(kinds < KINDS, kinds.astype(np.int64), far)
    ramp = np.arange(width) * _STRAIGHT
    for rows in (range(height), range(height - 1, -1, -1)):
        before: npt.NDArray[np.int64] | None = None
        for y in rows:
            row = keys[y, 1:-1]
            if before is not None:
                np.minimum(row, before[1:-1] + _STRAIGHT, out=row)
                np.minimum(row, np.minimum(before[:-2], before[2:]) + _DIAGONAL, out=row)
            row[:] = np.minimum.accumulate(row - ramp) + ramp
            row[:] = (np.minimum.accumulate((row + ramp)[::-1]))[::-1] - ramp
            before = keys[y]
    return (keys[:, 1:-1] % KINDS).astype(np.uint8)
