"""The twin of Wellner's threshold: a moving average along the rows, in double precision."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]
Doubles = npt.NDArray[np.float64]


def moving_average_bits(gray: Bytes, span: int, t: float) -> Bytes:
    """Return the bits of ``gray <= h (1 − t)``, first pixel highest.

    Along the rows, forth in the first and back in the next, a sum g starts at 127 · span; each
    pixel p makes it a · g + p with a = 1 − 1 / span. h is the mean of g here and one row above,
    divided by ``span``; in the first row that of g alone. Four pixels are taken from one g:
    aⁱ · g + Pᵢ with P₁ = p₁ and Pᵢ = a · Pᵢ₋₁ + pᵢ; what is left of a row one by one.

    Parameters
    ----------
    gray
        uint8 (H, W).
    span
        Over how many pixels the average reaches, from 1.
    t
        Share by which ink is darker than its average, 0 to 1.
    """
    if span < 1:
        raise ValueError("span must be at least 1")
    if not 0 <= t <= 1:
        raise ValueError("t must be from 0 to 1")
    fade, level = 1.0 - 1.0 / span, 127.0 * span
    share = (1.0 - t) / (2.0 * span)
    ink = np.zeros(gray.shape, bool)
    above: Doubles | None = None
    for y, row in enumerate(gray):
        sums, level = _passed(row[:: -1 if y % 2 else 1].astype(np.float64), fade, level)
        sums = sums[:: -1 if y % 2 else 1]
        ink[y] = row <= (sums + (sums if above is None else above)) * share
        above = sums
    return np.packbits(ink, axis=1)


def _passed(row: Doubles, a: float, g: float) -> tuple[Doubles, float]:
    """Return the sums of a row in the order of its passing, and the last of them."""
    whole = len(row) // 4 * 4
    parts = row[:whole].reshape(-1, 4).copy()
    for i in (1, 2, 3):
        parts[:, i] = a * parts[:, i - 1] + parts[:, i]
    second = a * a
    fourth = second * second
    starts = np.empty(len(parts))
    for i, last in enumerate(parts[:, 3].tolist()):
        starts[i] = g
        g = fourth * g + last
    sums = np.empty(len(row))
    powers = np.array([a, second, second * a, fourth])
    sums[:whole] = (powers * starts[:, None] + parts).ravel()
    for i in range(whole, len(row)):
        sums[i] = g = a * g + float(row[i])
    return sums, g
