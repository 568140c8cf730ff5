"""Wolf and Jolion's local threshold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from docbin import kernels
from docbin.citation import Citation
from docbin.image import Gray, Packed
from docbin.methods import local_threshold
from docbin.ops.parameters import number
from docbin.ops.window import Window


@dataclass(frozen=True, slots=True)
class Wolf:
    """Sauvola's threshold, normalised by the page (Wolf and Jolion 2003).

    T = m − k (1 − s / s_max) (m − M) with the window's mean m and deviation s, the largest
    deviation s_max of all windows and the darkest value M of the page. ``gray <= T`` is ink; a
    page of one single value is blank.

    Parameters
    ----------
    window
        Side of the square window in pixels (odd; even rounds up; at most 4095), or a length such
        as ``"2mm"``.
    k
        Sensitivity, 0.5 in the paper.

    References
    ----------
    Wolf and Jolion 2003, doi:10.1007/s10044-003-0197-7

    Examples
    --------
    >>> import numpy as np
    >>> page = np.full((40, 60), 220, np.uint8)
    >>> page[10:13, 20:40] = 30
    >>> int(Wolf()(page).sum())
    60
    """

    window: Window = 75
    k: float = 0.5

    kind: ClassVar[str] = "local"
    passes: ClassVar[int] = 2
    formula: ClassVar[str] = "wolf"
    citation: ClassVar[Citation] = Citation(
        key="wolf2003",
        authors="Wolf, Christian and Jolion, Jean-Michel",
        title="Extraction and recognition of artificial text in multimedia documents",
        venue="Pattern Analysis and Applications",
        year=2003,
        doi="10.1007/s10044-003-0197-7",
    )

    def __post_init__(self) -> None:
        """Refuse parameters out of range."""
        local_threshold.check_window(self.window)
        number("k", self.k)

    def numbers(self, survey: Any = None) -> dict[str, float]:
        """Return the formula's numbers, see local_formulas.hpp."""
        deviation, darkest = survey
        return {"a": self.k, "b": self.k / deviation if deviation else 0.0, "c": darkest}

    at = local_threshold.at
    halo = property(local_threshold.halo)
    __call__ = local_threshold.binarize
    threshold = local_threshold.threshold
    extra = local_threshold.no_extra

    def survey(self, block: Gray, keep: slice) -> tuple[float, int]:
        """Largest deviation of the windows of some rows, and their darkest value."""
        deviation = kernels.largest_deviation(
            block, local_threshold.pixels(self), keep.start, keep.stop, kernels.threads()
        )
        return deviation, int(block[keep].min())

    def merge(self, first: Any, second: Any) -> Any:
        """Return the extremes of two sets of rows."""
        return max(first[0], second[0]), min(first[1], second[1])

    def packed(self, block: Gray, keep: slice, survey: Any = None) -> Packed:
        """Binarize the rows ``keep`` of a block: bits, most significant first, 1 = ink."""
        if survey[0] == 0:
            return np.zeros((keep.stop - keep.start, (block.shape[1] + 7) // 8), np.uint8)
        return local_threshold.packed(self, block, keep, survey)
