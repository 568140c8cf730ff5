"""Bradley and Roth's local threshold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from docbin.citation import Citation
from docbin.methods import local_threshold
from docbin.ops.parameters import number
from docbin.ops.window import Window


@dataclass(frozen=True, slots=True)
class Bradley:
    """Local threshold T = m (1 − t): ink is darker than the window's mean by a share t.

    ``gray <= T`` is ink. Made for live video: no deviation is needed. Bradley and Roth's window
    is an eighth of the page's width; here it is a parameter as everywhere.

    Parameters
    ----------
    window
        Side of the square window in pixels (odd; even rounds up; at most 4095), or a length such
        as ``"2mm"``.
    t
        Share by which ink is darker, 0 to 1.

    References
    ----------
    Bradley and Roth 2007, doi:10.1080/2151237X.2007.10129236

    Examples
    --------
    >>> import numpy as np
    >>> page = np.full((40, 60), 220, np.uint8)
    >>> page[10:13, 20:40] = 30
    >>> int(Bradley()(page).sum())
    60
    """

    window: Window = 75
    t: float = 0.15

    kind: ClassVar[str] = "local"
    passes: ClassVar[int] = 1
    formula: ClassVar[str] = "bradley"
    citation: ClassVar[Citation] = Citation(
        key="bradley2007",
        authors="Bradley, Derek and Roth, Gerhard",
        title="Adaptive Thresholding Using the Integral Image",
        venue="Journal of Graphics Tools",
        year=2007,
        doi="10.1080/2151237X.2007.10129236",
    )

    def __post_init__(self) -> None:
        """Refuse parameters out of range."""
        local_threshold.check_window(self.window)
        number("t", self.t, 0, 1)

    def numbers(self, survey: Any = None) -> dict[str, float]:
        """Return the formula's numbers, see local_formulas.hpp."""
        del survey
        return {"a": 1 - self.t}

    at = local_threshold.at
    halo = property(local_threshold.halo)
    __call__ = local_threshold.binarize
    threshold = local_threshold.threshold
    extra = local_threshold.no_extra
    survey = local_threshold.no_survey
    merge = local_threshold.no_merge
    packed = local_threshold.packed
