"""Multi-scale Sauvola: a window for every object's size."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from docbin import kernels
from docbin.citation import Citation
from docbin.image import Gray, Mask, as_gray, unpack
from docbin.kernels.reference_regional import grid_levels
from docbin.methods import local_threshold
from docbin.methods.sauvola import Sauvola
from docbin.ops.parameters import number
from docbin.ops.reduction import reduced
from docbin.ops.window import Window, in_pixels
from docbin.ops.zones import KINDS, influence_zones

# Sizes of the objects of a scale, in windows; 0.9 lets the ranges of two scales overlap.
_LARGEST, _OVERLAP = 0.7, 0.9
_NEXT = 2


@dataclass(frozen=True, slots=True)
class SauvolaMS:
    """Sauvola's threshold with a window that fits the object (Lazzara and Géraud 2013).

    The page is reduced by ``reduction``, then by 2 for each further scale. At every scale Sauvola's
    threshold with one and the same window, ``window`` of the page's pixels at the first one, is
    taken, and of the 8-connected objects those with an area from 0.9 · 0.7 w² / 4 to 0.7 w²
    (from 0 at the first scale, without end at the last) are kept: an object larger than that is
    hollowed out by this window, a smaller one is found better at a finer scale. Every pixel then
    takes the scale of the object that it lies in, the coarsest of several, or that is nearest (the
    influence zones), and the threshold of that scale's window, interpolated on the page.

    The paper's text could not be had when this was written: steps and constants are its
    published scheme as we know it; that the coarsest scale wins is our choice. The whole page is
    needed.

    Parameters
    ----------
    window
        Side of the smallest window in pixels of the page (odd; even rounds up), or a length such
        as ``"8mm"``.
    k, r
        Sauvola's parameters.
    scales
        How many scales, 1 to 6.
    reduction
        By how much the page is reduced at first, 1 to 8.

    References
    ----------
    Lazzara and Géraud 2013, doi:10.1007/s10032-013-0209-0

    Examples
    --------
    >>> import numpy as np
    >>> page = np.full((40, 60), 220, np.uint8)
    >>> page[10:13, 20:40] = 30
    >>> int(SauvolaMS()(page).sum())
    60
    """

    window: Window = 101
    k: float = 0.34
    r: float = 128.0
    scales: int = 3
    reduction: int = 3

    kind: ClassVar[str] = "local"
    passes: ClassVar[int] = 0
    citation: ClassVar[Citation] = Citation(
        key="lazzara2013",
        authors="Lazzara, Guillaume and Géraud, Thierry",
        title="Efficient multiscale Sauvola's binarization",
        venue="International Journal on Document Analysis and Recognition",
        year=2013,
        doi="10.1007/s10032-013-0209-0",
    )

    def __post_init__(self) -> None:
        """Refuse parameters out of range."""
        local_threshold.check_window(self.window)
        number("k", self.k, 0, 1)
        number("r", self.r, 1e-6)
        number("scales", self.scales, 1, 6, whole=True)
        number("reduction", self.reduction, 1, 8, whole=True)

    def at(self, dpi: float | None) -> SauvolaMS:
        """Return the method with its window in pixels."""
        return dataclasses.replace(self, window=in_pixels(self.window, dpi))

    def __call__(self, image: Any) -> Mask:
        """Binarize uint8 (H, W) gray or (H, W, 3) RGB; True is ink."""
        gray = as_gray(image)
        if gray.min() == gray.max():
            return np.zeros(gray.shape, bool)
        # The kernel rounds to the nearest; a pixel is ink if it is at most the threshold itself.
        nodes = self.nodes(gray) - np.float32(0.5)
        bits = kernels.grid_bits(gray, nodes, self.reduction, 0, 255, kernels.threads())
        return unpack(bits, gray.shape[1])

    def threshold(self, gray: Gray) -> npt.NDArray[np.int32]:
        """Return the threshold of every pixel rounded down, int32 (H, W)."""
        nodes = self.nodes(gray) - np.float32(0.5)
        return grid_levels(nodes, gray.shape, self.reduction)

    def nodes(self, gray: Gray) -> npt.NDArray[np.float32]:
        """Return thresholds for every ``reduction``-th row and column, and the last ones."""
        first = reduced(gray, self.reduction)
        zones = self.zones(first)
        level = np.zeros(first.shape, np.float32)
        for scale in np.unique(zones).tolist():
            here = zones == scale
            side = min(in_pixels(self._side() * _NEXT**scale, None), local_threshold.LARGEST_WINDOW)
            level[here] = Sauvola(side, self.k, self.r).threshold(first)[here]
        # The last node stands on the page's last pixel, in the last square or beyond its first row.
        rest = [
            (0, math.ceil((gray.shape[axis] - 1) / self.reduction) + 1 - level.shape[axis])
            for axis in (0, 1)
        ]
        return np.pad(level, rest, mode="edge")

    def zones(self, first: Gray) -> npt.NDArray[np.uint8]:
        """Return which scale each pixel of the page reduced once belongs to, 0 the finest."""
        kinds = np.full(first.shape, KINDS, np.uint8)
        for scale in range(self.scales):
            factor = _NEXT**scale
            found = _repeated(self._objects(reduced(first, factor), scale), factor, first.shape)
            kinds[found > 0] = scale
        return influence_zones(kinds)

    def _objects(self, gray: Gray, scale: int) -> npt.NDArray[np.uint8]:
        """Return the ink of the objects that belong to a scale, as 0 and 1."""
        side = self._side()
        ink = Sauvola(side, self.k, self.r)(gray)
        labels, boxes = kernels.components(ink.view(np.uint8), 8)
        area = boxes[:, 4]
        most = _LARGEST * side**2
        fits = np.ones(len(boxes) + 1, np.uint8)
        fits[0] = 0
        if scale > 0:
            fits[1:] &= area >= _OVERLAP * most / _NEXT**2
        if scale < self.scales - 1:
            fits[1:] &= area <= most
        belongs: npt.NDArray[np.uint8] = fits[labels]
        return belongs

    def _side(self) -> int:
        """Return the side of the window in pixels of each scale."""
        return in_pixels(max(3, round(in_pixels(self.window, None) / self.reduction)), None)


def _repeated(
    plane: npt.NDArray[np.uint8], factor: int, shape: tuple[int, ...]
) -> npt.NDArray[np.uint8]:
    """Repeat every pixel ``factor`` times both ways and cut to ``shape``."""
    return np.repeat(np.repeat(plane, factor, axis=0), factor, axis=1)[: shape[0], : shape[1]]
