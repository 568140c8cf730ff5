"""Singh's local threshold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from docbin.citation import Citation
from docbin.methods import local_threshold
from docbin.ops.parameters import number
from docbin.ops.window import Window


@dataclass(frozen=True, slots=True)
class Singh:
    """Local threshold from the mean alone (Singh et al. 2011).

    T = m (1 + k (d / (1 − d) − 1)) with the window's mean m and the pixel's own deviation d = g − m
    on a scale from 0 to 1. ``gray <= T`` is ink. No squares are summed.

    d has a sign, since the paper's formula has no absolute value: a dark pixel lowers its own T.
    doxapy takes the absolute value and so finds more ink; that is the whole difference. On the
    worst of eight pages 98.55 % of the pixels are the same, on all 99.31 % (``python -m
    benchmarks.agreement FOLDER --split train --pages 8 --only singh``).

    Parameters
    ----------
    window
        Side of the square window in pixels (odd; even rounds up; at most 4095), or a length such
        as ``"2mm"``.
    k
        Bias, 0 to 1: larger removes more noise.

    References
    ----------
    Singh, Roy, Sinam and Singh 2011, arXiv:1201.5227

    Examples
    --------
    >>> import numpy as np
    >>> page = np.full((40, 60), 220, np.uint8)
    >>> page[10:13, 20:40] = 30
    >>> int(Singh()(page).sum())
    60
    """

    window: Window = 75
    k: float = 0.2

    kind: ClassVar[str] = "local"
    passes: ClassVar[int] = 1
    formula: ClassVar[str] = "singh"
    citation: ClassVar[Citation] = Citation(
        key="singh2011",
        authors="Singh, T. Romen and Roy, Sudipta and Singh, O. Imocha and Sinam, Tejmani",
        title="A New Local Adaptive Thresholding Technique in Binarization",
        venue="International Journal of Computer Science Issues",
        year=2011,
    )

    def __post_init__(self) -> None:
        """Refuse parameters out of range."""
        local_threshold.check_window(self.window)
        number("k", self.k)

    def numbers(self, survey: Any = None) -> dict[str, float]:
        """Return the formula's numbers, see local_formulas.hpp."""
        del survey
        return {"a": 1 - self.k, "b": self.k, "c": 1 / 255}

    at = local_threshold.at
    halo = property(local_threshold.halo)
    __call__ = local_threshold.binarize
    threshold = local_threshold.threshold
    extra = local_threshold.no_extra
    survey = local_threshold.no_survey
    merge = local_threshold.no_merge
    packed = local_threshold.packed
