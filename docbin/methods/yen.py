"""Yen, Chang and Chang's maximum correlation threshold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from docbin.citation import Citation
from docbin.methods import global_threshold
from docbin.methods.global_threshold import Histogram


@dataclass(frozen=True, slots=True)
class Yen:
    """Global threshold that maximises the entropic correlation of the two classes (Yen 1995).

    Maximises −ln(G₀ G₁) + 2 ln(P₀ P₁), with G = Σ p² over the values of a class and P its share;
    of equal maxima the smallest t wins.

    References
    ----------
    Yen, Chang and Chang 1995, doi:10.1109/83.366472

    Examples
    --------
    >>> import numpy as np
    >>> Yen().threshold(np.array([[10, 11, 90, 91]], np.uint8))
    11
    """

    kind: ClassVar[str] = "global"
    passes: ClassVar[int] = 2
    halo: ClassVar[int] = 0
    citation: ClassVar[Citation] = Citation(
        key="yen1995",
        authors="Yen, Jui-Cheng and Chang, Fu-Juay and Chang, Shyang",
        title="A New Criterion for Automatic Multilevel Thresholding",
        venue="IEEE Transactions on Image Processing",
        year=1995,
        doi="10.1109/83.366472",
    )

    __call__ = global_threshold.binarize
    threshold = global_threshold.threshold
    survey = global_threshold.survey
    merge = global_threshold.merge
    packed = global_threshold.packed

    def from_histogram(self, counts: Histogram) -> int:
        """Return the threshold of 256 counts of which at least two are not zero."""
        below, _, above, _ = global_threshold.split(counts)
        # The sum from above on its own: a difference of large sums would lose the small ones.
        dark = np.cumsum(counts.astype(np.float64) ** 2)
        light = np.cumsum(counts[::-1].astype(np.float64) ** 2)[::-1]
        inner = np.flatnonzero((below > 0) & (above > 0))
        shares = 2 * (np.log(below[inner]) + np.log(above[inner]))
        return int(inner[np.argmax(shares - np.log(dark[inner]) - np.log(light[inner + 1]))])
