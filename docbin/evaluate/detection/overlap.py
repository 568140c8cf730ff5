"""How far the truths and detections of a page cover one another; every protocol starts here.

Areas are those of the polygons, concave or not, by GEOS (through shapely): no rasters, no
rectangles around them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from docbin.dependencies import load
from docbin.evaluate.detection.page import DetectionPage
from docbin.ops.polygon import area, is_simple
from docbin.regions import Polygon

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Overlap:
    """Areas in square pixels, of T truths and D detections whose outlines are simple.

    Parameters
    ----------
    shared
        Areas of the intersections, float64 (T, D).
    truth_areas, found_areas
        float64 (T,) and (D,).
    care
        Which truths have to be found, bool (T,).
    certain
        Scores of the detections, float64 (D,); NaN where there are none.
    truth_kinds, found_kinds
        Kinds, T and D.
    dropped_truths, dropped_found
        How many had an outline that crosses itself; no protocol knows what to do with them.
    """

    shared: Floats
    truth_areas: Floats
    found_areas: Floats
    care: Bools
    certain: Floats
    truth_kinds: tuple[str, ...]
    found_kinds: tuple[str, ...]
    dropped_truths: int = 0
    dropped_found: int = 0

    @property
    def iou(self) -> Floats:
        """Intersection over union, float64 (T, D)."""
        both = self.truth_areas[:, None] + self.found_areas[None]
        ratio: Floats = self.shared / (both - self.shared)
        return ratio

    @property
    def of_truth(self) -> Floats:
        """Intersection over the truth's area: area recall, float64 (T, D)."""
        ratio: Floats = self.shared / self.truth_areas[:, None]
        return ratio

    @property
    def of_found(self) -> Floats:
        """Intersection over the detection's area: area precision, float64 (T, D)."""
        ratio: Floats = self.shared / self.found_areas[None]
        return ratio

    def counting(self, limit: float) -> Bools:
        """Return which detections count: no single don't-care truth has more than ``limit``."""
        hidden: Bools = np.any(self.of_found[~self.care] > limit, axis=0)
        return ~hidden

    def of_kind(self, kind: str) -> Overlap:
        """Return the part of one kind."""
        truths = np.array([name == kind for name in self.truth_kinds], bool)
        found = np.array([name == kind for name in self.found_kinds], bool)
        return Overlap(
            self.shared[np.ix_(truths, found)],
            self.truth_areas[truths],
            self.found_areas[found],
            self.care[truths],
            self.certain[found],
            truth_kinds=(kind,) * int(truths.sum()),
            found_kinds=(kind,) * int(found.sum()),
        )


def overlap(page: DetectionPage) -> Overlap:
    """Return the overlaps of a page.

    Raises
    ------
    MissingDependencyError
        Without shapely: ``pip install 'docbin[detect]'``.
    """
    truths = [label for label in page.truths if is_simple(label.region.polygon)]
    found = [region for region in page.found if is_simple(region.polygon)]
    truth_outlines = [label.region.polygon for label in truths]
    found_outlines = [region.polygon for region in found]
    scores = [np.nan if region.score is None else region.score for region in found]
    return Overlap(
        _shared(truth_outlines, found_outlines),
        np.array([area(outline) for outline in truth_outlines], float),
        np.array([area(outline) for outline in found_outlines], float),
        np.array([label.care for label in truths], bool),
        np.array(scores, float),
        truth_kinds=tuple(label.region.kind for label in truths),
        found_kinds=tuple(region.kind for region in found),
        dropped_truths=len(page.truths) - len(truths),
        dropped_found=len(page.found) - len(found),
    )


def _shared(truths: Sequence[Polygon], found: Sequence[Polygon]) -> Floats:
    """Return the areas of the intersections, float64 (T, D)."""
    shapely = load("shapely", purpose="scoring text detection")
    areas = np.zeros((len(truths), len(found)))
    if areas.size:
        first = np.array([shapely.Polygon(outline) for outline in truths])
        second = np.array([shapely.Polygon(outline) for outline in found])
        rows, columns = shapely.STRtree(second).query(first)
        areas[rows, columns] = shapely.area(shapely.intersection(first[rows], second[columns]))
    return areas
