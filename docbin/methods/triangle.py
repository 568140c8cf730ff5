"""Zack, Rogers and Latt's triangle threshold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from docbin.citation import Citation
from docbin.methods import global_threshold
from docbin.methods.global_threshold import Histogram


@dataclass(frozen=True, slots=True)
class Triangle:
    """Global threshold at the corner of a one-peaked histogram (Zack, Rogers and Latt 1977).

    A line runs from the histogram's highest value (the darkest of equal ones) to the base at the
    end of its longer tail, on a page with little ink the darkest value. The corner is the value of
    the tail whose count lies farthest below the line (of equal ones the outermost). It belongs
    to the tail: with a dark tail it is the threshold itself, with a light tail the threshold is
    one below it, so that a negative page gives the negative mask.

    References
    ----------
    Zack, Rogers and Latt 1977, doi:10.1177/25.7.70454

    Examples
    --------
    >>> import numpy as np
    >>> Triangle().threshold(np.array([[50, 51, 52, 53, 53, 53, 53, 53]], np.uint8))
    52
    """

    kind: ClassVar[str] = "global"
    passes: ClassVar[int] = 2
    halo: ClassVar[int] = 0
    citation: ClassVar[Citation] = Citation(
        key="zack1977",
        authors="Zack, G. W. and Rogers, W. E. and Latt, S. A.",
        title="Automatic measurement of sister chromatid exchange frequency",
        venue="Journal of Histochemistry and Cytochemistry",
        year=1977,
        doi="10.1177/25.7.70454",
    )

    __call__ = global_threshold.binarize
    threshold = global_threshold.threshold
    survey = global_threshold.survey
    merge = global_threshold.merge
    packed = global_threshold.packed

    def from_histogram(self, counts: Histogram) -> int:
        """Return the threshold of 256 counts of which at least two are not zero."""
        used = np.flatnonzero(counts)
        darkest, lightest, peak = int(used[0]), int(used[-1]), int(np.argmax(counts))
        if peak - darkest >= lightest - peak:
            return darkest + _corner(counts[darkest : peak + 1])
        return lightest - _corner(counts[peak : lightest + 1][::-1]) - 1


def _corner(tail: Histogram) -> int:
    """Return the value farthest below the line from the base at 0 to the last one, the peak."""
    rise = int(tail[-1]) * np.arange(tail.size)
    # All distances are measured down to the line: they differ by one factor from those across.
    return int(np.argmax((rise - (tail.size - 1) * tail)[:-1]))
