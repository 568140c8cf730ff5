"""Li and Lee's minimum cross entropy threshold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from docbin.citation import Citation
from docbin.methods import global_threshold
from docbin.methods.global_threshold import Histogram


@dataclass(frozen=True, slots=True)
class Li:
    """Global threshold of least cross entropy between page and two-valued page (Li and Lee 1993).

    Minimises η(t) = Σ g p(g) ln(g / μ(g)), where μ(g) is the mean of the class that g falls in;
    that is, maximises m₀ ln μ₀ + m₁ ln μ₁ with the first moments m. All t are tried, so the
    minimum is global (the iteration of Li and Tam 1998 can stop at another). Of equal minima the
    smallest t wins. Black is 0 here: scikit-image subtracts the page's darkest value first and
    can give another threshold.

    References
    ----------
    Li and Lee 1993, doi:10.1016/0031-3203(93)90115-D

    Examples
    --------
    >>> import numpy as np
    >>> Li().threshold(np.array([[10, 11, 12, 90, 91]], np.uint8))
    12
    """

    kind: ClassVar[str] = "global"
    passes: ClassVar[int] = 2
    halo: ClassVar[int] = 0
    citation: ClassVar[Citation] = Citation(
        key="li1993",
        authors="Li, C. H. and Lee, C. K.",
        title="Minimum cross entropy thresholding",
        venue="Pattern Recognition",
        year=1993,
        doi="10.1016/0031-3203(93)90115-D",
    )

    __call__ = global_threshold.binarize
    threshold = global_threshold.threshold
    survey = global_threshold.survey
    merge = global_threshold.merge
    packed = global_threshold.packed

    def from_histogram(self, counts: Histogram) -> int:
        """Return the threshold of 256 counts of which at least two are not zero."""
        below, first, above, rest = global_threshold.split(counts)
        inner = np.flatnonzero((below > 0) & (above > 0))
        gain = np.zeros(inner.size)
        for number, total in ((below[inner], first[inner]), (above[inner], rest[inner])):
            # A class that is all black adds nothing: 0 ln 0 is 0.
            gain += total * np.log(np.maximum(total, 1) / number)
        return int(inner[np.argmax(gain)])
