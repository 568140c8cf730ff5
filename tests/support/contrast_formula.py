"""Contrast planes pixel by pixel, as docs/packed-format.md states them."""

from __future__ import annotations

import math

import numpy as np


def by_the_formula(gray, window, share=0):
    """Return a plane as the page on the format states it, in Python's whole numbers."""
    least = max(25, level_by_the_formula(gray) // share) if share else 25
    plane = np.empty(gray.shape, np.uint8)
    for (y, x), value in np.ndenumerate(gray):
        n, total, squares = _sums(gray, y, x, window)
        root = math.sqrt(n * squares - total * total + least * n * n)
        plane[y, x] = min(max(math.floor(32 * (n * int(value) - total) / root + 176.5), 0), 255)
    return plane


def level_by_the_formula(gray):
    """Return a page's level, likewise."""
    rows, columns = (length // 2 for length in gray.shape)
    half = [
        [int(gray[2 * y : 2 * y + 2, 2 * x : 2 * x + 2].sum()) // 4 for x in range(columns)]
        for y in range(rows)
    ]
    most = {
        (y, x): max(
            (half[v][u] for v in range(max(y, 0), min(y + 15, rows))
             for u in range(max(x, 0), min(x + 15, columns))), default=0)
        for y in range(-14, rows) for x in range(-14, columns)
    }  # fmt: skip
    closed = [
        [min(most[v, u] for v in range(y - 14, y + 1) for u in range(x - 14, x + 1))
         for x in range(columns)]
        for y in range(rows)
    ]  # fmt: skip
    brighter = np.array(closed, np.int64) - np.array(half, np.int64)
    strengths = []
    for y in range(0, rows, 4):
        for x in range(0, columns, 4):
            n, _, squares = _sums(brighter, y, x, 25)
            strengths.append(min(squares // n, 2500))
    return sum(q * q for q in strengths) // max(sum(strengths), 1)


def _sums(gray, y, x, window):
    """Return pixels of a window clipped to the page, their sum and that of their squares."""
    reach = window // 2
    part = gray[max(0, y - reach) : y + reach + 1, max(0, x - reach) : x + reach + 1]
    numbers = [int(each) for each in part.flat]
    return len(numbers), sum(numbers), sum(each * each for each in numbers)
