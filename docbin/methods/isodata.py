"""Ridler and Calvard's iterative threshold (isodata)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from docbin.citation import Citation
from docbin.methods import global_threshold
from docbin.methods.global_threshold import Histogram


@dataclass(frozen=True, slots=True)
class Isodata:
    """Global threshold halfway between the means of its two classes (Ridler and Calvard 1978).

    t ← ⌊(μ₀(t) + μ₁(t)) / 2⌋ from the mean of the page until it stays, in exact integers. (The
    paper starts with the page's corners as paper; the mean is Trussell's clearer statement of
    1979. The steps all go one way, so they end.)

    References
    ----------
    Ridler and Calvard 1978, doi:10.1109/TSMC.1978.4310039;
    Trussell 1979, doi:10.1109/TSMC.1979.4310204

    Examples
    --------
    >>> import numpy as np
    >>> Isodata().threshold(np.array([[10, 11, 12, 90, 91]], np.uint8))
    50
    """

    kind: ClassVar[str] = "global"
    passes: ClassVar[int] = 2
    halo: ClassVar[int] = 0
    citation: ClassVar[Citation] = Citation(
        key="ridler1978",
        authors="Ridler, T. W. and Calvard, S.",
        title="Picture Thresholding Using an Iterative Selection Method",
        venue="IEEE Transactions on Systems, Man, and Cybernetics",
        year=1978,
        doi="10.1109/TSMC.1978.4310039",
    )

    __call__ = global_threshold.binarize
    threshold = global_threshold.threshold
    survey = global_threshold.survey
    merge = global_threshold.merge
    packed = global_threshold.packed

    def from_histogram(self, counts: Histogram) -> int:
        """Return the threshold of 256 counts of which at least two are not zero."""
        below, first, above, rest = global_threshold.split(counts)
        level, last = int(first[-1]) // int(below[-1]), -1
        while level != last:
            dark, light = int(below[level]), int(above[level])
            means = int(first[level]) * light + int(rest[level]) * dark
            level, last = means // (2 * dark * light), level
        return level
