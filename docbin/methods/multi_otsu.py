"""Otsu's criterion for more than two classes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from docbin import kernels
from docbin.citation import Citation
from docbin.image import Gray
from docbin.methods import global_threshold
from docbin.methods.global_threshold import Histogram
from docbin.ops.parameters import number


@dataclass(frozen=True, slots=True)
class MultiOtsu:
    """Several global thresholds that maximise the variance between classes (Otsu 1979, Liao 2001).

    The thresholds maximise Σ M_c² / N_c over the classes, M the sum and N the number of the
    values of a class, found by dynamic programming over all splits. The ``ink`` darkest classes
    are ink. A page with fewer values than ``classes`` is split into as many as it has.

    Parameters
    ----------
    classes
        Into how many classes the page is split, 2 to 16.
    ink
        How many of the darkest classes are ink, 1 to ``classes`` − 1.

    References
    ----------
    Liao, Chen and Chung 2001, Journal of Information Science and Engineering 17(5), 713–727;
    Otsu 1979, doi:10.1109/TSMC.1979.4310076

    Examples
    --------
    >>> import numpy as np
    >>> MultiOtsu().thresholds(np.array([[10, 11, 12, 90, 91, 200]], np.uint8))
    [12, 91]
    """

    classes: int = 3
    ink: int = 1

    kind: ClassVar[str] = "global"
    passes: ClassVar[int] = 2
    halo: ClassVar[int] = 0
    citation: ClassVar[Citation] = Citation(
        key="liao2001",
        authors="Liao, Ping-Sung and Chen, Tse-Sheng and Chung, Pau-Choo",
        title="A Fast Algorithm for Multilevel Thresholding",
        venue="Journal of Information Science and Engineering",
        year=2001,
    )

    __call__ = global_threshold.binarize
    threshold = global_threshold.threshold
    survey = global_threshold.survey
    merge = global_threshold.merge
    packed = global_threshold.packed

    def __post_init__(self) -> None:
        """Refuse numbers of classes that make no sense."""
        number("classes", self.classes, 2, 16, whole=True)
        number("ink", self.ink, 1, self.classes - 1, whole=True)

    def thresholds(self, gray: Gray) -> list[int]:
        """Return all thresholds of a page, ascending; none for a page of a single value."""
        return _thresholds(kernels.histogram(gray), self.classes)

    def from_histogram(self, counts: Histogram) -> int:
        """Return the threshold of 256 counts of which at least two are not zero."""
        found = _thresholds(counts, self.classes)
        return found[min(self.ink, len(found)) - 1]


def _thresholds(counts: Histogram, classes: int) -> list[int]:
    """Split the values that occur into classes, as many as wanted and possible."""
    values = np.flatnonzero(counts)
    numbers = np.concatenate(([0], np.cumsum(counts[values])))
    sums = np.concatenate(([0], np.cumsum(counts[values] * values)))
    # between[a, b]: M² / N of one class with the values a … b − 1 (of those that occur).
    size = numbers[None] - numbers[:, None]
    between = (sums[None] - sums[:, None]) ** 2.0 / np.maximum(size, 1)
    between[size <= 0] = -np.inf
    best, cuts = between[0], []
    for _ in range(min(classes, values.size) - 1):
        through = best[:, None] + between
        cuts.append(np.argmax(through, axis=0))
        best = np.max(through, axis=0)
    end, found = values.size, []
    for cut in reversed(cuts):
        end = int(cut[end])
        found.append(int(values[end - 1]))
    return found[::-1]
