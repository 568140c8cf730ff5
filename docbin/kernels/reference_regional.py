"""The twins of rectangles, threshold grids and blurred pages."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]


def _rectangles(gray: Bytes, boxes: npt.NDArray[np.int32]) -> list[Bytes]:
    """Cut the rectangles (top, left, bottom, right; the last two exclusive) from a page."""
    if boxes.ndim != 2 or boxes.shape[1] != 4:
        raise TypeError("boxes must be (N, 4)")
    low = boxes.min(initial=0) < 0
    if low or (boxes[:, :2] >= boxes[:, 2:]).any() or (boxes[:, 2:] > gray.shape).any():
        raise ValueError("every rectangle must have pixels and lie on the page")
    return [gray[top:bottom, left:right] for top, left, bottom, right in boxes.tolist()]


def rectangle_sums(
    gray: Bytes, boxes: npt.NDArray[np.int32], threads: int = 1
) -> npt.NDArray[np.int64]:
    """Return Σ g, Σ g², min and max of rectangles of uint8 (H, W): int64 (N, 4).

    ``boxes`` is int32 (N, 4): top, left, bottom, right, the last two exclusive.
    """
    del threads
    sums = np.zeros((len(boxes), 4), np.int64)
    for row, part in zip(sums, _rectangles(gray, boxes), strict=True):
        wide = part.astype(np.int64)
        row[:] = wide.sum(), (wide * wide).sum(), wide.min(), wide.max()
    return sums


def rectangle_counts(
    gray: Bytes, boxes: npt.NDArray[np.int32], low: int, high: int, threads: int = 1
) -> npt.NDArray[np.int64]:
    """Count the pixels of rectangles up to ``low`` and up to ``high``: int64 (N, 2)."""
    del threads
    counts = [
        [int((part <= level).sum()) for level in (low, high)] for part in _levelled(gray, boxes)
    ]
    return np.array(counts, np.int64).reshape(-1, 2)


def rectangle_histogram(
    gray: Bytes, boxes: npt.NDArray[np.int32], threads: int = 1
) -> npt.NDArray[np.int64]:
    """Count each of the 256 values in all rectangles together: int64 (256,)."""
    del threads
    counts = np.zeros(256, np.int64)
    for part in _rectangles(gray, boxes):
        counts += np.bincount(part.ravel(), minlength=256)
    return counts


def rectangle_ink(
    gray: Bytes, boxes: npt.NDArray[np.int32], levels: npt.NDArray[np.int16], threads: int = 1
) -> Bytes:
    """Return 1 where a pixel of a rectangle is at most its level, else 0: uint8 (H, W).

    No two rectangles overlap.
    """
    del threads
    if len(levels) != len(boxes):
        raise ValueError("every rectangle needs one level")
    ink = np.zeros_like(gray)
    parts = zip(_rectangles(ink, boxes), _levelled(gray, boxes), levels, strict=True)
    for found, part, level in parts:
        found[:] = part <= level
    return ink


def _levelled(gray: Bytes, boxes: npt.NDArray[np.int32]) -> list[npt.NDArray[np.int16]]:
    """Cut rectangles from a page, to be compared with numbers beyond those of bytes."""
    return [part.astype(np.int16) for part in _rectangles(gray, boxes)]


def rectangle_otsu(gray: Bytes, boxes: npt.NDArray[np.int32], threads: int = 1) -> Bytes:
    """Return Otsu's threshold of rectangles, uint8 (N,); 0 where all pixels are equal."""
    del threads
    levels = np.zeros(len(boxes), np.uint8)
    for i, part in enumerate(_rectangles(gray, boxes)):
        counts = np.bincount(part.ravel(), minlength=256)
        below, first = np.cumsum(counts), np.cumsum(counts * np.arange(256))
        used = np.flatnonzero(counts)[:-1]
        if used.size:
            dark, light = below[used], below[-1] - below[used]
            gap = first[used] / dark - (first[-1] - first[used]) / light
            levels[i] = used[np.argmax(gap * gap * dark * light)]
    return levels


