"""Sauvola and Pietikäinen's local threshold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from docbin import kernels
from docbin.citation import Citation
from docbin.image import Gray, Mask, as_gray


@dataclass(frozen=True, slots=True)
class Sauvola:
    """Local threshold T = m (1 + k (s / R − 1)) from the window's mean m and deviation s.

    Parameters
    ----------
    window
        Side of the square window in pixels, odd.
    k
        Sensitivity: larger makes strokes thinner and removes more stains.
    r
        Dynamic range R of the standard deviation, 128 for 8-bit pages.

    References
    ----------
    Sauvola and Pietikäinen 2000, doi:10.1016/S0031-3203(99)00055-2
    """

    window: int = 25
    k: float = 0.2
    r: float = 128.0

    kind: ClassVar[str] = "local"
    passes: ClassVar[int] = 1
    citation: ClassVar[Citation] = Citation(
        key="sauvola2000",
        authors="Sauvola, Jaakko and Pietikäinen, Matti",
        title="Adaptive document image binarization",
        venue="Pattern Recognition",
        year=2000,
        doi="10.1016/S0031-3203(99)00055-2",
    )

    def __call__(self, image: Any) -> Mask:
        """Binarize uint8 (H, W) gray or (H, W, 3) RGB; True is ink."""
        gray = as_gray(image)
        return gray <= self.threshold(gray)

    def threshold(self, gray: Gray) -> npt.NDArray[np.float64]:
        """Return the threshold of every pixel, float64 (H, W)."""
        mean, variance = kernels.reference.window_statistics(gray, self.window)
        return mean * (1 + self.k * (np.sqrt(variance) / self.r - 1))
