"""The numpy twins of the decoders: the filters of PNG undone."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]
Predict: TypeAlias = Callable[[int, int, int], int]


def png_unfilter(raw: Bytes, above: Bytes, pixel_bytes: int) -> Bytes:
    """Undo the filters of rows of a PNG file (ISO/IEC 15948, clause 9).

    Parameters
    ----------
    raw
        uint8 (rows, 1 + n): the filter's number, then the filtered bytes.
    above
        uint8 (n): the row before, zeros at the top.
    pixel_bytes
        Distance of a byte to its left neighbour: 1, 2, 3, 4, 6 or 8; divides n.

    Returns
    -------
    Bytes
        uint8 (rows, n).

    Raises
    ------
    ValueError
        If a filter is unknown.
    """
    rows, width = raw.shape[0], raw.shape[1] - 1
    out = np.empty((rows, width), np.uint8)
    for y in range(rows):
        kind, line = raw[y, 0], raw[y, 1:]
        if kind == 0:
            out[y] = line
        elif kind == 1:
            pixels = line.reshape(-1, pixel_bytes)
            out[y] = pixels.cumsum(axis=0, dtype=np.uint8).ravel()
        elif kind == 2:
            out[y] = line + above
        elif kind in (3, 4):
            predict = _mean if kind == 3 else _nearest
            out[y] = _serial(line.tolist(), above.tolist(), pixel_bytes, predict)
        else:
            raise ValueError("a row has a filter that PNG does not know")
        above = out[y]
    return out


def _serial(line: list[int], above: list[int], pixel_bytes: int, predict: Predict) -> list[int]:
    done = [0] * pixel_bytes
    above = [0] * pixel_bytes + above
    for x, value in enumerate(line):
        left, up, corner = done[x], above[x + pixel_bytes], above[x]
        done.append((value + predict(left, up, corner)) & 255)
    return done[pixel_bytes:]


def _mean(left: int, up: int, corner: int) -> int:
    del corner
    return (left + up) // 2


def _nearest(left: int, up: int, corner: int) -> int:
    """Return the one nearest to left + up − corner; of equals the first."""
    guess = left + up - corner
    return min((left, up, corner), key=lambda value: abs(guess - value))
