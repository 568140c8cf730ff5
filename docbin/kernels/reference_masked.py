"""The twins of the kernels of windows over marked pixels."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]
Ints = npt.NDArray[np.int64]

LARGEST_WINDOW = 2001


def _check(gray: Bytes, marks: Bytes, window: int) -> int:
    """Return the radius of a window that is allowed."""
    if gray.shape != marks.shape:
        raise ValueError("the page and its marks must have one shape")
    if window % 2 == 0 or not 0 < window <= LARGEST_WINDOW:
        raise ValueError(f"window must be odd and at most {LARGEST_WINDOW}")
    return window // 2


def _windowed(plane: Ints, radius: int) -> Ints:
    """Return the sums over a square window clipped at the borders."""
    height, width = plane.shape
    sums = np.zeros((height + 1, width + 1), np.int64)
    sums[1:, 1:] = plane.cumsum(0).cumsum(1)
    top, bottom = (np.clip(np.arange(height) + i, 0, height) for i in (-radius, radius + 1))
    left, right = (np.clip(np.arange(width) + i, 0, width) for i in (-radius, radius + 1))
    rows = sums[bottom] - sums[top]
    return np.asarray(rows[:, right] - rows[:, left])


def edge_threshold(gray: Bytes, edges: Bytes, window: int, least: int, threads: int = 1) -> Bytes:
    """Return 1 where a pixel is as dark as the edges around it, else 0.

    With n, mean and deviation of the pixels of the window where ``edges`` is not 0: n ≥ ``least``
    and gray ≤ mean + deviation / 2. In integers: with the sums s and q of gray and gray², and
    r = 2 (n gray − s), that is r ≤ 0 or r² ≤ n q − s².
    """
    del threads
    radius = _check(gray, edges, window)
    if least < 1:
        raise ValueError("least must be positive")
    wide, marked = gray.astype(np.int64), (edges != 0).astype(np.int64)
    n, s, q = (_windowed(part, radius) for part in (marked, marked * wide, marked * wide * wide))
    rise = 2 * (n * wide - s)
    dark = (rise <= 0) | (rise * rise <= n * q - s * s)
    return ((n >= least) & dark).astype(np.uint8)


def paper_totals(gray: Bytes, ink: Bytes, threads: int = 1) -> tuple[int, int]:
    """Return the number of pixels where ``ink`` is 0, and their sum."""
    del threads
    _check(gray, ink, 1)
    paper = gray[ink == 0]
    return paper.size, int(paper.sum(dtype=np.int64))


def paper_shade(
    gray: Bytes, ink: Bytes, window: int, fallback: int, threads: int = 1
) -> tuple[Bytes, int]:
    """Return the page with ink replaced by the mean of the paper around it, and its depth.

    Where ``ink`` is not 0: the rounded mean of the window's pixels without ink, ``fallback`` if it
    has none. The depth is Σ (shade − gray) over the ink.
    """
    del threads
    radius = _check(gray, ink, window)
    wide, paper = gray.astype(np.int64), (ink == 0).astype(np.int64)
    n, s = _windowed(paper, radius), _windowed(paper * wide, radius)
    mean = np.where(n > 0, (2 * s + n) // np.maximum(2 * n, 1), fallback)
    shade = np.where(paper == 1, wide, mean)
    return shade.astype(np.uint8), int((shade - wide).sum())


def crowd(ink: Bytes, window: int, most_paper: int, most_ink: int, threads: int = 1) -> Bytes:
    """Return a mask of 0 and 1 in which crowded pixels have changed.

    Ink with more than ``most_paper`` pixels of paper in its window becomes 0, paper with more than
    ``most_ink`` pixels of ink becomes 1.
    """
    del threads
    radius = _check(ink, ink, window)
    marked = (ink != 0).astype(np.int64)
    n, area = _windowed(marked, radius), _windowed(np.ones_like(marked), radius)
    return np.where(marked == 1, area - n <= most_paper, n > most_ink).astype(np.uint8)


def swell(ink: Bytes, window: int, most_ink: int, reach: float, threads: int = 1) -> Bytes:
    """Return a mask of 0 and 1 with paper filled that has ink all around.

    Paper becomes 1 if its window has more than ``most_ink`` pixels of ink and the mean of their
    places is less than ``reach`` away, across as well as down.
    """
    del threads
    radius = _check(ink, ink, window)
    marked = (ink != 0).astype(np.int64)
    y, x = np.mgrid[: ink.shape[0], : ink.shape[1]]
    n, down, across = (_windowed(part, radius) for part in (marked, marked * y, marked * x))
    far = reach * n
    near = (np.abs(across - n * x) < far) & (np.abs(down - n * y) < far)
    return np.asarray((marked == 1) | ((n > most_ink) & near), np.uint8)
