"""Gatos, Pratikakis and Perantonis' method of the background surface."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import numpy as np
import numpy.typing as npt

from docbin import kernels
from docbin.citation import Citation
from docbin.image import Gray, Mask, as_gray
from docbin.methods import local_threshold
from docbin.methods.sauvola import Sauvola
from docbin.ops.characters import character_height
from docbin.ops.parameters import number
from docbin.ops.upsampling import doubled
from docbin.ops.window import Window, checked, in_pixels


class Surface(NamedTuple):
    """The page without noise, the paper behind it, and by how much ink must be darker."""

    smooth: Gray
    paper: Gray
    needed: npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Gatos:
    """Ink is darker than an estimate of the paper behind it by enough (Gatos et al. 2006).

    Five steps: (1) Wiener's filter of 3×3 pixels; (2) Sauvola's mask S as a rough guess; (3) the
    paper B: the page where S has no ink, elsewhere the mean of the paper in the window around;
    (4) ink where B − I > d(B), less on dark paper than on light:

        d(B) = q δ ((1 − p2) / (1 + exp(−4 B / (b (1 − p1)) + 2 (1 + p1) / (1 − p1))) + p2)

    with the mean depth of ink δ = Σ(B − I) / Σ S and the mean paper b where S has no ink; this is
    done at twice the size, I by cubic interpolation, B by that of the nearest pixel; (5) in windows
    of n × n pixels, n = 0.15 of the characters' height, ink with more than ``shrink`` n² pixels of
    paper goes, paper with more than ``swell`` n² of ink comes if the centre of that ink is less
    than n / 4 away across and down, and paper with more than ``fill`` n² of ink comes. A page is
    returned at its own size: ink where at least two of the four pixels are.

    The paper's text could not be had in full: steps (1) to (4) are those that the Doxa library has,
    step (5) follows descriptions by others. The shares 0.05 and 0.35 that are ascribed to the paper
    for swelling and filling could not be checked, and thicken every stroke of a few pixels; the
    defaults were chosen on the training pages. The height of the characters is that of
    `docbin.ops.characters`.

    Without ``upsampling`` all of it happens at the page's size. The Doxa library does only that,
    without step (5), rounds means down and takes 75 pixels for the window of Sauvola; what
    differs otherwise are the means of single pixels.

    Parameters
    ----------
    window, k
        Sauvola's window and k of the rough guess.
    reach
        Side of the window in which the paper is averaged, at least two characters.
    q, p1, p2
        Parameters of d.
    wiener
        Side of Wiener's window in pixels, odd, up to 13; 1 smooths nothing.
    upsampling
        Factor of size at which the ink is found, 2 or 1.
    shrink, swell, fill
        Shares of the window in step (5); 1 switches a filter off.

    References
    ----------
    Gatos, Pratikakis and Perantonis 2006, doi:10.1016/j.patcog.2005.09.010

    Examples
    --------
    >>> import numpy as np
    >>> page = np.full((60, 90), 220, np.uint8)
    >>> page[20:40, 30:36] = 30
    >>> int(Gatos()(page).sum())
    120
    """

    window: Window = 61
    k: float = 0.2
    reach: Window = 121
    q: float = 0.6
    p1: float = 0.5
    p2: float = 0.8
    wiener: int = 3
    upsampling: int = 2
    shrink: float = 0.9
    swell: float = 0.6
    fill: float = 0.6

    kind: ClassVar[str] = "structural"
    passes: ClassVar[int] = 0
    citation: ClassVar[Citation] = Citation(
        key="gatos2006",
        authors="Gatos, Basilios and Pratikakis, Ioannis and Perantonis, Stavros J.",
        title="Adaptive degraded document image binarization",
        venue="Pattern Recognition",
        year=2006,
        doi="10.1016/j.patcog.2005.09.010",
    )

    def __post_init__(self) -> None:
        """Refuse parameters out of range."""
        local_threshold.check_window(self.window)
        number("k", self.k)
        checked("reach", self.reach)
        number("q", self.q, 0, 100)
        number("p1", self.p1, 0, 0.999)
        number("p2", self.p2, 0, 1)
        number("wiener", self.wiener, 1, 13, whole=True)
        number("upsampling", self.upsampling, 1, 2, whole=True)
        for name in ("shrink", "swell", "fill"):
            number(name, getattr(self, name), 0, 1)

    def at(self, dpi: float | None) -> Gatos:
        """Return the method with its windows in pixels."""
        return dataclasses.replace(
            self, window=in_pixels(self.window, dpi), reach=in_pixels(self.reach, dpi)
        )

    def __call__(self, image: Any) -> Mask:
        """Binarize uint8 (H, W) gray or (H, W, 3) RGB; True is ink."""
        gray = as_gray(image)
        surface = self.surface(gray)
        if surface is None:
            return np.zeros(gray.shape, bool)
        ink = kernels.depth_threshold(
            surface.smooth, surface.paper, _least_gray(surface.needed), kernels.threads()
        )
        mends = min(self.shrink, self.swell, self.fill) < 1
        side = 0.15 * character_height(np.asarray(ink).view(np.bool_)) if mends else 0.0
        if self.upsampling == 1:
            return np.asarray(self._mended(ink, side)).view(np.bool_)
        large = doubled(surface.smooth)
        nearest = surface.paper.repeat(2, axis=0).repeat(2, axis=1)
        ink = kernels.depth_threshold(
            large, nearest, _least_gray(surface.needed), kernels.threads()
        )
        ink = self._mended(ink, 2 * side)
        pairs = ink[0::2] + ink[1::2]
        return np.asarray(pairs[:, 0::2] + pairs[:, 1::2] > 1)

    def surface(self, gray: Gray) -> Surface | None:
        """Return the smoothed page, its paper and d of every shade; None without a rough guess."""
        threads = kernels.threads()
        smooth = kernels.wiener(gray, (self.wiener - 1) // 2 * 2 + 1, threads)
        rough = Sauvola(in_pixels(self.window, None), self.k)(smooth)
        marks = np.ascontiguousarray(rough).view(np.uint8)
        count, shade = kernels.paper_totals(smooth, marks, threads)
        if count in (0, gray.size):
            return None
        side = min(in_pixels(self.reach, None), 2001)
        light = round(shade / count)
        paper, depth = kernels.paper_shade(smooth, marks, side, light, threads)
        return Surface(smooth, paper, self.depths(depth / (gray.size - count), shade / count))

    def depths(self, depth: float, light: float) -> npt.NDArray[np.float64]:
        """Return d of the shades 0 to 255 from the mean depth of ink and the mean paper."""
        steep = -4 * np.arange(256) / (max(light, 1e-9) * (1 - self.p1))
        bend = np.clip(steep + 2 * (1 + self.p1) / (1 - self.p1), -700, 700)
        return np.asarray(self.q * depth * ((1 - self.p2) / (1 + np.exp(bend)) + self.p2))

    def _mended(self, ink: npt.NDArray[np.uint8], side: float) -> npt.NDArray[np.uint8]:
        """Shrink, swell and fill in windows of the odd side next to ``side``."""
        side = max(3, math.ceil(side - 1e-6) // 2 * 2 + 1)
        area, threads = side * side, kernels.threads()
        if self.shrink < 1:
            ink = kernels.crowd(ink, side, math.floor(self.shrink * area), area, threads)
        if self.swell < 1:
            ink = kernels.swell(ink, side, math.floor(self.swell * area), side / 4, threads)
        if self.fill < 1:
            ink = kernels.crowd(ink, side, area, math.floor(self.fill * area), threads)
        return ink


def _least_gray(needed: npt.NDArray[np.float64]) -> npt.NDArray[np.int16]:
    """Return for each shade B of paper the first gray value that is no ink: B − I ≤ d(B)."""
    return np.clip(np.ceil(np.arange(256) - needed), 0, 256).astype(np.int16)
