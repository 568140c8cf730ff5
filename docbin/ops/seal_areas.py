"""Where the seals of a page are: red pieces that look like seals, and not like lettering.

Red pixels are joined over gaps of three widths, since frames print badly. A piece that is taller
and wider than the page's lines of writing is a seal if

- paste lies along its convex hull, as frames and solid areas do, and lettering does not;
- its outlines are long for its hull: characters are cut in it. Colour patches, stains and large
  initials are plainer;
- it is redder than the rest of the page's ink; on a page written in red nothing is a seal;
- it does not stand in a row with other red pieces of its height that are no seals: letters do;
- it does not reach from one edge of the page to the other, as browned edges do.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from docbin.dependencies import load
from docbin.image import Mask
from docbin.ops.characters import character_height
from docbin.ops.redness import Redness

# Gaps that are closed, in millimetres.
_GAPS = (0.5, 1.2, 2.4)
# Least side of a seal: millimetres, heights of the page's characters. Longest for its width.
_LEAST_MM, _LEAST_HEIGHTS, _LONGEST = 3.0, 1.6, 3.2
# Longer side of one seal, and of several that overlap, in millimetres.
_ONE, _SEVERAL = 90.0, 150.0
# How far from its hull paste may be: pixels, share of the longer side.
_NEAR = (1.3, 0.03)
# Around a seal, in millimetres.
_MARGIN = 0.5
# More of the writing in red than this: nothing is a seal.
_RED_WRITING = 0.12


@dataclass(frozen=True, slots=True)
class _Piece:
    """A red piece: its convex hull in the page, and what it is like.

    ``covered`` is the share of the hull's border along which paste lies, ``solid`` and ``filled``
    the shares of its area that surely are and may be red, ``outline`` the length of all its
    borders in borders of the hull, ``share`` its D_red / D_green, ``sides`` the longer side in
    millimetres and the shorter one in heights of characters.
    """

    hull: npt.NDArray[np.int32]
    covered: float
    solid: float
    filled: float
    outline: float
    share: float
    sides: tuple[float, float]

    def is_seal(self, limit: float) -> bool:
        """Return whether it looks like a seal, or like seals that overlap."""
        longer, heights = self.sides
        inside = 0.2 < self.filled < 0.97 and self.solid > max(
            0.06 if longer < 50 else 0.12, 0.25 * self.filled
        )
        if not (inside and self.outline > 1.9 and self.share < limit):
            return False
        if heights <= 4:
            # Two short lines in red are as large.
            return self.covered > 0.78 and self.outline > 2.2
        several = self.solid > 0.15 and self.filled > 0.25 and longer < _SEVERAL
        return (self.covered > 0.6 and longer < _ONE) or (self.covered > 0.4 and several)


def seal_areas(page: Redness, millimetre: float) -> tuple[Mask | None, float]:
    """Return where the seals of a small page are, or None, and how dense its ink is.

    Parameters
    ----------
    page
        What is known about its colours.
    millimetre
        Pixels of a millimetre.

    Returns
    -------
    tuple
        bool (h, w): the hulls of all seals, with a margin; and D_red of the ink elsewhere.
    """
    cv2: Any = load("cv2", purpose="removing seals")
    if page.strong.sum() < (_LEAST_MM * millimetre) ** 2 / 8:
        return None, 1.0
    pieces = list(_pieces(page, millimetre))
    hulls = np.zeros(page.weak.shape, np.uint8)
    for piece in pieces:
        cv2.fillConvexPoly(hulls, piece.hull, 1)
    rest = page.dense & (hulls == 0)
    found = int(rest.sum())
    limit, density = page.limit, 1.0
    if found > 200:
        limit = min(limit, float(np.quantile(page.share[rest], 0.25)) - 0.15)
        plain = rest & (page.share > 0.62)
        if plain.sum() > 200:
            density = float(np.median(page.density[..., 0][plain]))
        if (rest & page.strong).sum() > _RED_WRITING * found:
            return None, density
    likely = [piece for piece in pieces if piece.is_seal(limit) and not _spans(piece, page.weak)]
    others = [
        piece
        for piece in pieces
        if not piece.is_seal(limit) and not any(_within(piece, seal) for seal in likely)
    ]
    seals = [piece for piece in likely if not _in_row(piece, others)]
    if not seals:
        return None, density
    hulls[:] = 0
    for piece in seals:
        cv2.fillConvexPoly(hulls, piece.hull, 1)
    side = 2 * max(1, round(_MARGIN * millimetre)) + 1
    return np.asarray(cv2.dilate(hulls, np.ones((side, side), np.uint8)) != 0), density


def _spans(piece: _Piece, page: Mask) -> bool:
    """Return whether a piece reaches from one edge of the page to the other."""
    (left, top), (right, bottom) = _corners(piece)
    return (left <= 1 and right >= page.shape[1] - 2) or (top <= 1 and bottom >= page.shape[0] - 2)


def _corners(piece: _Piece) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return left and top, right and bottom."""
    points = piece.hull[:, 0]
    (left, top), (right, bottom) = points.min(axis=0), points.max(axis=0)
    return (int(left), int(top)), (int(right), int(bottom))


