"""The local threshold NICK."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from docbin.citation import Citation
from docbin.methods import local_threshold
from docbin.ops.parameters import number
from docbin.ops.window import Window


@dataclass(frozen=True, slots=True)
class Nick:
    """Local threshold T = m + k √(s² + m²) from the window's mean and deviation (Khurshid 2009).

    The root is that of the window's mean square. ``gray <= T`` is ink. Made for pages of low
    contrast: T stays well below the mean of blank paper.

    Parameters
    ----------
    window
        Side of the square window in pixels (odd; even rounds up; at most 4095), or a length such
        as ``"2mm"``.
    k
        From −0.1 (faint ink) to −0.2 (less noise).

    References
    ----------
    Khurshid, Siddiqi, Faure and Vincent 2009, doi:10.1117/12.805827

    Examples
    --------
    >>> import numpy as np
    >>> page = np.full((40, 60), 220, np.uint8)
    >>> page[10:13, 20:40] = 30
    >>> int(Nick()(page).sum())
    60
    """

    window: Window = 75
    k: float = -0.2

    kind: ClassVar[str] = "local"
    passes: ClassVar[int] = 1
    formula: ClassVar[str] = "nick"
    citation: ClassVar[Citation] = Citation(
        key="khurshid2009",
        authors="Khurshid, Khurram and Siddiqi, Imran and Faure, Claudie and Vincent, Nicole",
        title="Comparison of Niblack inspired binarization methods for ancient documents",
        venue="Document Recognition and Retrieval XVI",
        year=2009,
        doi="10.1117/12.805827",
        kind="inproceedings",
    )

    def __post_init__(self) -> None:
        """Refuse parameters out of range."""
        local_threshold.check_window(self.window)
        number("k", self.k)

    def numbers(self, survey: Any = None) -> dict[str, float]:
        """Return the formula's numbers, see local_formulas.hpp."""
        del survey
        return {"a": self.k}

    at = local_threshold.at
    halo = property(local_threshold.halo)
    __call__ = local_threshold.binarize
    threshold = local_threshold.threshold
    extra = local_threshold.no_extra
    survey = local_threshold.no_survey
    merge = local_threshold.no_merge
    packed = local_threshold.packed
