"""The twins of filters and walks that show the paper."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]

# Keys' cubic (a = −1/2) a quarter pixel from a sample, in 128ths.
_TAPS = (-9, 111, 29, -3)


def doubled(gray: Bytes, threads: int = 1) -> Bytes:
    """Return a page at twice its size, uint8 (2 H, 2 W).

    The new pixels lie a quarter pixel beside the old ones; beyond the page its border repeats.
    """
    del threads
    if gray.size == 0:
        return np.zeros((2 * gray.shape[0], 2 * gray.shape[1]), np.uint8)
    tall = _doubled_rows(np.pad(gray, 2, mode="edge").astype(np.int32))
    # Rounded once, at the end.
    wide = _doubled_rows(tall.T).T + (1 << 13) >> 14
    large: Bytes = np.clip(wide, 0, 255).astype(np.uint8)
    return large


def _doubled_rows(framed: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
    """Return twice the rows, of which two more lie above and below; each times 128."""
    height = len(framed) - 4
    result = np.zeros((2 * height, framed.shape[1]), np.int32)
    # The second of the two new rows is nearer to the row after, the first to the one before.
    for first, step in ((1, 1), (0, -1)):
        for offset, tap in zip((-1, 0, 1, 2), _TAPS, strict=True):
            start = 2 + step * offset
            result[first::2] += framed[start : start + height] * tap
    return result


def edge_pairs(gray: Bytes, edges: Bytes, bins: int, threads: int = 1) -> npt.NDArray[np.int64]:
    """Count how far apart the two sides of strokes are, in half pixels along rows.

    A run of edge pixels in a row darkens if the pixel before it is lighter than the one after it,
    and brightens if it is the other way round; at the border of the page the run's own end pixel
    serves. Counted is the distance between the middles of a run that darkens and the next run, if
    that brightens. Larger distances go into the last of ``bins``.
    """
    del threads
    if gray.shape != edges.shape:
        raise ValueError("the page and its marks must have one shape")
    if bins < 1:
        raise ValueError("bins must be positive")
    counts = np.zeros(bins, np.int64)
    width = gray.shape[1]
    for row, marks in zip(gray.astype(int), edges, strict=True):
        steps = np.diff((np.pad(marks, 1) != 0).astype(np.int8))
        starts, stops = np.flatnonzero(steps == 1), np.flatnonzero(steps == -1)
        rise = row[np.minimum(stops, width - 1)] - row[np.maximum(starts - 1, 0)]
        middles = starts + stops
        paired = (rise[:-1] < 0) & (rise[1:] > 0)
        np.add.at(counts, np.minimum(np.diff(middles)[paired], bins - 1), 1)
    return counts


def inpaint(gray: Bytes, ink: Bytes, threads: int = 1) -> Bytes:
    """Return the page with paper continued under the ink, uint8 (H, W).

    Four walks over the page along its rows, one from each corner: a pixel where ``ink`` is not 0
    becomes the mean, rounded, of those of its four neighbours that are paper or were filled on
    this walk. The result is the darkest of the four; 255 where no walk finds paper.
    """
    del threads
    if gray.shape != ink.shape:
        raise ValueError("the page and its marks must have one shape")
    result = np.full(gray.shape, 255, np.uint8)
    for flip_y, flip_x in ((1, 1), (1, -1), (-1, 1), (-1, -1)):
        turned = result[::flip_y, ::flip_x]
        np.minimum(turned, _walk(gray[::flip_y, ::flip_x], ink[::flip_y, ::flip_x]), out=turned)
    return result


def _walk(gray: Bytes, ink: Bytes) -> Bytes:
    """Fill from the first corner along the rows; 255 where no paper was found."""
    height, width = gray.shape
    # A frame of pixels that are unknown.
    values = np.pad(np.where(ink == 0, gray, 0).astype(int), 1).tolist()
    known = np.pad((ink == 0).astype(int), 1).tolist()
    for y, x in zip(*(axis.tolist() for axis in np.nonzero(ink)), strict=True):
        above, here, below = known[y], known[y + 1], known[y + 2]
        count = above[x + 1] + below[x + 1] + here[x] + here[x + 2]
        if count:
            total = (
                values[y][x + 1] + values[y + 2][x + 1] + values[y + 1][x] + values[y + 1][x + 2]
            )
            values[y + 1][x + 1] = (2 * total + count) // (2 * count)
            here[x + 1] = 1
    found = np.array(known, bool).reshape(height + 2, width + 2)[1:-1, 1:-1]
    filled = np.array(values, np.uint8).reshape(height + 2, width + 2)[1:-1, 1:-1]
    return np.asarray(np.where(found, filled, np.uint8(255)))


def depth_threshold(
    gray: Bytes, paper: Bytes, limits: npt.NDArray[np.int16], threads: int = 1
) -> Bytes:
    """Return 1 where ``gray`` is below the limit for the shade of its paper, else 0.

    ``limits`` is int16 (256,): a limit for each value of ``paper``.
    """
    del threads
    if gray.shape != paper.shape:
        raise ValueError("the page and its marks must have one shape")
    if limits.shape != (256,):
        raise ValueError("limits must be 256 values")
    return (gray < limits[paper]).astype(np.uint8)


def rank_filter(gray: Bytes, tall: int, wide: int, percent: int, threads: int = 1) -> Bytes:
    """Return the value of rank ⌊n · percent / 100⌋ of the n pixels of each window, uint8 (H, W).

    The window has ``tall`` rows and ``wide`` columns and is clipped at the borders; one of an even
    side reaches further up or left. Rank n counts as n − 1.
    """
    del threads
    if not (0 < tall <= 1 << 20 and 0 < wide <= 1 << 20):
        raise ValueError("sides must be from 1 to 1048576")
    if not 0 <= percent <= 100:
        raise ValueError("percent must be from 0 to 100")
    result = np.empty_like(gray)
    height, width = gray.shape
    for y in range(height):
        band = gray[max(0, y - tall // 2) : y + (tall - 1) // 2 + 1]
        for x in range(width):
            seen = np.sort(band[:, max(0, x - wide // 2) : x + (wide - 1) // 2 + 1], axis=None)
            result[y, x] = seen[min(seen.size * percent // 100, seen.size - 1)]
    return result


def wiener(gray: Bytes, window: int, threads: int = 1) -> Bytes:
    """Return the page smoothed by Wiener's filter, uint8 (H, W).

    With mean m and variance v of the window (clipped at the borders) and the noise σ:
    m + (v − σ) / v · (gray − m), or m where v ≤ σ, rounded; in 32-bit floats. σ is the mean of all
    variances, each rounded down to a 256th first, so that their sum does not depend on an order.
    """
    del threads
    if window % 2 == 0 or not 0 < window <= 13:
        raise ValueError("window must be odd and at most 13")
    if gray.size == 0:
        return gray.copy()
    n, total, spread = _moments(gray, window // 2)
    inverse = np.float32(1) / n
    mean, variance = total * inverse, spread * inverse * inverse
    noise = np.float32((variance * np.float32(256)).astype(np.int64).sum() / 256 / gray.size)
    above = np.maximum(variance - noise, np.float32(0))
    # Where no variance is above the noise the divisor does not matter.
    part = above / np.maximum(variance, np.float32(1e-9))
    smooth = mean + part * (gray.astype(np.float32) - mean) + np.float32(0.5)
    return np.asarray(smooth, np.uint8)


def _moments(gray: Bytes, radius: int) -> tuple[Floats, Floats, Floats]:
    """Return n, Σ g and n Σ g² − (Σ g)² of the windows, exact before they become float32."""
    framed = np.pad(gray.astype(np.int64), radius)
    inside = np.pad(np.ones(gray.shape, np.int64), radius)
    sums = []
    for plane in (inside, framed, framed * framed):
        across = np.lib.stride_tricks.sliding_window_view(plane, 2 * radius + 1, axis=1).sum(-1)
        sums.append(
            np.lib.stride_tricks.sliding_window_view(across, 2 * radius + 1, axis=0).sum(-1)
        )
    n, total, squares = sums
    spread = n * squares - total * total
    return n.astype(np.float32), total.astype(np.float32), spread.astype(np.float32)
