"""What is scored, and what comes out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from docbin.evaluate.labels.label import Label
from docbin.regions import TextRegion


@dataclass(frozen=True, slots=True, eq=False)
class DetectionPage:
    """The truth of a page, and what was found on it, each in the order of its file.

    Parameters
    ----------
    truths
        Labels; those with ``care=False`` neither have to be found nor count when found.
    found
        Regions of a detector.
    """

    truths: Sequence[Label]
    found: Sequence[TextRegion]


@dataclass(frozen=True, slots=True)
class DetectionScores:
    """Precision, recall and their harmonic mean over all pages together, each 0 to 1.

    Parameters
    ----------
    precision
        Credit of detections / ``found``. Where nothing counts as found: 1 if there was nothing to
        find, else 0.
    recall
        Credit of truths / ``truths``; 1 where there was nothing to find.
    h
        2 P R / (P + R), 0 where both are 0.
    truths, found
        How many truths have to be found, and how many detections count.
    """

    precision: float
    recall: float
    h: float
    truths: int
    found: int


def scores(recalled: float, precise: float, truths: int, found: int) -> DetectionScores:
    """Return the scores of credits (what truths and what detections earned) and counts."""
    recall = recalled / truths if truths else 1.0
    precision = precise / found if found else float(truths == 0)
    h = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return DetectionScores(precision, recall, h, truths, found)
