"""The twins of the skeleton that the weight maps use: thinning, tidying, a pixel for every part."""

from __future__ import annotations

import sys

import numpy as np
import numpy.typing as npt

Flags = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int32]

# The ring of neighbours from north clockwise (dy, dx); bit k of a ring's code is neighbour k.
_RING = ((-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1))
_NORTH, _EAST, _SOUTH, _WEST = 0, 2, 4, 6


def _rings() -> Flags:
    """Return bool (256, 8): the neighbours of every ring."""
    return ((np.arange(256)[:, None] >> np.arange(8)) & 1).astype(bool)


def _zhang_suen_table(half: int) -> Flags:
    """Return for each ring whether Zhang and Suen's sub-iteration ``half`` deletes."""
    ring = _rings()
    steps = (~ring & np.roll(ring, -1, axis=1)).sum(axis=1)
    count = ring.sum(axis=1)
    first, second = (
        ((_EAST, _SOUTH), (_NORTH, _WEST)) if half == 0 else ((_NORTH, _WEST), (_EAST, _SOUTH))
    )
    corner = ring[:, first].all(axis=1) & ring[:, second].any(axis=1)
    deleted: Flags = (steps == 1) & (count >= 2) & (count <= 6) & ~corner
    return deleted


def _lee_chen_table() -> Flags:
    """Return for each ring whether the tidying of Lee and Chen deletes (see `tidy`)."""
    ring = _rings()
    following, after_next = np.roll(ring, -1, axis=1), np.roll(ring, -2, axis=1)
    steps = (~ring & following).sum(axis=1)
    gaps = (~ring & (following | after_next))[:, ::2].sum(axis=1)
    count = ring.sum(axis=1)
    pit = (count == 7) & ~ring[:, ::2].all(axis=1)
    deleted: Flags = (gaps == 1) & (count >= 2) & ((steps >= 2) | pit)
    deleted[[0x0E, 0xE0]] = True
    deleted[[0x15, 0x51]] = False
    return deleted


def _codes(padded: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    height, width = padded.shape[0] - 2, padded.shape[1] - 2
    codes = np.zeros((height, width), np.uint8)
    for bit, (dy, dx) in enumerate(_RING):
        codes |= padded[1 + dy : 1 + dy + height, 1 + dx : 1 + dx + width] << np.uint8(bit)
    return codes


def zhang_suen(mask: Flags, limit: int = sys.maxsize) -> tuple[Flags, int]:
    """Thin by Zhang and Suen's sub-iterations to the fix point, or for ``limit`` of them.

    Returns the mask and the number, from 1, of the last sub-iteration that deleted something.
    Deletions of a sub-iteration happen at once; outside the image is paper.
    """
    tables = [_zhang_suen_table(0), _zhang_suen_table(1)]
    padded = np.pad(np.asarray(mask, np.uint8), 1)
    inner = padded[1:-1, 1:-1]
    last = done = 0
    while done < limit and done - last < 2:
        doomed = tables[done % 2][_codes(padded)] & (inner == 1)
        done += 1
        if doomed.any():
            inner[doomed] = 0
            last = done
    return inner.astype(bool), last


def tidy(mask: Flags) -> Flags:
    """Delete superfluous pixels in raster order, each seeing the deletions before it, to the end.

    A pixel goes if its neighbours hang together without it although they are several pieces of
    the ring, or all of the ring but one side; two bars go and two tees stay against that rule.
    That is Lee and Chen's (1992) Table 1 as the official weight maps follow it.
    """
    table = _lee_chen_table()
    padded = np.pad(np.asarray(mask, np.uint8), 1)
    changed = True
    while changed:
        changed = False
        for y, x in np.argwhere(padded).tolist():
            code = sum(int(padded[y + dy, x + dx]) << bit for bit, (dy, dx) in enumerate(_RING))
            if table[code]:
                padded[y, x] = 0
                changed = True
    return padded[1:-1, 1:-1].astype(bool)


def stroke_skeleton(mask: Flags, labels: Ints, boxes: Ints) -> Flags:
    """Return the skeleton of ``mask`` with at least one pixel for each of the ``labels``.

    ``mask`` is the labelled pixels, less those that thinning shall take for paper.
    """
    skeleton = zhang_suen(mask)[0]
    present = np.zeros(len(boxes) + 1, bool)
    present[labels[skeleton]] = True
    for label in np.flatnonzero(~present[1:]).tolist():
        top, left, bottom, right = boxes[label, :4].tolist()
        part = labels[top:bottom, left:right] == label + 1
        y, x = _survivor(part, part & mask[top:bottom, left:right])
        skeleton[top + y, left + x] = True
    return tidy(skeleton)


def _survivor(part: Flags, mask: Flags) -> tuple[int, int]:
    """Return the pixel that stays of a part that thinning makes vanish.

    It is the last pixel, in raster order, of what there was before the last deletion; where
    nothing was thinned, the pixel at the centroid (halves round up) or the first one.
    """
    passes = zhang_suen(mask)[1]
    if passes:
        y, x = np.argwhere(zhang_suen(mask, passes - 1)[0])[-1].tolist()
        return y, x
    places = np.argwhere(part)
    area = len(places)
    y, x = ((2 * places.sum(axis=0) + area) // (2 * area)).tolist()
    return (y, x) if part[y, x] else tuple(places[0].tolist())
