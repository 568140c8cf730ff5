"""DetEval: matches of one to one, of one truth to several detections, and of several to one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from docbin.errors import UsageError
from docbin.evaluate.detection.overlap import Bools, Floats, Overlap
from docbin.evaluate.detection.page import DetectionScores, scores


@dataclass(frozen=True, slots=True)
class DetEval:
    """The rule, with its limits.

    A truth and a detection that overlap nothing else match if the shared area is at least
    ``area_recall`` of the truth and ``area_precision`` of the detection. A truth that is split
    matches the detections that lie in it with ``area_precision`` each, if together they cover
    ``area_recall`` of it; a detection that merges truths matches those that it covers by
    ``area_recall`` each, if together they fill ``area_precision`` of it. (The contests' limit for
    the distance of centres is met by every two boxes that overlap.)

    A truth that lies in another one is told from a part of it by nothing here: with such truths
    even a copy of them stays a little below 1.

    Detections with more than ``area_precision`` of their area in one don't-care truth do not
    count.

    Parameters
    ----------
    area_recall, area_precision
        Shares of the area, 0 to 1.
    split
        Credit of a split truth, and of each of its detections.
    merge
        Credit of a merging detection, and of each of its truths.

    References
    ----------
    Wolf and Jolion, Object count/area graphs for the evaluation of object detection and
    segmentation algorithms, IJDAR 8 (2006), doi:10.1007/s10032-006-0014-0
    """

    area_recall: float = 0.8
    area_precision: float = 0.4
    split: float = 0.8
    merge: float = 1.0

    def __post_init__(self) -> None:
        for name in ("area_recall", "area_precision"):
            if not 0 < getattr(self, name) <= 1:
                raise UsageError(f"{name} is a share of an area: above 0, up to 1")
        for name in ("split", "merge"):
            if not 0 <= getattr(self, name) <= 1:
                raise UsageError(f"{name} is a credit: 0 to 1")

    def __call__(self, pages: Iterable[Overlap]) -> DetectionScores:
        """Score all pages together."""
        recalled = precise = 0.0
        truths = found = 0
        for page in pages:
            counts = page.counting(self.area_precision)
            kept = np.ix_(page.care, counts)
            of_truth, of_found = self._credits(page.of_truth[kept], page.of_found[kept])
            recalled += float(of_truth.sum())
            precise += float(of_found.sum())
            truths += len(of_truth)
            found += len(of_found)
        return scores(recalled, precise, truths, found)

    def _credits(self, recall: Floats, precision: Floats) -> tuple[Floats, Floats]:
        """Return the credits of truths and of detections."""
        touching = recall > 0
        per_truth, per_found = touching.sum(axis=1), touching.sum(axis=0)
        both = _reaches(recall, self.area_recall) & _reaches(precision, self.area_precision)
        alone = both & (per_truth == 1)[:, None] & (per_found == 1)[None]
        truths, found = alone.any(axis=1).astype(float), alone.any(axis=0).astype(float)
        used_truths, used_found = truths > 0, found > 0
        for row in np.flatnonzero((per_truth > 1) & ~used_truths):
            parts = _reaches(precision[row], self.area_precision) & ~used_found
            if _reaches(recall[row, parts].sum(), self.area_recall):
                credit = 1.0 if parts.sum() == 1 else self.split
                truths[row], found[parts] = credit, credit
                used_truths[row], used_found[parts] = True, True
        for column in np.flatnonzero((per_found > 1) & ~used_found):
            parts = _reaches(recall[:, column], self.area_recall) & ~used_truths
            if _reaches(precision[parts, column].sum(), self.area_precision):
                credit = 1.0 if parts.sum() == 1 else self.merge
                truths[parts], found[column] = credit, credit
                used_truths[parts], used_found[column] = True, True
        return truths, found


def _reaches(share: Floats, limit: float) -> Bools:
    """Compare to four places, as the contests do: 0.8 of an area is not lost to rounding."""
    reached: Bools = np.round(share, 4) >= limit
    return reached


ICDAR2013 = DetEval()
TOTAL_TEXT = DetEval(area_recall=0.7, area_precision=0.6, split=0.8, merge=0.8)
