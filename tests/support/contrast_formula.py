"""Contrast planes pixel by pixel, as docs/packed-format.md states them."""

from __future__ import annotations

import math

import numpy as np


def by_the_formula(gray, window):
    """Return a plane as the page on the format states it, in Python's whole numbers."""
    reach, plane = window // 2, np.empty(gray.shape, np.uint8)
    for (y, x), value in np.ndenumerate(gray):
        part = gray[max(0, y - reach) : y + reach + 1, max(0, x - reach) : x + reach + 1]
        numbers = [int(each) for each in part.flat]
        n, total, squares = len(numbers), sum(numbers), sum(each * each for each in numbers)
        root = math.sqrt(n * squares - total * total + 25 * n * n)
        plane[y, x] = min(max(math.floor(32 * (n * int(value) - total) / root + 176.5), 0), 255)
    return plane