def _within(piece: _Piece, seal: _Piece) -> bool:
    """Return whether the middle of a piece is in the box of a seal, whose part it may be."""
    box, own = np.array(_corners(seal)), np.mean(_corners(piece), axis=0)
    return bool(((own >= box[0]) & (own <= box[1])).all())


def _in_row(piece: _Piece, others: list[_Piece]) -> bool:
    """Return whether two other pieces stand in a row, or a column, with one."""
    first, last = _corners(piece)
    beside: set[tuple[int, tuple[int, ...]]] = set()
    for other in others:
        low, high = _corners(other)
        for along in (0, 1):
            across = 1 - along
            gap = max(low[along] - last[along], first[along] - high[along])
            sides = last[across] - first[across], high[across] - low[across]
            shared = min(last[across], high[across]) - max(first[across], low[across])
            alike = 0.5 < sides[1] / max(1, sides[0]) < 2
            if alike and 0 <= gap <= sides[0] and shared > 0.6 * min(sides):
                # The same letter may be found at several gaps.
                beside.add((along, tuple(value // 12 for value in low)))
    return any(sum(each[0] == along for each in beside) >= 2 for along in (0, 1))


def _pieces(page: Redness, millimetre: float) -> Iterator[_Piece]:
    """Yield the red pieces of a page that are as large as seals."""
    cv2: Any = load("cv2", purpose="removing seals")
    writing = page.ink & ~page.weak
    height = max(1.0, character_height(writing))
    least = max(_LEAST_MM * millimetre, _LEAST_HEIGHTS * height)
    dark = (writing & (page.density[..., 0] > 0.3)).view(np.uint8)
    # The border of a hull under writing tells nothing.
    hidden = cv2.dilate(dark, np.ones((3, 3), np.uint8)) != 0
    weak = np.ascontiguousarray(page.weak).view(np.uint8)
    away = cv2.distanceTransform(1 - weak, cv2.DIST_L2, 3)
    for gap in _GAPS:
        side = 2 * round((gap * millimetre - 1) / 2) + 1
        disk = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (max(3, side),) * 2)
        wide = cv2.copyMakeBorder(weak, *(side,) * 4, cv2.BORDER_CONSTANT, value=0)
        closed = cv2.morphologyEx(wide, cv2.MORPH_CLOSE, disk)[side:-side, side:-side]
        count, labels, boxes, _ = cv2.connectedComponentsWithStats(
            np.ascontiguousarray(closed), connectivity=8
        )
        sure = np.bincount(labels[page.strong], minlength=count)
        large = boxes[:, 2:4].min(axis=1) >= least
        for label in np.flatnonzero(large & (sure >= 0.04 * boxes[:, 2] * boxes[:, 3])):
            if label == 0:
                continue
            left, top, width, high = (int(value) for value in boxes[label, :4])
            box = np.s_[top : top + high, left : left + width]
            piece = _piece(
                page,
                labels[box] == label,
                (left, top),
                (away[box], hidden[box]),
                (millimetre, height),
            )
            if piece.sides[1] * height >= least and piece.sides[0] * millimetre <= (
                _LONGEST * piece.sides[1] * height
            ):
                yield piece


def _piece(
    page: Redness,
    part: Mask,
    corner: tuple[int, int],
    around: tuple[npt.NDArray[np.float32], Mask],
    units: tuple[float, float],
) -> _Piece:
    """Measure a piece: its pixels in its box, the box's left and top, and units of its sides."""
    cv2: Any = load("cv2", purpose="removing seals")
    away, hidden = around
    outlines, _ = cv2.findContours(part.view(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    hull = cv2.convexHull(np.vstack(outlines))
    shorter, longer = sorted(cv2.minAreaRect(hull)[1])
    border = _along(hull[:, 0].astype(np.float64))
    columns, rows = border[:, 0].astype(np.intp), border[:, 1].astype(np.intp)
    near = away[rows, columns] < _NEAR[0] + _NEAR[1] * longer
    seen = near | ~hidden[rows, columns]
    covered = float(near[seen].mean()) if seen.mean() > 0.4 else 0.0
    inside = np.zeros(part.shape, np.uint8)
    cv2.fillConvexPoly(inside, hull, 1)
    area = int(inside.sum())
    box = np.s_[corner[1] : corner[1] + part.shape[0], corner[0] : corner[0] + part.shape[1]]
    strong, weak = page.strong[box] & (inside != 0), page.weak[box] & (inside != 0)
    wide = cv2.copyMakeBorder(strong.view(np.uint8), 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
    borders, _ = cv2.findContours(wide, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    return _Piece(
        hull + np.array(corner, np.int32),
        covered,
        float(strong.sum() / area),
        float(weak.sum() / area),
        sum(len(each) for each in borders if len(each) > 6) / len(border),
        float(np.median(page.share[box][strong])) if strong.any() else 1.0,
        (longer / units[0], shorter / units[1]),
    )


def _along(corners: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return points along a polygon, about a pixel apart, (n, 2)."""
    sides = np.roll(corners, -1, axis=0) - corners
    steps = [np.linspace(0, 1, max(2, int(length)))[:, None] for length in np.hypot(*sides.T)]
    return np.vstack([a + d * step for a, d, step in zip(corners, sides, steps, strict=True)])
