"""Connected parts of a probability map above a level: outline, holes and score of each."""

from __future__ import annotations

import math
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
class Candidate:
    """A part of the map.

    Parameters
    ----------
    outline
        Centres of the pixels along its outer border, int32 (n, 1, 2) as x, y.
    box
        The rectangle of least area around the part: centre x, centre y, width, height, angle, as
        in `docbin.ops.rectangle`, in pixels of the map.
    score
        Mean probability, 0 to 1.
    """

    outline: npt.NDArray[np.int32]
    box: npt.NDArray[np.float64]
    score: float


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
    most: int = 10_000,
) -> list[Candidate]:
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
    most
        Most parts.
    """
    cv2 = load("cv2", purpose="text detection")
    mask = (field > level * unit(field)).view(np.uint8)
    outlines, tree = cv2.findContours(mask, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    if not outlines:
        return []
    around = _of_squares if pixels == "squares" else _of_points
    found = []
    for index, holes in _parts(outlines, tree[0], most):
        box = cv2.minAreaRect(outlines[index])
        if score == "box":
            area = [np.round(cv2.boxPoints(box)).astype(np.int32)]
        else:
            area = [outlines[index], *(outlines[hole] for hole in holes)]
        mean = _mean(cv2, field, area)
        if mean >= least:
            found.append(Candidate(outlines[index], around(box), min(mean, 1.0)))
    return found


def boxes(found: list[Candidate]) -> Rectangles:
    """Return the rectangles of candidates, (N, 5)."""
    return np.array([each.box for each in found], np.float64).reshape(-1, 5)


def _parts(
    outlines: Any, tree: npt.NDArray[np.int32], most: int
) -> Iterator[tuple[int, list[int]]]:
    """Yield the outer outlines and those of the holes in each, by index."""
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


def _of_squares(box: Any) -> npt.NDArray[np.float64]:
    """Return the rectangle around pixels from OpenCV's around their centres.

    An upright border lies half a pixel beyond the centres that it encloses, on average. One that
    runs obliquely across a whole pixel or more meets the centre of a pixel somewhere.
    """
    (x, y), (width, height), degrees = box
    angle = math.radians(degrees)
    slope = min(abs(math.sin(angle)), abs(math.cos(angle)))
    wider, higher = max(0.0, 1 - height * slope), max(0.0, 1 - width * slope)
    return np.array([x + 0.5, y + 0.5, width + wider, height + higher, angle], np.float64)


def _of_points(box: Any) -> npt.NDArray[np.float64]:
    """Return OpenCV's rectangle as it is."""
    (x, y), (width, height), degrees = box
    return np.array([x, y, width, height, math.radians(degrees)], np.float64)


def _mean(cv2: Any, field: Field, area: list[Any]) -> float:
    """Return the mean probability of the pixels in polygons, even-odd, with their borders."""
    left, top, width, height = cv2.boundingRect(area[0])
    part = field[max(top, 0) : top + height, max(left, 0) : left + width]
    mask = np.zeros(part.shape, np.uint8)
    cv2.fillPoly(mask, area, 1, offset=(-max(left, 0), -max(top, 0)))
    return float(cv2.mean(part, mask)[0]) / unit(field)
