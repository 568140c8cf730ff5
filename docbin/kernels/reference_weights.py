"""The twin that defines the weight maps of the pseudo-F-measure, in words and numpy.

Ink and paper get a distance to the contour and a norm to divide it by. On the way there, a
component's *nearest* features are all those at the smallest chessboard distance that lie in the
component's box. Distances are bytes, as in the official files; from 250 on they say "none".
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from docbin.kernels.reference_components import components
from docbin.kernels.reference_scoring import contour
from docbin.kernels.reference_skeleton import stroke_skeleton

Flags = npt.NDArray[np.bool_]
Bytes = npt.NDArray[np.uint8]
Words = npt.NDArray[np.uint16]
Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]

FAR, NO_DISTANCE = 65000, 250


def chessboard(features: Flags) -> Words:
    """Return every pixel's chessboard distance to the nearest feature, at most 65000."""
    height, width = features.shape
    grid = np.full((height + 2, width + 2), FAR, np.int64)
    grid[1:-1, 1:-1][features] = 0
    slope = np.arange(width + 2)
    for rows, before, side in ((range(1, height + 1), -1, 1), (range(height, 0, -1), 1, -1)):
        for y in rows:
            done, row = grid[y + before], grid[y]
            near = np.minimum(np.minimum(done[:-2], done[2:]), done[1:-1]) + 1
            row[1:-1] = np.minimum(row[1:-1], near)
            line = row[::side]
            line[:] = np.minimum.accumulate(line - slope) + slope
    return np.minimum(grid[1:-1, 1:-1], FAR).astype(np.uint16)


def pseudo_weights(truth: Flags) -> tuple[Bytes, Words, Bytes, Bytes]:
    """Return ink's distance and norm and paper's distance and norm, each (H, W).

    The recall weight of ink is distance / norm, the precision weight of paper is
    min(distance / norm, 2); where the norm is 0 the weight is 0.
    """
    edge = contour(truth)
    far = chessboard(edge)
    labels, boxes = components(truth.view(np.uint8))
    skeleton = stroke_skeleton(truth, labels, boxes)
    distance = np.where(truth, far, 0).astype(np.uint8)
    distance[edge & skeleton] = 1
    ink = _Side(labels, boxes, skeleton, distance)
    factor, norm = ink.normalize(edge)
    strokes = _strokes(labels, skeleton, factor, len(boxes))
    paper = _paper(truth, far, boxes, strokes)
    limit = _limit(paper, edge, far, labels, strokes)
    return ink.distance, norm, paper.distance, limit


