"""Kapur, Sahoo and Wong's entropy threshold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from docbin.citation import Citation
from docbin.methods import global_threshold
from docbin.methods.global_threshold import Histogram


@dataclass(frozen=True, slots=True)
class Kapur:
    """Global threshold that maximises the sum of both classes' entropies (Kapur 1985).

    Maximises H₀(t) + H₁(t) with H = −Σ (p/P) ln(p/P) over the values of a class, P its share; of
    equal maxima the smallest t wins.

    References
    ----------
    Kapur, Sahoo and Wong 1985, doi:10.1016/0734-189X(85)90125-2

    Examples
    --------
    >>> import numpy as np
    >>> Kapur().threshold(np.array([[10, 11, 90, 91]], np.uint8))
    11
    """

    kind: ClassVar[str] = "global"
    passes: ClassVar[int] = 2
    halo: ClassVar[int] = 0
    citation: ClassVar[Citation] = Citation(
        key="kapur1985",
        authors="Kapur, J. N. and Sahoo, P. K. and Wong, A. K. C.",
        title="A New Method for Gray-Level Picture Thresholding Using the Entropy of the Histogram",
        venue="Computer Vision, Graphics, and Image Processing",
        year=1985,
        doi="10.1016/0734-189X(85)90125-2",
    )

    __call__ = global_threshold.binarize
    threshold = global_threshold.threshold
    survey = global_threshold.survey
    merge = global_threshold.merge
    packed = global_threshold.packed

    def from_histogram(self, counts: Histogram) -> int:
        """Return the threshold of 256 counts of which at least two are not zero."""
        below, _, above, _ = global_threshold.split(counts)
        # −Σ (n/N) ln(n/N) = ln N − (Σ n ln n) / N, from the counts n and their sum N.
        terms = np.cumsum(counts * np.log(np.maximum(counts, 1)))
        inner = np.flatnonzero((below > 0) & (above > 0))
        dark = np.log(below[inner]) - terms[inner] / below[inner]
        light = np.log(above[inner]) - (terms[-1] - terms[inner]) / above[inner]
        return int(inner[np.argmax(dark + light)])
