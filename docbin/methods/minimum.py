"""Prewitt and Mendelsohn's threshold at the valley between two modes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from docbin.citation import Citation
from docbin.methods import global_threshold
from docbin.methods.global_threshold import Histogram

_MOST_STEPS = 10_000


@dataclass(frozen=True, slots=True)
class Minimum:
    """Global threshold at the valley of the smoothed histogram (Prewitt and Mendelsohn 1966).

    The histogram is smoothed with a mean of three (the counts at its two ends repeated) until it
    has at most two peaks; a plateau is one peak, and so is a rise up to either end. The threshold
    is the lowest value between two peaks, the darkest of equal ones. Where only one peak is left,
    or 10 000 steps leave more than two, the page has one class, paper, and nothing is ink.

    References
    ----------
    Prewitt and Mendelsohn 1966, doi:10.1111/j.1749-6632.1965.tb11715.x

    Examples
    --------
    >>> import numpy as np
    >>> Minimum().threshold(np.array([[10, 11, 11, 12, 12, 13, 19, 20, 20, 21]], np.uint8))
    14
    """

    kind: ClassVar[str] = "global"
    passes: ClassVar[int] = 2
    halo: ClassVar[int] = 0
    citation: ClassVar[Citation] = Citation(
        key="prewitt1966",
        authors="Prewitt, Judith M. S. and Mendelsohn, Mortimer L.",
        title="The analysis of cell images",
        venue="Annals of the New York Academy of Sciences",
        year=1966,
        doi="10.1111/j.1749-6632.1965.tb11715.x",
    )

    __call__ = global_threshold.binarize
    threshold = global_threshold.threshold
    survey = global_threshold.survey
    merge = global_threshold.merge
    packed = global_threshold.packed

    def from_histogram(self, counts: Histogram) -> int:
        """Return the threshold of 256 counts of which at least two are not zero."""
        smooth = counts.astype(np.float64)
        for _ in range(_MOST_STEPS):
            if (peaks := _peaks(smooth)).size <= 2:
                break
            framed = np.concatenate((smooth[:1], smooth, smooth[-1:]))
            smooth = (framed[:-2] + framed[1:-1] + framed[2:]) / 3
        if peaks.size != 2:
            return -1
        first, second = peaks
        return int(first + np.argmin(smooth[first : second + 1]))


def _peaks(curve: npt.NDArray[np.float64]) -> npt.NDArray[np.intp]:
    """Return where a curve stops rising and, perhaps after a plateau, falls next."""
    steps = np.sign(np.diff(curve, prepend=-1.0, append=-1.0))
    turns = np.flatnonzero(steps)
    signs = steps[turns]
    return turns[:-1][(signs[:-1] > 0) & (signs[1:] < 0)]
