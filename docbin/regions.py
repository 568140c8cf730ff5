"""What a region of text is: always a polygon, in the pixels of the original image.

x runs right, y runs down, and (0, 0) is the upper left corner of the upper left pixel, so that
the whole of a W × H image is the polygon (0, 0), (W, 0), (W, H), (0, H).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from docbin.errors import InputError

Polygon: TypeAlias = npt.NDArray[np.float64]

# Kinds of regions.
TEXT, SEAL = "text", "seal"
# Farther out there is no image; sums of products of such numbers are still exact enough.
FARTHEST = 1e7


@dataclass(frozen=True, slots=True, eq=False)
class TextRegion:
    """A region of text: found by a detector, or labelled by a person.

    Parameters
    ----------
    polygon
        Corners in order (either way round, concave or not), float64 (N, 2) as x, y, N ≥ 3; the
        last corner joins the first. A copy that cannot be written to is kept.
    score
        How sure the detector is, 0 to 1; None where nobody said.
    kind
        What the region holds: `TEXT`, `SEAL`, or what a data set calls it.

    Raises
    ------
    InputError
        If the polygon has another shape or a number that is no place in an image, or the score is
        not in 0 to 1.

    Examples
    --------
    >>> TextRegion([(0, 0), (9, 0), (9, 3)], score=0.5).polygon.shape
    (3, 2)
    """

    polygon: Polygon
    score: float | None = None
    kind: str = TEXT

    def __post_init__(self) -> None:
        object.__setattr__(self, "polygon", as_polygon(self.polygon))
        if self.score is not None and not 0 <= self.score <= 1:
            raise InputError(f"a score of {self.score} was given; scores are 0 to 1")


def as_polygon(points: Any) -> Polygon:
    """Return ``points`` as a read-only copy, float64 (N, 2); anything else is an `InputError`."""
    try:
        polygon = np.array(points, np.float64)
    except (TypeError, ValueError, OverflowError) as error:
        raise InputError(f"a polygon is N pairs of numbers (x, y): {error}") from error
    if polygon.ndim != 2 or polygon.shape[1] != 2 or len(polygon) < 3:
        raise InputError(
            f"a polygon of shape {polygon.shape} was given; it is (N, 2) with N of 3 or more"
        )
    if not (np.abs(polygon) <= FARTHEST).all():
        raise InputError(f"a polygon has a corner beyond ±{FARTHEST:.0f}, or one that is no number")
    polygon.flags.writeable = False
    return polygon
