"""MEBin: the threshold of a score map between which the number of its parts does not change."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from docbin import kernels
from docbin.citation import Citation
from docbin.errors import InputError
from docbin.image import Gray, Mask, as_gray
from docbin.ops.parameters import choice, number


@dataclass(frozen=True, slots=True)
class MEBin:
    """Threshold of a score map in the longest range in which the count of its parts is stable.

    The map is scaled so that its values span 0 to 255, rounded. For the thresholds 255, 251, …
    (``step`` apart) the pixels above one are eroded once by a square of ``erosion`` pixels and
    their 8-connected components counted. Of the runs of at least ``run`` thresholds with the same
    count, not 0, the longest (the first of equals) is taken; the pixels above its last, lowest
    threshold are the mask, not eroded. Without such a run it is blank, as for a flat map.

    Eroding what is above t is the same as taking what of the eroded map, the minimum over the
    square, is above t. So one pass over the pixels of that one map, from bright to dark, which
    joins each with its neighbours, gives the counts of all thresholds at once.

    The square of an even side reaches one pixel further up and left than down and right; it is
    clipped at the border.

    Parameters
    ----------
    step
        Distance of the thresholds.
    erosion
        Side of the square that erodes, in pixels; 1 erodes nothing.
    run
        Fewest thresholds of a stable range.
    sought
        What of an image has a high score: ``"dark"``, as ink has, or ``"bright"``, as score maps
        are commonly stored. `of_scores` takes the scores themselves.

    References
    ----------
    Huang, Li and others 2024, AnomalyNCD, doi:10.48550/arXiv.2410.14379

    Examples
    --------
    >>> import numpy as np
    >>> scores = np.zeros((40, 60))
    >>> scores[5:20, 5:20], scores[25:38, 30:50] = 0.9, 0.7
    >>> int(MEBin().of_scores(scores).sum())
    485
    """

    step: int = 4
    erosion: int = 6
    run: int = 4
    sought: str = "dark"

    kind: ClassVar[str] = "map"
    choices: ClassVar[dict[str, tuple[str, ...]]] = {"sought": ("dark", "bright")}
    passes: ClassVar[int] = 0
    citation: ClassVar[Citation] = Citation(
        key="anomalyncd2024",
        authors="Huang, Ziming and Li, Xurui and Liu, Haotian and Xue, Feng and Wang, Yuzhe and "
        "Zhou, Yu",
        title="AnomalyNCD: Towards Novel Anomaly Class Discovery in Industrial Scenarios",
        venue="arXiv:2410.14379",
        year=2024,
        doi="10.48550/arXiv.2410.14379",
        kind="misc",
        note="Main element binarization (MEBin)",
    )

    def __post_init__(self) -> None:
        """Refuse parameters out of range."""
        number("step", self.step, 1, 255, whole=True)
        number("erosion", self.erosion, 1, 1 << 20, whole=True)
        number("run", self.run, 1, 256, whole=True)
        choice("sought", self.sought, self.choices["sought"])

    def __call__(self, image: Any) -> Mask:
        """Return where the score is high, of uint8 (H, W) or (H, W, 3) RGB."""
        gray = as_gray(image)
        return self._cut(_scaled(gray if self.sought == "bright" else ~gray))

    def of_scores(self, scores: Any) -> Mask:
        """Return where scores are high, of finite numbers (H, W) of any range."""
        values = np.asarray(scores, dtype=np.float64)
        if values.ndim != 2 or values.size == 0 or not np.isfinite(values).all():
            raise InputError(
                f"scores must be finite numbers (H, W); got shape {values.shape}"
                f"{' with NaN or infinity' if values.ndim == 2 and values.size else ''}"
            )
        return self._cut(_scaled(values))

    def threshold(self, values: Gray) -> int:
        """Return the threshold of a map that spans 0 to 255, or 255 if no range is stable."""
        eroded = _eroded(values, self.erosion)
        levels = np.arange(255, -1, -self.step)
        counts = np.asarray(kernels.superlevel_counts(eroded, 8))[levels]
        best, length, first = 255, self.run - 1, 0
        for count, group in groupby(counts.tolist()):
            size = len(list(group))
            if count > 0 and size > length:
                best, length = int(levels[first + size - 1]), size
            first += size
        return best

    def _cut(self, values: Gray) -> Mask:
        return np.asarray(values > self.threshold(values))


def _scaled(values: npt.NDArray[Any]) -> Gray:
    """Return the values so that they span 0 to 255, rounded; of a flat map all 0."""
    low, high = float(values.min()), float(values.max())
    if low == high:
        return np.zeros(values.shape, np.uint8)
    # Halves before they are subtracted: the span of any finite numbers is finite.
    part = (values / 2 - low / 2) / (high / 2 - low / 2)
    return np.floor(part * 255 + 0.5).astype(np.uint8)


def _eroded(values: Gray, side: int) -> Gray:
    """Return the minimum over a square that reaches side // 2 up and left."""
    before, after = side // 2, side - 1 - side // 2
    for axis in (0, 1):
        before_here, after_here = (min(reach, values.shape[axis] - 1) for reach in (before, after))
        padding = [(0, 0), (0, 0)]
        padding[axis] = (before_here, after_here)
        framed = np.pad(values, padding, constant_values=255)
        windows = np.lib.stride_tricks.sliding_window_view(
            framed, before_here + after_here + 1, axis=axis
        )
        values = windows.min(axis=2)
    return np.ascontiguousarray(values)
