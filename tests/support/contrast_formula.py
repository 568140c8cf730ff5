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
    variances = []
    for y in range(0, gray.shape[0], 8):
        for x in range(0, gray.shape[1], 8):
            n, total, squares = _sums(gray, y, x, 51)
            variances.append(min((n * squares - total * total) // (n * n), 2500))
    return sum(v * v for v in variances) // max(sum(variances), 1)


def _sums(gray, y, x, window):
    """Return pixels of a window clipped to the page, their sum and that of their squares."""
    reach = window // 2
    part = gray[max(0, y - reach) : y + reach + 1, max(0, x - reach) : x + reach + 1]
    numbers = [int(each) for each in part.flat]
    return len(numbers), sum(numbers), sum(each * each for each in numbers)
