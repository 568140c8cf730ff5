"""Kittler and Illingworth's minimum error threshold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from docbin.citation import Citation
from docbin.methods import global_threshold
from docbin.methods.global_threshold import Histogram


@dataclass(frozen=True, slots=True)
class Kittler:
    """Global threshold of least error if both classes are normal (Kittler and Illingworth 1986).

    Minimises J(t) = 1 + 2 (P₀ ln σ₀ + P₁ ln σ₁) − 2 (P₀ ln P₀ + P₁ ln P₁), with share P and
    deviation σ of the values up to t and above it; of equal minima the smallest t wins. The
    paper's densities are continuous: a class narrower than one gray value, whose ln σ would run
    to −∞, counts with the variance 1/12 of a value rounded to whole numbers.

    References
    ----------
    Kittler and Illingworth 1986, doi:10.1016/0031-3203(86)90030-0

    Examples
    --------
    >>> import numpy as np
    >>> Kittler().threshold(np.array([[10, 11, 12, 90, 91]], np.uint8))
    12
    """

    kind: ClassVar[str] = "global"
    passes: ClassVar[int] = 2
    halo: ClassVar[int] = 0
    citation: ClassVar[Citation] = Citation(
        key="kittler1986",
        authors="Kittler, Josef and Illingworth, John",
        title="Minimum error thresholding",
        venue="Pattern Recognition",
        year=1986,
        doi="10.1016/0031-3203(86)90030-0",
    )

    __call__ = global_threshold.binarize
    threshold = global_threshold.threshold
    survey = global_threshold.survey
    merge = global_threshold.merge
    packed = global_threshold.packed

    def from_histogram(self, counts: Histogram) -> int:
        """Return the threshold of 256 counts of which at least two are not zero."""
        squares = np.cumsum(counts * np.arange(256) ** 2)
        below, first, above, rest = global_threshold.split(counts)
        inner = np.flatnonzero((below > 0) & (above > 0))
        error = np.ones(inner.size)
        for number, total, square in (
            (below[inner], first[inner], squares[inner]),
            (above[inner], rest[inner], (squares[-1] - squares)[inner]),
        ):
            share = number / counts.sum()
            variance = np.maximum(square / number - (total / number) ** 2, 1 / 12)
            error += share * np.log(variance) - 2 * share * np.log(share)
        return int(inner[np.argmin(error)])
