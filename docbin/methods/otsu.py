"""Otsu's global threshold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from docbin import kernels
from docbin.citation import Citation
from docbin.image import Gray, Mask, Packed, as_gray, pack


@dataclass(frozen=True, slots=True)
class Otsu:
    """Global threshold that maximises the variance between the two classes (Otsu 1979).

    With the histogram p(i) and its cumulated weight ω(t) and mean μ(t), the threshold t maximises
    (μ_T ω(t) − μ(t))² / (ω(t)(1 − ω(t))); of equal maxima the smallest wins. ``gray <= t`` is
    ink. A page of one single value is blank paper.

    References
    ----------
    Otsu 1979, doi:10.1109/TSMC.1979.4310076
    """

    kind: ClassVar[str] = "global"
    passes: ClassVar[int] = 2
    citation: ClassVar[Citation] = Citation(
        key="otsu1979",
        authors="Otsu, Nobuyuki",
        title="A Threshold Selection Method from Gray-Level Histograms",
        venue="IEEE Transactions on Systems, Man, and Cybernetics",
        year=1979,
        doi="10.1109/TSMC.1979.4310076",
    )

    @property
    def halo(self) -> int:
        """A global threshold needs no neighbours."""
        return 0

    def __call__(self, image: Any) -> Mask:
        """Binarize uint8 (H, W) gray or (H, W, 3) RGB; True is ink."""
        gray = as_gray(image)
        return gray <= self.threshold(gray)

    def threshold(self, gray: Gray) -> int:
        """Return the threshold of a page; −1 for a page of a single value (nothing is ink)."""
        return from_histogram(kernels.histogram(gray))

    def survey(self, block: Gray, keep: slice) -> npt.NDArray[np.int64]:
        """Histogram of the rows."""
        counts: npt.NDArray[np.int64] = kernels.histogram(block[keep])
        return counts

    def merge(self, first: Any, second: Any) -> Any:
        """Add two histograms."""
        return first + second

    def packed(self, block: Gray, keep: slice, survey: Any = None) -> Packed:
        """Binarize rows by the threshold of the whole page's histogram."""
        return pack(block[keep] <= from_histogram(survey))


def from_histogram(counts: npt.NDArray[np.int64]) -> int:
    """Return Otsu's threshold of 256 counts, in exact integers; −1 if only one value occurs."""
    if np.count_nonzero(counts) < 2:
        return -1
    total = int(counts.sum())
    moment = int((counts * np.arange(256)).sum())
    weight = first = 0
    best, best_gap, best_scale = 0, 0, 1
    for value in range(255):
        weight += int(counts[value])
        first += value * int(counts[value])
        if weight == 0 or weight == total:
            continue
        gap = (moment * weight - first * total) ** 2
        scale = weight * (total - weight)
        if gap * best_scale > best_gap * scale:
            best, best_gap, best_scale = value, gap, scale
    return best
