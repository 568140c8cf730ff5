"""Ntirogiannis, Gatos and Pratikakis' combination of a global and a local threshold."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from docbin import kernels
from docbin.citation import Citation
from docbin.image import Gray, Mask, as_gray
from docbin.methods import local_threshold
from docbin.methods.niblack import Niblack
from docbin.methods.otsu import Otsu
from docbin.ops.parameters import number
from docbin.ops.stroke import stroke_width
from docbin.ops.window import Window, in_pixels


@dataclass(frozen=True, slots=True)
class Ntirogiannis:
    """Otsu finds the text, Niblack its strokes, on a page of even paper (Ntirogiannis et al. 2014).

    Five steps: (1) Niblack's mask (k = −0.2), grown by one pixel, covers all ink; the paper B under
    it is continued from its surroundings in four walks over the page, one from each corner, and
    is the darkest of the four; the page is normalised by it,

        F = (I + 1) / (B + 1),   N = ⌈(I_max − I_min) (F − F_min) / (F_max − F_min) + I_min⌉;

    (2) Otsu's mask of N, without its lowest components: see `without_low`; (3) the contrast
    C = −50 log10((f + σ_f) / (b − σ_b)), from mean and deviation of the gray on the centre lines
    of that mask and of the paper elsewhere, and the stroke width w of the mask; (4) Niblack's mask
    of N in a window of 2 w with k = −0.2 − 0.1 ⌊C / 10⌋; (5) of its components those stay that have
    at least C per cent of their pixels in common with the mask of (2), with the pixels of that
    mask beside them.

    The paper itself could not be had; the figures follow implementations of it, and so does the
    order of the steps. A window of one value holds no ink for Niblack here.

    Parameters
    ----------
    window
        Side of the window of the first Niblack mask.
    k
        Its k, also the k of (4) where there is no contrast.
    reach
        Side of the window of (4) in stroke widths.

    References
    ----------
    Ntirogiannis, Gatos and Pratikakis 2014, doi:10.1016/j.patrec.2012.09.026

    Examples
    --------
    >>> import numpy as np
    >>> page = np.full((60, 90), 220, np.uint8)
    >>> page[20:40, 30:36] = 30
    >>> int(Ntirogiannis()(page).sum())
    120
    """

    window: Window = 61
    k: float = -0.2
    reach: float = 2.0

    kind: ClassVar[str] = "structural"
    passes: ClassVar[int] = 0
    citation: ClassVar[Citation] = Citation(
        key="ntirogiannis2014",
        authors="Ntirogiannis, Konstantinos and Gatos, Basilis and Pratikakis, Ioannis",
        title="A combined approach for the binarization of handwritten document images",
        venue="Pattern Recognition Letters",
        year=2014,
        doi="10.1016/j.patrec.2012.09.026",
    )

    def __post_init__(self) -> None:
        """Refuse parameters out of range."""
        local_threshold.check_window(self.window)
        number("k", self.k)
        number("reach", self.reach, 0.5, 100)

    def at(self, dpi: float | None) -> Ntirogiannis:
        """Return the method with its window in pixels."""
        return dataclasses.replace(self, window=in_pixels(self.window, dpi))

    def __call__(self, image: Any) -> Mask:
        """Binarize uint8 (H, W) gray or (H, W, 3) RGB; True is ink."""
        gray = as_gray(image)
        paper = self.paper(gray)
        even = normalised(gray, paper)
        otsu = Otsu()(even)
        text = without_low(otsu)
        if not text.any():
            return text
        contrast = contrast_of(gray, paper, text)
        window = in_pixels(max(3, round(self.reach * stroke_width(text))), None)
        strokes = Niblack(min(window, 4095), self.k - 0.1 * math.floor(contrast / 10))(even)
        return combined(strokes, text, contrast)

    def paper(self, gray: Gray) -> Gray:
        """Return the shade of the paper everywhere, uint8 (H, W)."""
        ink = Niblack(in_pixels(self.window, None), self.k)(gray).view(np.uint8)
        grown = kernels.local_maximum(ink, 3, kernels.threads())
        return np.asarray(kernels.inpaint(gray, grown, kernels.threads()))


def normalised(gray: Gray, paper: Gray) -> Gray:
    """Return the page over its paper, stretched to the range that it had, uint8 (H, W)."""
    part = (gray.astype(np.float32) + 1) / (paper.astype(np.float32) + 1)
    low, high = float(gray.min()), float(gray.max())
    least, most = part.min(), part.max()
    if most == least:
        return gray.copy()
    stretched = (part - least) * np.float32((high - low) / (most - least)) + np.float32(low)
    # A hair of rounding must not lift a whole number by one.
    return np.asarray(np.clip(np.ceil(stretched - np.float32(1e-3)), 0, 255), np.uint8)


def without_low(mask: Mask) -> Mask:
    """Return the mask without components so low that they are many but have few pixels.

    For the height i of components, R_P(i) is the share of all ink in components of that height,
    R_C(i) their share in number; the least height at which the sum of R_P / R_C over all heights
    up to it exceeds 1 is the first that stays.
    """
    labels, boxes = kernels.components(np.ascontiguousarray(mask).view(np.uint8), 8)
    if len(boxes) == 0:
        return mask
    heights = boxes[:, 2] - boxes[:, 0]
    number_of = np.bincount(heights)
    pixels = np.bincount(heights, weights=boxes[:, 4])
    present = np.flatnonzero(number_of)
    ratios = pixels[present] / pixels.sum() / (number_of[present] / len(boxes))
    enough = np.flatnonzero(np.cumsum(ratios) > 1)
    least = present[enough[0]] if enough.size else present[-1]
    return np.asarray(np.concatenate([[False], heights >= least])[labels])


def contrast_of(gray: Gray, paper: Gray, text: Mask) -> float:
    """Return C = −50 log10((f + σ_f) / (b − σ_b)), at least 0, of text and its paper."""
    centre = np.asarray(kernels.thin_guo_hall(text.view(np.uint8))).astype(bool)
    ink, light = gray[centre].astype(float), paper[~centre].astype(float)
    if ink.size == 0 or light.size == 0:
        return 0.0
    dark, bright = ink.mean() + ink.std(), max(light.mean() - light.std(), 1.0)
    return max(0.0, -50 * math.log10(max(dark, 1.0) / bright))


def combined(strokes: Mask, text: Mask, contrast: float) -> Mask:
    """Return the components of ``strokes`` that are text enough, and the text beside them."""
    labels, boxes = kernels.components(strokes.view(np.uint8), 8)
    common = np.bincount(labels[text], minlength=len(boxes) + 1)[1:]
    kept: npt.NDArray[np.bool_] = np.concatenate([[False], 100 * common >= contrast * boxes[:, 4]])
    ink = np.ascontiguousarray(kept[labels])
    near = kernels.local_maximum(ink.view(np.uint8), 3, kernels.threads())
    return np.asarray(ink | (text & (near != 0)))
