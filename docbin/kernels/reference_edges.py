"""The twins of the kernels of edges and curvature."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]


def edge_peaks(gray: Bytes, taps: Floats, threads: int = 1) -> Floats:
    """Return the gradient's strength where it is largest across an edge, else 0.

    These are the steps of Canny's detector before its thresholds, in 32-bit floats: (1) smooth
    the columns, then the rows; (2) the differences gx, gy of the pixels on both sides (twice the
    slope) and the strength √(gx² + gy²); (3) keep a pixel whose strength is not below the
    strengths one step along the gradient in both directions, each interpolated between the two
    neighbours there. Pixels beyond the page repeat its border when smoothing and in the
    differences; their strength is 0.

    Parameters
    ----------
    gray
        uint8 (H, W).
    taps
        float32 (R + 1,): weight of the pixels at the distances 0 to R, on both sides.

    Returns
    -------
    float32 (H, W).
    """
    del threads
    if taps.size == 0:
        raise ValueError("taps must not be empty")
    if gray.size == 0:
        return np.zeros(gray.shape, np.float32)
    smooth = _smoothed(_smoothed(gray.astype(np.float32), taps).T, taps).T
    framed = np.pad(smooth, 1, mode="edge")
    gx = framed[1:-1, 2:] - framed[1:-1, :-2]
    gy = framed[2:, 1:-1] - framed[:-2, 1:-1]
    return _peaks(gx, gy, np.sqrt(gx * gx + gy * gy))


def _smoothed(rows: Floats, taps: Floats) -> Floats:
    """Smooth along the first axis; both pixels of a distance are added before they are weighed."""
    height, radius = rows.shape[0], taps.size - 1
    framed = np.pad(rows, ((radius, radius), (0, 0)), mode="edge")
    total = taps[0] * rows
    for k in range(1, radius + 1):
        both = framed[radius - k : radius - k + height] + framed[radius + k : radius + k + height]
        total = total + taps[k] * both
    return np.asarray(total, np.float32)


def _peaks(gx: Floats, gy: Floats, strength: Floats) -> Floats:
    height, width = strength.shape
    framed = np.pad(strength, 1)
    y, x = np.nonzero(strength)
    gx, gy, here = gx[y, x], gy[y, x], strength[y, x]
    ax, ay = np.abs(gx), np.abs(gy)
    flat = ax >= ay
    part = np.where(flat, ay, ax) / np.where(flat, ax, ay)
    rest = np.float32(1) - part
    sign = np.where((gx >= 0) == (gy >= 0), 1, -1)
    straight = np.where(flat, 0, 1), np.where(flat, 1, 0)
    aside = np.where(flat, sign, 0), np.where(flat, 0, sign)
    kept = np.ones(here.size, bool)
    for way in (1, -1):
        sy, sx = y + 1 + way * straight[0], x + 1 + way * straight[1]
        beyond = rest * framed[sy, sx] + part * framed[sy + way * aside[0], sx + way * aside[1]]
        kept &= here >= beyond
    peaks = np.zeros((height, width), np.float32)
    peaks[y[kept], x[kept]] = here[kept]
    return peaks


def snap_edges(gray: Bytes, ink: Bytes, taps: Floats, least: float, threads: int = 1) -> Bytes:
    """Return the ink of a page with its border moved to the edges beside it.

    Every pixel becomes what most of its four neighbours are that no edge divides from it, and
    stays where they are as many. Two neighbours are divided where the darker of them (of equal
    ones the right or lower) is a peak of `edge_peaks` above ``least``.

    Parameters
    ----------
    gray
        uint8 (H, W).
    ink
        uint8 (H, W): 1 is ink, 0 paper.
    taps
        See `edge_peaks`.
    least
        Strength.

    Returns
    -------
    uint8 (H, W): 1 is ink.
    """
    if gray.shape != ink.shape:
        raise ValueError("gray and ink must have the same shape")
    edge = edge_peaks(gray, taps, threads) > np.float32(least)
    sign = np.where(ink, 1, -1)
    votes = np.zeros(gray.shape, np.int64)
    for first, second in (
        (np.s_[:, :-1], np.s_[:, 1:]),
        (np.s_[:-1], np.s_[1:]),
    ):
        joined = ~np.where(gray[first] < gray[second], edge[first], edge[second])
        votes[first] += joined * sign[second]
        votes[second] += joined * sign[first]
    return np.where(votes == 0, ink, votes > 0).astype(np.uint8)


def ink_terminals(gray: Bytes, radius: int, phi: int, threads: int = 1) -> npt.NDArray[np.int32]:
    """Return what it costs more to call each pixel paper than ink, by the Laplacian energy.

    The Laplacian ∇²I is the sum of the differences of the four neighbours to the pixel (the
    border repeats beyond the page); it is positive inside dark strokes. Paper costs ∇²I and ink
    −∇²I, so the result is 2 ∇²I. A pixel that is brighter than the mean by more than two
    standard deviations, over a square window of side 2 radius + 1 clipped at the borders, is
    hardly ink: there ink costs phi, and the result is ∇²I − phi. All in integers.

    Parameters
    ----------
    gray
        uint8 (H, W).
    radius
        1 to 1000 pixels.
    phi
        0 to 1 000 000.

    Returns
    -------
    int32 (H, W): positive is ink.
    """
    del threads
    if not 1 <= radius <= 1000:
        raise ValueError("radius must be from 1 to 1000")
    if not 0 <= phi <= 1_000_000:
        raise ValueError("phi must be from 0 to 1000000")
    wide = gray.astype(np.int64)
    curvature = np.zeros(gray.shape, np.int64)
    for axis in (0, 1):
        curvature += np.diff(wide, axis=axis, append=wide.take([-1], axis)) if wide.size else 0
        curvature -= np.diff(wide, axis=axis, prepend=wide.take([0], axis)) if wide.size else 0
    count, total, squares = (_windowed(part, radius) for part in (wide * 0 + 1, wide, wide * wide))
    rise = count * wide - total
    outshines = (rise > 0) & (rise * rise > 4 * (count * squares - total * total))
    return np.where(outshines, curvature - phi, 2 * curvature).astype(np.int32)


def _windowed(plane: npt.NDArray[np.int64], radius: int) -> npt.NDArray[np.int64]:
    """Return the sums over a square window clipped at the borders."""
    height, width = plane.shape
    sums = np.zeros((height + 1, width + 1), np.int64)
    sums[1:, 1:] = plane.cumsum(0).cumsum(1)
    top, bottom = (np.clip(np.arange(height) + i, 0, height) for i in (-radius, radius + 1))
    left, right = (np.clip(np.arange(width) + i, 0, width) for i in (-radius, radius + 1))
    rows = sums[bottom] - sums[top]
    return np.asarray(rows[:, right] - rows[:, left])
