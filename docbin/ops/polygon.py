"""Polygons by their corners: float64 (N, 2) as x, y; the last corner joins the first."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from docbin.dependencies import load
from docbin.image import Mask
from docbin.regions import Polygon


def ring(polygon: Polygon) -> Polygon:
    """Return the corners without those that repeat the one before them."""
    kept: Polygon = polygon[(polygon != _turned(polygon, -1)).any(axis=1)]
    return kept


def area(polygon: Polygon) -> float:
    """Return the area by the shoelace formula; of a polygon that crosses itself it is a net sum.

    Examples
    --------
    >>> area(np.array([(0, 0), (4, 0), (4, 3)], float))
    6.0
    """
    # From the first corner: less is lost where a small polygon lies far out.
    corners = polygon - polygon[0]
    return abs(float(_cross(corners, _turned(corners, 1)).sum())) / 2


def is_simple(polygon: Polygon) -> bool:
    """Say whether the outline neither crosses, touches nor retraces itself, and encloses an area.

    Exact for whole coordinates. Memory and time grow with the square of the number of corners.
    """
    corners = ring(polygon)
    if len(corners) < 3 or area(corners) == 0:
        return False
    ends = _turned(corners, 1)
    along = ends - corners
    following = _turned(along, 1)
    turns = _cross(along, following)
    if len(corners) <= 4 and (turns.min() > 0 or turns.max() < 0):
        return True  # four turns one way make one round; five could make two
    turns_back = (turns == 0) & ((along * following).sum(axis=1) < 0)
    return not turns_back.any() and not _meeting(corners, ends).any()


def filled(
    polygon: Polygon, shape: tuple[int, ...], pad: int = 0
) -> tuple[tuple[slice, slice], Mask]:
    """Return a window of a picture around a polygon, and which of its pixels are inside, bool.

    The window has ``pad`` pixels more on each side, where the picture (H, W, …) has them; it is
    empty where the polygon lies outside.
    """
    cv2: Any = load("cv2", purpose="regions of text in photos")
    room = shape[1::-1]
    low = np.clip(np.floor(polygon.min(axis=0)) - pad, 0, room).astype(int)
    high = np.clip(np.ceil(polygon.max(axis=0)) + pad, low, room).astype(int)
    inside = np.zeros(tuple((high - low)[::-1]), np.uint8)
    if inside.size:
        # Four bits after the point; centres of pixels are at one half.
        corners = np.rint((polygon - low - 0.5) * 16).astype(np.int32)
        cv2.fillPoly(inside, [corners], 1, shift=4)
    window = (slice(int(low[1]), int(high[1])), slice(int(low[0]), int(high[0])))
    return window, inside.view(np.bool_)


def _turned(polygon: Polygon, by: int) -> Polygon:
    """Return the same corners from another first one (np.roll takes ten times as long)."""
    return np.concatenate((polygon[by:], polygon[:by]))


def _cross(a: npt.NDArray[np.float64], b: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    crossed: npt.NDArray[np.float64] = a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0]
    return crossed


def _meeting(starts: Polygon, ends: Polygon) -> npt.NDArray[np.bool_]:
    """Return which pairs of sides that are no neighbours have a point in common, bool (N, N)."""
    count = len(starts)
    first, second = np.triu_indices(count, 2)
    apart = (first > 0) | (second < count - 1)
    first, second = first[apart], second[apart]
    a, b, c, d = starts[first], ends[first], starts[second], ends[second]
    sides = [
        np.sign(_cross(q - p, r - p)) for p, q, r in ((a, b, c), (a, b, d), (c, d, a), (c, d, b))
    ]
    crossing = (sides[0] * sides[1] < 0) & (sides[2] * sides[3] < 0)
    touching = np.zeros_like(crossing)
    for side, (p, q, r) in zip(sides, ((a, b, c), (a, b, d), (c, d, a), (c, d, b)), strict=True):
        within = ((np.minimum(p, q) <= r) & (r <= np.maximum(p, q))).all(axis=1)
        touching |= (side == 0) & within
    met: npt.NDArray[np.bool_] = crossing | touching
    return met
