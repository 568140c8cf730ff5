"""The rule of ICDAR 2015's Incidental Scene Text, which MSRA-TD500 and DB use, too."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from docbin.evaluate.detection.overlap import Overlap
from docbin.evaluate.detection.page import DetectionScores, scores

HIDDEN = 0.5


def icdar2015(pages: Iterable[Overlap], iou: float = 0.5) -> DetectionScores:
    """Score detections one to one, over all pages together.

    A detection that has more than half of its area in a single don't-care truth does not count.
    Truths in the order of their file take the first free detection, in the order of its file,
    with an IoU of more than ``iou``. Confidence plays no part. (With 0.5, order matters only
    where truths or detections lie upon each other.)

    Parameters
    ----------
    pages
        Overlaps of the pages.
    iou
        What the IoU has to exceed.

    References
    ----------
    Karatzas et al., ICDAR 2015 Competition on Robust Reading, doi:10.1109/ICDAR.2015.7333942
    """
    matched = truths = found = 0
    for page in pages:
        counts = page.counting(HIDDEN)
        good = (page.iou > iou)[np.ix_(page.care, counts)]
        matched += matches(good.tolist())
        truths += int(page.care.sum())
        found += int(counts.sum())
    return scores(matched, matched, truths, found)


def matches(good: list[list[bool]]) -> int:
    """Return how many truths (rows) get a detection (column), first come, first served."""
    taken: set[int] = set()
    for row in good:
        for column, fits in enumerate(row):
            if fits and column not in taken:
                taken.add(column)
                break
    return len(taken)
