"""Otsu's global threshold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from docbin.citation import Citation
from docbin.methods import global_threshold
from docbin.methods.global_threshold import Histogram


@dataclass(frozen=True, slots=True)
class Otsu:
    """Global threshold that maximises the variance between the two classes (Otsu 1979).

    With the histogram p(i) and its cumulated weight ω(t) and mean μ(t), the threshold t maximises
    (μ_T ω(t) − μ(t))² / (ω(t)(1 − ω(t))), here in exact integers; of equal maxima the smallest
    wins. ``gray <= t`` is ink. A page of one single value is blank paper.

    References
    ----------
    Otsu 1979, doi:10.1109/TSMC.1979.4310076

    Examples
    --------
    >>> import numpy as np
    >>> Otsu().threshold(np.array([[10, 11, 12, 90, 91]], np.uint8))
    12
    """

    kind: ClassVar[str] = "global"
    passes: ClassVar[int] = 2
    halo: ClassVar[int] = 0
    citation: ClassVar[Citation] = Citation(
        key="otsu1979",
        authors="Otsu, Nobuyuki",
        title="A Threshold Selection Method from Gray-Level Histograms",
        venue="IEEE Transactions on Systems, Man, and Cybernetics",
        year=1979,
        doi="10.1109/TSMC.1979.4310076",
    )

    __call__ = global_threshold.binarize
    threshold = global_threshold.threshold
    survey = global_threshold.survey
    merge = global_threshold.merge
    packed = global_threshold.packed

    def from_histogram(self, counts: Histogram) -> int:
        """Return the threshold of 256 counts of which at least two are not zero."""
        total, moment = int(counts.sum()), int((counts * np.arange(256)).sum())
        below, first, _, _ = global_threshold.split(counts)
        best, best_gap, best_scale = 0, 0, 1
        for value, (weight, part) in enumerate(zip(below.tolist(), first.tolist(), strict=True)):
            if weight == 0 or weight == total:
                continue
            gap = (moment * weight - part * total) ** 2
            scale = weight * (total - weight)
            if gap * best_scale > best_gap * scale:
                best, best_gap, best_scale = value, gap, scale
        return best
