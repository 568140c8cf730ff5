"""Sauvola and Pietikäinen's local threshold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from docbin.citation import Citation
from docbin.methods import local_threshold
from docbin.ops.parameters import number
from docbin.ops.window import Window


@dataclass(frozen=True, slots=True)
class Sauvola:
    """Local threshold T = m (1 + k (s / R − 1)) from the window's mean m and deviation s.

    ``gray <= T`` is ink. Where the window has little contrast T is far below m, so that paper
    stays blank.

    Parameters
    ----------
    window
        Side of the square window in pixels (odd; even rounds up; at most 4095), or a length such
        as ``"2mm"``.
    k
        Sensitivity: larger makes strokes thinner and removes more stains.
    r
        Dynamic range R of the standard deviation, 128 for 8-bit pages.

    References
    ----------
    Sauvola and Pietikäinen 2000, doi:10.1016/S0031-3203(99)00055-2

    Examples
    --------
    >>> import numpy as np
    >>> page = np.full((40, 60), 220, np.uint8)
    >>> page[10:13, 20:40] = 30
    >>> int(Sauvola()(page).sum())
    60
    """

    window: Window = 25
    k: float = 0.2
    r: float = 128.0

    kind: ClassVar[str] = "local"
    passes: ClassVar[int] = 1
    formula: ClassVar[str] = "sauvola"
    citation: ClassVar[Citation] = Citation(
        key="sauvola2000",
        authors="Sauvola, Jaakko and Pietikäinen, Matti",
        title="Adaptive document image binarization",
        venue="Pattern Recognition",
        year=2000,
        doi="10.1016/S0031-3203(99)00055-2",
    )

    def __post_init__(self) -> None:
        """Refuse parameters out of range."""
        local_threshold.check_window(self.window)
        number("k", self.k)
        number("r", self.r, 1e-6)

    def numbers(self, survey: Any = None) -> dict[str, float]:
        """Return the formula's numbers, see local_formulas.hpp."""
        del survey
        return {"a": 1 - self.k, "b": self.k / self.r}

    at = local_threshold.at
    halo = property(local_threshold.halo)
    __call__ = local_threshold.binarize
    threshold = local_threshold.threshold
    extra = local_threshold.no_extra
    survey = local_threshold.no_survey
    merge = local_threshold.no_merge
    packed = local_threshold.packed