def grid_nodes(length: int, step: int) -> npt.NDArray[np.int64]:
    """Return where the nodes of a grid lie: every ``step`` pixels, and on the last one."""
    return np.minimum(np.arange(-(-(length - 1) // step) + 1) * step, length - 1)


def grid_bits(
    gray: Bytes, levels: Floats, step: int, lowest: int, highest: int, threads: int = 1
) -> Bytes:
    """Binarize by thresholds given on a grid; bits, first pixel highest, 1 = ink.

    The thresholds ``levels``, float32 (one row and column for each of `grid_nodes`), are
    interpolated along rows, then down columns, in float32, and rounded to whole numbers. A pixel
    is ink if it is at most its threshold and that lies from ``lowest`` to ``highest``.
    """
    del threads
    if step < 1:
        raise ValueError("step must be positive")
    level = grid_levels(levels, gray.shape, step)
    ink = (gray <= level) & (level >= lowest) & (level <= highest)
    return np.packbits(ink, axis=1)


def grid_levels(levels: Floats, shape: tuple[int, ...], step: int) -> npt.NDArray[np.int32]:
    """Return the rounded threshold of every pixel of a page of ``shape``, int32 (H, W)."""
    rows, columns = (grid_nodes(length, step) for length in shape)
    if levels.shape != (rows.size, columns.size):
        raise ValueError("levels must have one value for each node of the grid")
    across = _between(levels.T, columns, shape[1]).T
    return _between(across, rows, shape[0], np.float32(0.5)).astype(np.int32)


def _between(
    values: Floats, nodes: npt.NDArray[np.int64], length: int, extra: np.float32 | None = None
) -> Floats:
    """Interpolate down the first axis, from nodes to all pixels."""
    at = np.arange(length)
    lower = np.searchsorted(nodes, at, side="right") - 1
    upper = np.minimum(lower + 1, nodes.size - 1)
    span = np.maximum(nodes[upper] - nodes[lower], 1).astype(np.float32)
    part = ((at - nodes[lower]).astype(np.float32) / span)[:, None]
    first = (np.float32(1) - part) * values[lower]
    if extra is not None:
        first = extra + first
    result: Floats = first + part * values[upper]
    return result


def gaussians_bits(
    gray: Bytes,
    inner: Floats,
    outer: Floats,
    p: float,
    level: float,
    *,
    top: int,
    bottom: int,
    threads: int = 1,
) -> Bytes:
    """Return the rows ``top`` to ``bottom`` of (1 + p) G_inner − p G_outer < level, as bits.

    The taps hold the centre's weight first, then those of the pixels 1, 2, … away on both sides.
    The page's edges are repeated. float32, down the columns first, from the centre outwards.
    """
    del threads
    if not 0 <= top <= bottom <= gray.shape[0]:
        raise ValueError("no such rows")
    if inner.size == 0 or outer.size == 0:
        raise ValueError("a blur needs at least one weight")
    strength = np.float32(p)
    sharp, soft = _blurred(gray, inner), _blurred(gray, outer)
    ink = (np.float32(1) + strength) * sharp - strength * soft < np.float32(level)
    return np.packbits(ink[top:bottom], axis=1)


def _blurred(gray: Bytes, taps: Floats) -> Floats:
    """Blur with symmetric taps, one axis after the other."""
    plane = gray.astype(np.float32)
    radius = taps.size - 1
    for axis in (0, 1):
        length = plane.shape[axis]
        frame = [(0, 0), (0, 0)]
        frame[axis] = (radius, radius)
        framed = np.pad(plane, frame, mode="edge").swapaxes(0, axis)
        total = taps[0] * framed[radius : radius + length]
        for away in range(1, radius + 1):
            left = framed[radius - away : radius - away + length]
            total = total + taps[away] * (left + framed[radius + away : radius + away + length])
        plane = total.swapaxes(0, axis)
    return plane
