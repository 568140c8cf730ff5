"""Niblack's local threshold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from docbin.citation import Citation
from docbin.methods import local_threshold
from docbin.ops.parameters import number
from docbin.ops.window import Window


@dataclass(frozen=True, slots=True)
class Niblack:
    """Local threshold T = m + k s from the window's mean m and deviation s (Niblack 1986).

    ``gray <= T`` is ink. k is negative, as in the book and in most libraries; OpenCV and some
    others write m − k s. Paper without text turns into noise by this formula; a window of a
    single value, at least, has no ink here.

    Parameters
    ----------
    window
        Side of the square window in pixels (odd; even rounds up; at most 4095), or a length such
        as ``"2mm"``.
    k
        Weight of the deviation, negative for dark ink.

    References
    ----------
    Niblack 1986, An Introduction to Digital Image Processing, Prentice Hall, 115–116

    Examples
    --------
    >>> import numpy as np
    >>> page = np.full((40, 60), 220, np.uint8)
    >>> page[10:13, 20:40] = 30
    >>> int(Niblack()(page).sum())
    60
    """

    window: Window = 75
    k: float = -0.2

    kind: ClassVar[str] = "local"
    passes: ClassVar[int] = 1
    formula: ClassVar[str] = "niblack"
    citation: ClassVar[Citation] = Citation(
        key="niblack1986",
        authors="Niblack, Wayne",
        title="An Introduction to Digital Image Processing",
        venue="Prentice Hall",
        year=1986,
        kind="book",
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
