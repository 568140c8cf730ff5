"""Phansalkar's local threshold."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, ClassVar

from docbin.citation import Citation
from docbin.methods import local_threshold
from docbin.ops.parameters import number
from docbin.ops.window import Window


@dataclass(frozen=True, slots=True)
class Phansalkar:
    """Sauvola's threshold, raised where the window is dark (Phansalkar et al. 2011).

    T = m (1 + p exp(−q m) + k (s / R − 1)) with mean m and deviation s of the window on a scale
    from 0 to 1. ``gray <= T`` is ink. Made for stained cells, where nuclei are faint; in dark
    windows T lies above the mean, so a window of a single value is taken to have no ink.

    The defaults are the paper's (k = 0.25, R = 0.5, p = 2, q = 10), which ImageJ has too. doxapy
    has k = 0.2, p = 3 and an R of 128 / 255; with equal numbers both give the same pages.

    Parameters
    ----------
    window
        Side of the square window in pixels (odd; even rounds up; at most 4095), or a length such
        as ``"2mm"``.
    k
        Sauvola's sensitivity.
    r
        Dynamic range R of the deviation, on the scale from 0 to 1.
    p, q
        Height and decay of the rise in dark windows.

    References
    ----------
    Phansalkar, More, Sabale and Joshi 2011, doi:10.1109/ICCSP.2011.5739305

    Examples
    --------
    >>> import numpy as np
    >>> page = np.full((40, 60), 220, np.uint8)
    >>> page[10:13, 20:40] = 30
    >>> int(Phansalkar()(page).sum())
    60
    """

    window: Window = 75
    k: float = 0.25
    r: float = 0.5
    p: float = 2.0
    q: float = 10.0

    kind: ClassVar[str] = "local"
    passes: ClassVar[int] = 1
    formula: ClassVar[str] = "phansalkar"
    citation: ClassVar[Citation] = Citation(
        key="phansalkar2011",
        authors="Phansalkar, Neerad and More, Sumit and Sabale, Ashish and Joshi, Madhuri",
        title="Adaptive local thresholding for detection of nuclei in stained cytology images",
        venue="International Conference on Communications and Signal Processing",
        year=2011,
        doi="10.1109/ICCSP.2011.5739305",
        kind="inproceedings",
    )

    def __post_init__(self) -> None:
        """Refuse parameters out of range."""
        local_threshold.check_window(self.window)
        number("k", self.k)
        number("r", self.r, 1e-6)
        number("p", self.p)
        number("q", self.q, 0, 1e4)

    def numbers(self, survey: Any = None) -> dict[str, float]:
        """Return the formula's numbers, see local_formulas.hpp."""
        del survey
        decay = -self.q / 255 / math.log(2)
        return {"a": 1 - self.k, "b": self.k / (255 * self.r), "c": self.p, "d": decay}

    at = local_threshold.at
    halo = property(local_threshold.halo)
    __call__ = local_threshold.binarize
    threshold = local_threshold.threshold
    extra = local_threshold.no_extra
    survey = local_threshold.no_survey
    merge = local_threshold.no_merge
    packed = local_threshold.packed
