"""Huang and Wang's least fuzzy threshold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from docbin.citation import Citation
from docbin.methods import global_threshold
from docbin.methods.global_threshold import Histogram


@dataclass(frozen=True, slots=True)
class Huang:
    """Global threshold that makes the page least fuzzy (Huang and Wang 1995).

    A pixel g belongs to its class with membership u = 1 / (1 + |g − μ| / C), μ the mean of the
    class and C the largest minus the smallest value of the page. The threshold minimises Shannon's
    measure −Σ p(g) (u ln u + (1 − u) ln(1 − u)); of equal minima the smallest wins.

    References
    ----------
    Huang and Wang 1995, doi:10.1016/0031-3203(94)E0043-K

    Examples
    --------
    >>> import numpy as np
    >>> Huang().threshold(np.array([[10, 11, 12, 90, 91]], np.uint8))
    12
    """

    kind: ClassVar[str] = "global"
    passes: ClassVar[int] = 2
    halo: ClassVar[int] = 0
    citation: ClassVar[Citation] = Citation(
        key="huang1995",
        authors="Huang, Liang-Kai and Wang, Mao-Jiun J.",
        title="Image thresholding by minimizing the measures of fuzziness",
        venue="Pattern Recognition",
        year=1995,
        doi="10.1016/0031-3203(94)E0043-K",
    )

    __call__ = global_threshold.binarize
    threshold = global_threshold.threshold
    survey = global_threshold.survey
    merge = global_threshold.merge
    packed = global_threshold.packed

    def from_histogram(self, counts: Histogram) -> int:
        """Return the threshold of 256 counts of which at least two are not zero."""
        below, first, above, rest = global_threshold.split(counts)
        used = np.flatnonzero(counts)
        levels = used[:-1]
        dark, light = first[levels] / below[levels], rest[levels] / above[levels]
        # One row for every threshold, one column for every value that occurs.
        means = np.where(used[None] <= levels[:, None], dark[:, None], light[:, None])
        membership = 1 / (1 + np.abs(used[None] - means) / (used[-1] - used[0]))
        return int(levels[np.argmin(_fuzziness(membership) @ counts[used])])


def _fuzziness(membership: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return Shannon's measure of memberships from 1/2 to 1."""
    other = 1 - membership
    certain = np.where(other > 0, other, 1.0)
    return -membership * np.log(membership) - other * np.log(certain)
