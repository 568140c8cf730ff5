"""The local threshold WAN."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from docbin import kernels
from docbin.citation import Citation
from docbin.image import Gray, Packed
from docbin.methods import local_threshold
from docbin.ops.parameters import number
from docbin.ops.window import Window


@dataclass(frozen=True, slots=True)
class Wan:
    """Sauvola's threshold with the mean moved towards the lightest value (Mustafa 2018).

    T = (max + m) / 2 · (1 + k (s / R − 1)) with the window's lightest value max, mean m and
    deviation s. ``gray <= T`` is ink. It finds faint ink that Sauvola's threshold misses, and more
    noise.

    Parameters
    ----------
    window
        Side of the square window in pixels (odd; even rounds up; at most 4095), or a length such
        as ``"2mm"``.
    k
        Sensitivity.
    r
        Dynamic range R of the standard deviation, 128 for 8-bit pages.

    References
    ----------
    Mustafa and Abdul Kader 2018, doi:10.1088/1742-6596/1019/1/012022

    Examples
    --------
    >>> import numpy as np
    >>> page = np.full((40, 60), 220, np.uint8)
    >>> page[10:13, 20:40] = 30
    >>> int(Wan()(page).sum())
    60
    """

    window: Window = 75
    k: float = 0.2
    r: float = 128.0

    kind: ClassVar[str] = "local"
    passes: ClassVar[int] = 1
    formula: ClassVar[str] = "wan"
    citation: ClassVar[Citation] = Citation(
        key="mustafa2018",
        authors="Mustafa, Wan Azani and Abdul Kader, Mohamed Mydin M.",
        title="Binarization of Document Image Using Optimum Threshold Modification",
        venue="Journal of Physics: Conference Series",
        year=2018,
        doi="10.1088/1742-6596/1019/1/012022",
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
    survey = local_threshold.no_survey
    merge = local_threshold.no_merge

    def extra(self, gray: Gray) -> Gray:
        """Return the lightest value of every window, uint8 (H, W)."""
        window = local_threshold.pixels(self)
        lightest: Gray = kernels.local_maximum(gray, window, kernels.threads())
        return lightest

    def packed(self, block: Gray, keep: slice, survey: Any = None) -> Packed:
        """Binarize the rows ``keep`` of a block: bits, most significant first, 1 = ink."""
        bits: Packed = kernels.wan_threshold(
            block,
            local_threshold.pixels(self),
            **self.numbers(survey),
            top=keep.start,
            bottom=keep.stop,
            threads=kernels.threads(),
        )
        return bits
