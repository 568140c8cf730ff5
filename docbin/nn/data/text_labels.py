"""Label maps of differentiable binarization, drawn from polygons [1]_.

A polygon of area A and perimeter L is shrunk and grown by D = A (1 − r²) / L, r = 0.4 (Vatti
clipping). The shrunk polygon is the probability's target. Inside the grown one the threshold's
target is 0.3 + 0.4 · max(0, 1 − distance to the outline / D): 0.7 on the outline.

The three maps of a page are one byte a pixel, see `encode`; `decode` takes them apart.

References
----------
.. [1] Liao et al., "Real-time scene text detection with differentiable binarization", AAAI 2020.
       doi:10.1609/aaai.v34i07.6812
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from docbin.dependencies import load
from docbin.evaluate.labels.label import Label
from docbin.ops.polygon import area
from docbin.regions import Polygon

RATIO = 0.4
LOWEST, HIGHEST = 0.3, 0.7
# Bits of a byte: six of the threshold's level, 0 outside of every ring and interior.
LEVELS, SHRUNK, IGNORED = 0x3F, 0x40, 0x80
# A text that is less than this thick, in pixels of the map, is neither learned nor forgotten.
THINNEST = 5.0
# Sixteenths of a pixel for the corners of polygons that are filled.
_FINE = 4

Map = npt.NDArray[np.uint8]
Levels = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class LabelMaps:
    """The map of a page, and what could not be drawn.

    Parameters
    ----------
    codes
        uint8 (H, W), see `encode`.
    text
        Polygons that are learned.
    reasons
        Of each label that is not: why.
    """

    codes: Map
    text: tuple[Polygon, ...]
    reasons: tuple[str, ...]


def offset_distance(polygon: Polygon, ratio: float = RATIO) -> float:
    """Return D = A (1 − r²) / L of a polygon, in pixels.

    Examples
    --------
    >>> square = np.array([(0, 0), (100, 0), (100, 100), (0, 100)], float)
    >>> offset_distance(square)
    21.0
    """
    sides = np.linalg.norm(np.roll(polygon, -1, 0) - polygon, axis=1)
    return area(polygon) * (1 - ratio * ratio) / max(float(sides.sum()), 1e-9)


def moved(polygon: Polygon, distance: float) -> list[Polygon]:
    """Return the parts of a polygon whose outline is moved outward (or, if negative, inward).

    Corners are rounded outward, as Vatti clipping with round joins does it. A polygon that is
    shrunk may fall apart. By D it never vanishes, since A / L is less than the inradius.
    """
    shapely = load("shapely", purpose="labels of text detection")
    shape = shapely.Polygon(polygon).buffer(distance, join_style="round", quad_segs=4)
    parts = getattr(shape, "geoms", [shape])
    return [np.asarray(part.exterior.coords)[:-1] for part in parts if not part.is_empty]


def draw(labels: Iterable[Label], shape: tuple[int, int], kinds: Kinds | None = None) -> LabelMaps:
    """Draw the map of a page.

    What is don't-care, too small to be learned, or of a kind that is ignored is marked as
    ignored, so that a network is not taught to take it for background.

    Parameters
    ----------
    labels
        In pixels of the map.
    shape
        Height and width of the map.
    kinds
        What is learned; None: every kind.
    """
    shrunk, ignored = np.zeros(shape, np.uint8), np.zeros(shape, np.uint8)
    levels = np.zeros(shape, np.float32)
    text: list[Polygon] = []
    reasons: list[str] = []
    for label in labels:
        polygon, kind = label.region.polygon, label.region.kind
        if kinds is not None and kinds.is_background(kind):
            reasons.append(f"kind {kind} is background")
            continue
        reason = _reason(label, shape, kinds)
        if reason:
            reasons.append(reason)
            fill(ignored, [polygon])
            continue
        text.append(polygon)
        fill(shrunk, moved(polygon, -offset_distance(polygon)))
        _ring(levels, polygon)
    return LabelMaps(encode(shrunk, levels, ignored), tuple(text), tuple(reasons))


@dataclass(frozen=True, slots=True)
class Kinds:
    """What regions of a data set are: learned, background (left out), or ignored (the rest).

    Parameters
    ----------
    learned
        Kinds that a detector is to find.
    background
        Kinds that are as if they were not labelled; None: all that are not learned.
    """

    learned: tuple[str, ...]
    background: tuple[str, ...] | None = ()

    def is_background(self, kind: str) -> bool:
        """Return whether regions of a kind are as if they were not labelled."""
        if self.background is None:
            return kind not in self.learned
        return kind in self.background


def _reason(label: Label, shape: tuple[int, int], kinds: Kinds | None) -> str | None:
    """Return why a label is not learned; None if it is."""
    polygon = label.region.polygon
    if kinds is not None and label.region.kind not in kinds.learned:
        return f"kind {label.region.kind} is ignored"
    if not label.care:
        return "don't-care"
    low, high = polygon.min(0), polygon.max(0)
    if (high <= 0).any() or low[0] >= shape[1] or low[1] >= shape[0]:
        return "outside the image"
    (_, sides, _) = cv2.minAreaRect(polygon.astype(np.float32))
    if min(sides) < THINNEST:
        return f"thinner than {THINNEST:g} pixels"
    return None


def fill(canvas: Map, polygons: Sequence[Polygon]) -> None:
    """Set the pixels of polygons to 1."""
    for polygon in polygons:
        corners = np.rint((polygon - 0.5) * 2**_FINE).astype(np.int32)
        cv2.fillPoly(canvas, [corners], (1,), shift=_FINE)


def _ring(levels: Levels, polygon: Polygon) -> None:
    """Raise the levels 0 … 1 around an outline, and mark its inside by what is just above 0."""
    distance = offset_distance(polygon)
    low = np.maximum(np.floor(polygon.min(0) - distance - 1), 0).astype(int)
    high = np.ceil(polygon.max(0) + distance + 1).astype(int)
    part = levels[low[1] : high[1], low[0] : high[0]]
    if not part.size:
        return
    inside = np.zeros(part.shape, np.uint8)
    fill(inside, [each - low for each in moved(polygon, distance)])
    near = 1 - to_outline(polygon - low, part.shape) / max(distance, 1e-9)
    np.maximum(part, near.clip(1e-6, 1), out=part, where=inside.astype(bool))


def to_outline(polygon: Polygon, shape: tuple[int, ...]) -> Levels:
    """Return the distance of the centres of pixels to an outline, float32 (H, W)."""
    y, x = np.mgrid[: shape[0], : shape[1]].astype(np.float32) + np.float32(0.5)
    nearest = np.full(shape, np.inf, np.float32)
    for start, end in zip(polygon, np.roll(polygon, -1, 0), strict=True):
        along = end - start
        length = float(along @ along)
        if length == 0:
            continue
        share = ((x - start[0]) * along[0] + (y - start[1]) * along[1]) / length
        share = share.clip(0, 1)
        away = np.hypot(x - start[0] - share * along[0], y - start[1] - share * along[1])
        np.minimum(nearest, away, out=nearest)
    return nearest


def encode(shrunk: Map, levels: Levels, ignored: Map) -> Map:
    """Return one byte a pixel.

    Parameters
    ----------
    shrunk, ignored
        uint8 (H, W), 0 or 1.
    levels
        float32 (H, W): 0 outside, else the share of the way from 0.3 to 0.7, above 0.
    """
    steps = np.where(levels > 0, 1 + np.rint(levels * (LEVELS - 1)), 0).astype(np.uint8)
    return np.asarray(steps | shrunk * np.uint8(SHRUNK) | ignored * np.uint8(IGNORED))


def decode(codes: Any) -> tuple[Any, Any, Any, Any]:
    """Return shrunk, threshold, where the threshold counts, ignored; of arrays or tensors.

    All are of the shape of ``codes``: the threshold float 0.3 … 0.7, the others bool.
    """
    level = codes & LEVELS
    ring = level > 0
    threshold = LOWEST + (HIGHEST - LOWEST) / (LEVELS - 1) * ((level - 1.0) * ring)
    return (codes & SHRUNK) > 0, threshold, ring, (codes & IGNORED) > 0
