"""Contrast planes in numpy: the definition of ``"contrast"`` in docs/packed-format.md."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

# Deviations below five gray levels, the root of the last, are grain and not writing.
GAIN, MIDDLE, FLOOR = 32, 176.5, 25
# Of a page's level, in pixels of the halved page: strokes are narrower than the first.
STROKE, LEVEL_WINDOW, LEVEL_STEP, LEVEL_MOST = 15, 25, 4, 2500


def contrast_planes(
    gray: npt.NDArray[np.uint8], windows: Sequence[int], share: int = 0
) -> npt.NDArray[np.uint8]:
    """Return gray and its contrast in some windows, uint8 (H, W, 1 + len(windows)).

    With n pixels in the window, clipped to the page, S their sum, Q that of their squares and a
    least variance f: ⌊32 · (n · gray − S) / √(n · Q − S² + f · n²) + 176.5⌋, limited to 0 … 255.
    Root, quotient and sum are float64; all else is whole numbers below 2^53.

    Parameters
    ----------
    gray
        uint8 (H, W).
    windows
        Odd sides.
    share
        f is ⌊`page_level` / share⌋, but not below 25; with 0 it is 25.
    """
    least = max(FLOOR, page_level(gray) // share) if share else FLOOR
    values = gray.astype(np.int64)
    sums, squares = _corners(values), _corners(values * values)
    planes = [gray]
    for window in windows:
        rows, columns = (_ends(length, window) for length in gray.shape)
        count = np.multiply.outer(rows[1] - rows[0], columns[1] - columns[0])
        total, square = (_boxes(each, rows, columns) for each in (sums, squares))
        radicand = count * square - total * total + least * count * count
        contrast = GAIN * (count * values - total) / np.sqrt(radicand.astype(np.float64))
        planes.append(np.clip(np.floor(contrast + MIDDLE), 0, 255).astype(np.uint8))
    return np.stack(planes, axis=2)


def page_level(gray: npt.NDArray[np.uint8]) -> int:
    """Return how strong the writing of a page is: ⌊Σ q² / Σ q⌋ of strengths q, 0 … 2500.

    On the page halved (means of 2 × 2 pixels, rounded down; a last odd row or column left out):
    d is by how much a closing with 15 × 15 pixels brightens it, black being all around the page,
    so that strokes count and wide dark areas and the dark rim of a scan do not. With n pixels in
    the 25 × 25 window around every fourth pixel of every fourth row, clipped to the halved page,
    q = min(⌊Σ d² / n⌋, 2500). 0 where all q are 0.
    """
    height, width = (length // 2 for length in gray.shape)
    if not height or not width:
        return 0
    squares = gray[: 2 * height, : 2 * width].astype(np.int64).reshape(height, 2, width, 2)
    half = squares.sum(axis=(1, 3)) // 4
    depth = _closed(half) - half
    ends = [[end[::LEVEL_STEP] for end in _ends(length, LEVEL_WINDOW)] for length in half.shape]
    (top, bottom), (left, right) = ends
    count = np.multiply.outer(bottom - top, right - left)
    strength = np.minimum(_boxes(_corners(depth * depth), *ends) // count, LEVEL_MOST)
    weight = int(strength.sum())
    return int((strength * strength).sum()) // weight if weight else 0


def _closed(page: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return the closing with a square of `STROKE` pixels; around the page all is 0."""
    reach = STROKE - 1
    wide = np.pad(page, reach)
    for best in (np.maximum, np.minimum):
        for axis in (0, 1):
            parts = np.lib.stride_tricks.sliding_window_view(wide, STROKE, axis)
            wide = best.reduce(parts, axis=-1)
    return np.asarray(wide)


def _corners(values: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return sums over all rectangles from the upper left corner, (H + 1, W + 1)."""
    return np.pad(values.cumsum(0).cumsum(1), ((1, 0), (1, 0)))


def _ends(length: int, window: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return where windows around every place begin and end."""
    spot = np.arange(length, dtype=np.int64)
    reach = window // 2
    return np.maximum(spot - reach, 0), np.minimum(spot + reach + 1, length)


def _boxes(
    corners: npt.NDArray[np.int64],
    rows: Sequence[npt.NDArray[np.int64]],
    columns: Sequence[npt.NDArray[np.int64]],
) -> npt.NDArray[np.int64]:
    """Return the sum of every window, (H, W)."""
    tall = corners[rows[1]] - corners[rows[0]]
    return np.asarray(tall[:, columns[1]] - tall[:, columns[0]])
