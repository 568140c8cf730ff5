"""The numpy twins of the scoring kernels: thinning, DRD, chessboard distance, weight maps."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Flags = npt.NDArray[np.bool_]

# The ring of neighbours in the order east, north-east, north, … counter-clockwise (dy, dx).
_RING = ((0, 1), (-1, 1), (-1, 0), (-1, -1), (0, -1), (1, -1), (1, 0), (1, 1))


def _guo_hall_table(half: int) -> Flags:
    """Return for each of the 256 rings whether Guo and Hall's sub-iteration ``half`` deletes."""
    x = ((np.arange(256)[:, None] >> np.arange(8)) & 1).astype(bool)  # x[:, k] is x_{k+1}
    following = np.roll(x, -1, axis=1)
    odd = slice(0, 8, 2)
    after_next = np.roll(x, -2, axis=1)
    crossings = (~x[:, odd] & (following[:, odd] | after_next[:, odd])).sum(axis=1)
    pairs = x | following
    fewest = np.minimum(pairs[:, 0::2].sum(axis=1), pairs[:, 1::2].sum(axis=1))
    side = 4 * half
    kept = (x[:, (1 + side) % 8] | x[:, (2 + side) % 8] | ~x[:, (7 + side) % 8]) & x[:, side]
    deleted: Flags = (crossings == 1) & (fewest >= 2) & (fewest <= 3) & ~kept
    return deleted


def _ring_codes(padded: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Return the 8-bit code of every inner pixel's ring; ``padded`` has a frame of one zero."""
    height, width = padded.shape[0] - 2, padded.shape[1] - 2
    codes = np.zeros((height, width), np.uint8)
    for bit, (dy, dx) in enumerate(_RING):
        codes |= padded[1 + dy : 1 + dy + height, 1 + dx : 1 + dx + width] << np.uint8(bit)
    return codes


def thin_guo_hall(mask: Flags) -> Flags:
    """Thin a mask to the fix point of Guo and Hall's two sub-iterations.

    Deletions of a sub-iteration happen at once; outside the image is paper. This is what MATLAB
    computes as ``bwmorph(mask, 'thin', Inf)``.
    """
    tables = [_guo_hall_table(0), _guo_hall_table(1)]
    padded = np.pad(np.asarray(mask, np.uint8), 1)
    inner = padded[1:-1, 1:-1]
    changed = True
    while changed:
        changed = False
        for table in tables:
            doomed = table[_ring_codes(padded)] & (inner == 1)
            if doomed.any():
                inner[doomed] = 0
                changed = True
    return inner.astype(bool)


# The offsets of a 5x5 window by squared distance from its centre.
DRD_CLASSES = {
    square: [(dy, dx) for dy in range(-2, 3) for dx in range(-2, 3) if dy * dy + dx * dx == square]
    for square in (1, 2, 4, 5, 8)
}


def drd_counts(result: Flags, truth: Flags) -> npt.NDArray[np.int64]:
    """Count, around all wrong pixels, the true neighbours that differ from the wrong value.

    Returns int64 (5,): the counts at squared distances 1, 2, 4, 5 and 8 of a 5x5 window.
    Neighbours outside the image are not counted.
    """
    padded = np.pad(truth, 2)
    inside = np.pad(np.ones_like(truth), 2)
    rows, columns = np.nonzero(result != truth)
    wrong = result[rows, columns]
    counts = np.zeros(5, np.int64)
    for index, offsets in enumerate(DRD_CLASSES.values()):
        for dy, dx in offsets:
            place = (rows + 2 + dy, columns + 2 + dx)
            counts[index] += np.count_nonzero((padded[place] != wrong) & inside[place])
    return counts


def mixed_blocks(truth: Flags) -> int:
    """Count the whole 8x8 blocks, anchored at the top left corner, that hold ink and paper."""
    height, width = truth.shape[0] // 8, truth.shape[1] // 8
    blocks = truth[: 8 * height, : 8 * width].reshape(height, 8, width, 8)
    ink = np.count_nonzero(blocks, axis=(1, 3))
    return int(np.count_nonzero((ink > 0) & (ink < 64)))


def contour(truth: Flags) -> Flags:
    """Return the ink that has paper, or the outside of the image, as one of 4 neighbours."""
    framed = np.pad(truth, 1)
    inner = framed[:-2, 1:-1] & framed[2:, 1:-1] & framed[1:-1, :-2] & framed[1:-1, 2:]
    return truth & ~inner


def squared_distance(seeds: Flags) -> npt.NDArray[np.int64]:
    """Return the exact squared Euclidean distance of every pixel to the nearest seed.

    int64 (H, W); every value is −1 if there is no seed.
    """
    height, width = seeds.shape
    if not seeds.any():
        return np.full((height, width), -1, np.int64)
    far = 4 * (height + width)
    rows = np.arange(height)[:, None]
    above = rows - np.maximum.accumulate(np.where(seeds, rows, -far), axis=0)
    below = np.minimum.accumulate(np.where(seeds, rows, far)[::-1], axis=0)[::-1] - rows
    column = np.minimum(above, below).astype(np.int64) ** 2
    best = column.copy()
    for step in range(1, width):
        square = step * step
        if square >= best.max():
            break
        np.minimum(best[:, step:], column[:, :-step] + square, out=best[:, step:])
        np.minimum(best[:, :-step], column[:, step:] + square, out=best[:, :-step])
    return best


def contour_sums(result: Flags, truth: Flags) -> npt.NDArray[np.float64]:
    """Sum the Euclidean distance to the truth's contour over missed ink, false ink, all pixels.

    float64 (3,), added up in raster order; all zero if the truth has no ink.
    """
    squares = squared_distance(contour(truth))
    if squares.flat[0] < 0:
        return np.zeros(3)
    distance = np.sqrt(squares.astype(np.float64))
    chosen = (truth & ~result, result & ~truth, np.ones_like(truth))
    return np.array([np.cumsum(distance[part])[-1] if part.any() else 0.0 for part in chosen])