def _strokes(labels: Ints, skeleton: Flags, factor: Bytes, count: int) -> Longs:
    """Return each component's stroke: twice the mean factor on its skeleton, cut to an integer."""
    names = labels[skeleton] - 1
    sums = np.bincount(names, factor[skeleton], count).astype(np.int64)
    return 2 * (sums // np.bincount(names, minlength=count))


def _paper(truth: Flags, far: Words, boxes: Ints, strokes: Longs) -> _Side:
    """Return the side of the paper: distances within reach of a stroke, else none."""
    height, width = truth.shape
    reached = np.zeros((height, width), bool)
    for (top, left, bottom, right, _), stroke in zip(boxes.tolist(), strokes.tolist(), strict=True):
        margin = 2 * stroke
        reached[max(0, top - margin) : bottom + margin, max(0, left - margin) : right + margin] = (
            True
        )
    inner = ~truth
    inner[[0, -1]] = False
    inner[:, [0, -1]] = False
    labels, boxes = components((~truth).view(np.uint8))
    skeleton = stroke_skeleton(inner, labels, boxes)
    distance = np.where(reached, far, NO_DISTANCE).astype(np.uint8)
    distance[truth] = 0
    return _Side(labels, boxes, skeleton, distance)


def _limit(side: _Side, edge: Flags, far: Words, ink_labels: Ints, strokes: Longs) -> Bytes:
    """Return the norm of paper: the stroke's reach, or half the gap near where components meet."""
    norm = (
        np.floor(np.sqrt(side.normalize(None)[1].astype(np.float64)) + 0.5).astype(np.int64).ravel()
    )
    distance = side.distance.astype(np.int64).ravel()
    centre, feature, _ = side.nearest(edge, far)
    owner = ink_labels.ravel()[feature].astype(np.int64)
    reach = np.zeros(distance.size, np.int64)
    np.maximum.at(reach, centre, (strokes & 255)[owner - 1])
    low, high = np.full(distance.size, len(strokes) + 1), np.zeros(distance.size, np.int64)
    np.minimum.at(low, centre, owner)
    np.maximum.at(high, centre, owner)
    served = side.has_distance().ravel() & (distance <= reach)
    meeting = served & (high > low) & (norm > 0)
    to_meeting = chessboard(meeting.reshape(far.shape)).ravel()
    room = reach - distance
    gap = (room > 0) & (to_meeting <= room) & (norm < reach)
    return np.where(served, np.where(gap, norm, reach), 0).astype(np.uint8).reshape(far.shape)


@dataclass(slots=True)
class _Side:
    """One side of the page, ink or paper; making it raises the distances of flat ridges."""

    labels: Ints
    boxes: Ints
    skeleton: Flags
    distance: Bytes

    def __post_init__(self) -> None:
        # A skeleton pixel on a plateau of distances is one farther in; raised ones are seen.
        grid = np.pad(self.distance, 1, mode="edge")
        for y, x in (np.argwhere(self.skeleton & self.has_distance()) + 1).tolist():
            here = grid[y, x]
            around = (
                grid[y - 1, x] if y > 1 else here,
                grid[y + 1, x] if y < grid.shape[0] - 2 else here,
                grid[y, x - 1] if x > 1 else here,
                grid[y, x + 1] if x < grid.shape[1] - 2 else here,
            )
            if all(value == here for value in around):
                grid[y, x] = here + 1
        self.distance = np.ascontiguousarray(grid[1:-1, 1:-1])

    def has_distance(self) -> Flags:
        return (self.distance > 0) & (self.distance < NO_DISTANCE) & (self.labels > 0)

    def nearest(self, features: Flags, start: Words) -> tuple[Longs, Longs, Longs]:
        """Find the nearest features of all pixels that have a distance.

        ``start`` is each pixel's distance to the nearest feature anywhere.

        Returns
        -------
        centre, feature
            Places of a pixel and of one of its nearest features, as pairs.
        radius
            How far they are, (H * W); −1 where the box has none.
        """
        width = features.shape[1]
        rows, columns = np.nonzero(self.has_distance())
        boxes = self.boxes[self.labels[rows, columns] - 1]
        waiting = start[rows, columns].astype(np.int64)
        radius = np.full(features.size, -1, np.int64)
        found: list[tuple[Longs, Longs]] = []
        for r in range(max(features.shape)):
            those = np.flatnonzero(waiting == r)
            if not those.size:
                continue
            y, x, (top, left, bottom, right) = rows[those], columns[those], boxes[those, :4].T
            hit = np.zeros(those.size, bool)
            for dy, dx in _ring(r):
                fy, fx = y + dy, x + dx
                inside = (fy >= top) & (fy < bottom) & (fx >= left) & (fx < right)
                inside[inside] = features[fy[inside], fx[inside]]
                hit |= inside
                found.append(((y * width + x)[inside], (fy * width + fx)[inside]))
            radius[(y * width + x)[hit]] = r
            waiting[those[~hit]] = r + 1
        centre, feature = (
            (np.concatenate(parts) for parts in zip(*found, strict=True))
            if found
            else (np.zeros(0, np.int64), np.zeros(0, np.int64))
        )
        return centre, feature, radius

    def normalize(self, edge: Flags | None) -> tuple[Bytes, Words]:
        """Return the factors of skeleton pixels and the norm of every pixel with a distance.

        A skeleton pixel outside ``edge`` counts as 1 from the skeleton, else 0.
        """
        distance = self.distance.ravel()
        away = chessboard(self.skeleton)
        centre, feature, radius = self.nearest(self.skeleton, away)
        inner = self.skeleton if edge is None else self.skeleton & ~edge
        reach = np.where(inner.ravel(), 1, radius & 255)
        # Of all that write to a skeleton pixel the last counts: by component, then raster order.
        order = np.lexsort((centre, self.labels.ravel()[centre]))
        centre, feature = centre[order], feature[order]
        factor = self.skeleton.astype(np.uint8).ravel()
        deep = distance[feature]
        factor[feature] = deep + (reach[centre] >= deep).astype(np.uint8)
        self._pass_on(factor)
        norm = np.zeros(distance.size, np.int64)
        np.maximum.at(norm, centre, deep.astype(np.int64) * factor[feature])
        return factor.reshape(self.skeleton.shape), self._propagated(norm)

    def _pass_on(self, factor: Bytes) -> None:
        """Give each end of the skeleton its one neighbour's factor and 1, component by component.

        Neighbours off the page are those at its edge. Of a neighbour to the south-east the
        official program reads the factor in column 0 or 1 of the page, whatever its own column.
        """
        height, width = self.skeleton.shape
        places = np.argwhere(self.skeleton)
        for y, x in places[np.argsort(self.labels[self.skeleton], kind="stable")].tolist():
            north, south = max(y - 1, 0), min(y + 1, height - 1)
            west, east = max(x - 1, 0), min(x + 1, width - 1)
            around = [(north, x, x), (south, x, x), (y, west, west), (y, east, east)]
            around += [(north, west, west), (south, east, east - x)]
            around += [(south, west, west), (north, east, east)]
            near = [qy * width + at for qy, qx, at in around if self.skeleton[qy, qx]]
            if len(near) == 1 and factor[near[0]]:
                factor[y * width + x] = (int(factor[near[0]]) + 1) & 255

    def _propagated(self, norm: Longs) -> Words:
        """Give a pixel unlike its four neighbours, if all have a norm, its left neighbour's."""
        height, width = self.skeleton.shape
        values = norm.tolist()
        for i in np.flatnonzero(self.has_distance()).tolist():
            y, x = divmod(i, width)
            left, right = values[i - 1 if x else i], values[i + 1 if x < width - 1 else i]
            up, down = values[i - width if y else i], values[i + width if y < height - 1 else i]
            if up and down and left and right and values[i] not in (up, down, left, right):
                values[i] = left
        return np.array(values, np.uint16).reshape(height, width)


def _ring(radius: int) -> list[tuple[int, int]]:
    """Return the offsets at chessboard distance ``radius``."""
    if radius == 0:
        return [(0, 0)]
    span = range(-radius, radius + 1)
    rows = [(side, x) for side in (-radius, radius) for x in span]
    return rows + [(y, side) for side in (-radius, radius) for y in span[1:-1]]
