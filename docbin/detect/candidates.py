"""Connected parts of a probability map above a level: outline, holes and score of each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from docbin.dependencies import load
from docbin.ops.rectangle import Rectangles

# Probabilities, float32 from 0 to 1, or uint8 in steps of 1/255.
Field: TypeAlias = npt.NDArray[Any]

SCORES = ("polygon", "box")
PIXELS = ("squares", "points")


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """Parts of a map.

    Parameters
    ----------
    outlines
        Of each the centres of the pixels along its outer border, int32 (n, 1, 2) as x, y.
    boxes
        The rectangles of least area around them, float64 (N, 5) as in `docbin.ops.rectangle`, in
        pixels of the map.
    scores
        Mean probabilities, 0 to 1, float64 (N,).
    """

    outlines: list[npt.NDArray[np.int32]]
    boxes: Rectangles
    scores: npt.NDArray[np.float64]


def unit(field: Field) -> float:
    """Return what stands for a probability of 1."""
    return 255.0 if field.dtype == np.uint8 else 1.0


def candidates(
    field: Field,
    level: float,
    *,
    least: float,
    score: str = "polygon",
    pixels: str = "squares",
    dilation: int = 1,
    most: int = 10_000,
) -> Candidates:
    """Return the 8-connected parts of a map above a level.

    A part within the hole of another is one of its own. Of more than ``most`` parts those with the
    longest outlines are looked at.

    Parameters
    ----------
    field
        Probabilities, (H, W).
    level
        A part is where the probability is above it, 0 to 1.
    least
        Parts with a smaller score are left out.
    score
        Mean over the part itself, without its holes (``"polygon"``), or over the rectangle around
        it (``"box"``).
    pixels
        What pixels are: squares, or points at their upper left corners.
    dilation
        Side in pixels of the square with which what is above the level is dilated first.
    most
        Most parts.
    """
    cv2 = load("cv2", purpose="text detection")
    mask = (field > level * unit(field)).view(np.uint8)
    if dilation > 1:
        mask = cv2.dilate(mask, np.ones((dilation, dilation), np.uint8))
    outlines, tree = cv2.findContours(mask, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    kept, boxes, scores = [], [], []
    for index, holes in _parts(outlines, tree, most):
        (x, y), (width, height), angle = box = cv2.minAreaRect(outlines[index])
        if score == "box":
            area = [np.round(cv2.boxPoints(box)).astype(np.int32)]
        else:
            area = [outlines[index], *(outlines[hole] for hole in holes)]
        mean = _mean(cv2, field, area)
        if mean >= least:
            kept.append(outlines[index])
            boxes.append((x, y, width, height, angle))
            scores.append(min(mean, 1.0))
    rectangles = np.array(boxes, np.float64).reshape(-1, 5)
    rectangles[:, 4] = np.deg2rad(rectangles[:, 4])
    if pixels == "squares":
        rectangles = _of_squares(rectangles)
    return Candidates(kept, rectangles, np.array(scores, np.float64))


def _parts(outlines: Any, tree: Any, most: int) -> Iterator[tuple[int, list[int]]]:
    """Yield the outer outlines and those of the holes in each, by index."""
    if not outlines:
        return
    tree = tree[0]
    outer = np.flatnonzero(tree[:, 3] < 0)
    if len(outer) > most:
        lengths = np.array([len(outlines[index]) for index in outer])
        outer = np.sort(outer[np.argsort(-lengths, kind="stable")[:most]])
    for index in outer:
        holes, hole = [], int(tree[index, 2])
        while hole >= 0:
            holes.append(hole)
            hole = int(tree[hole, 0])
        yield int(index), holes


def _of_squares(boxes: Rectangles) -> Rectangles:
    """Return the rectangles around pixels from those around their centres.

    An upright border lies half a pixel beyond the centres that it encloses, on average. One that
    runs obliquely across a whole pixel or more meets the centre of a pixel somewhere.
    """
    slope = np.minimum(np.abs(np.sin(boxes[:, 4])), np.abs(np.cos(boxes[:, 4])))
    larger = boxes.copy()
    larger[:, :2] += 0.5
    # The ends of a rectangle are as long as it is high.
    larger[:, 2:4] += np.maximum(0.0, 1 - boxes[:, 3:1:-1] * slope[:, None])
    return larger


def _mean(cv2: Any, field: Field, area: list[Any]) -> float:
    """Return the mean probability of the pixels in polygons, even-odd, with their borders."""
    left, top, width, height = cv2.boundingRect(area[0])
    part = field[max(top, 0) : top + height, max(left, 0) : left + width]
    mask = np.zeros(part.shape, np.uint8)
    cv2.fillPoly(mask, area, 1, offset=(-max(left, 0), -max(top, 0)))
    return float(cv2.mean(part, mask)[0]) / unit(field)
