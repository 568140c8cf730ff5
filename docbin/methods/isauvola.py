"""ISauvola: Sauvola's ink where the page has contrast."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from docbin import kernels
from docbin.citation import Citation
from docbin.image import Gray, Mask, as_gray
from docbin.methods import local_threshold
from docbin.methods.contrast_level import high_contrast, least_contrast
from docbin.methods.sauvola import Sauvola
from docbin.ops.parameters import flag, number
from docbin.ops.solid import fill_hollow
from docbin.ops.window import Window, in_pixels


@dataclass(frozen=True, slots=True)
class ISauvola:
    """Sauvola's mask, restricted to components that touch high contrast (Hadjadj et al. 2016).

    Three steps: (1) the local contrast (max − min) / (max + min + ε) of 3×3 pixels, scaled to 255
    and cut by Otsu's threshold, is a map of places that surely belong to text; (2) Sauvola's
    threshold finds all ink; (3) of its 8-connected components those stay that meet the map.
    Noise on blank paper goes, faint strokes that touch text stay. Where black surrounds the page,
    as a scanner's border does, Otsu's threshold is that of the page without it
    (`docbin.methods.contrast_level`): the paper's method loses faint text beside a border. That is
    the whole difference from doxapy: training pages without black around them have the same mask,
    the others 95.5 % of it and more (``python -m benchmarks.agreement``).

    The paper opens the map with a 3×3 square; that erases thin strokes, and published
    comparisons (the Doxa library's among them) leave it out, as the default here does:
    ``opening=3`` brings it back. The whole page is needed.

    Parameters
    ----------
    window
        Side of Sauvola's window in pixels (odd; even rounds up), or a length such as ``"2mm"``.
    k, r
        Sauvola's parameters, see `docbin.methods.sauvola.Sauvola`. Window 25 with k 0.1 is the
        best fixed setting that we measured on the DIBCO sets.
    opening
        Side of the square that opens the contrast map, in pixels, odd; 1 opens nothing.
    least
        Least max − min in gray levels of a place in the contrast map: what is below is noise of
        paper. 0 trusts Otsu's threshold alone, as the paper does.
    solid
        Whether dark areas larger than the window are filled (`docbin.ops.solid.fill_hollow`)
        rather than left hollow, as the formula leaves them.

    References
    ----------
    Hadjadj, Meziane, Cherfa, Cheriet and Setitra 2016, doi:10.1007/978-3-319-41501-7_82;
    contrast: Su, Lu and Tan 2010, doi:10.1145/1815330.1815351

    Examples
    --------
    >>> import numpy as np
    >>> page = np.full((40, 60), 220, np.uint8)
    >>> page[10:13, 20:40] = 30
    >>> int(ISauvola()(page).sum())
    60
    """

    window: Window = 25
    k: float = 0.1
    r: float = 128.0
    opening: int = 1
    least: int = 0
    solid: bool = False

    kind: ClassVar[str] = "local"
    passes: ClassVar[int] = 0
    citation: ClassVar[Citation] = Citation(
        key="hadjadj2016",
        authors="Hadjadj, Zineb and Meziane, Abdelkrim and Cherfa, Yazid and Cheriet, Mohamed "
        "and Setitra, Insaf",
        title="ISauvola: Improved Sauvola's Algorithm for Document Image Binarization",
        venue="Image Analysis and Recognition (ICIAR)",
        year=2016,
        doi="10.1007/978-3-319-41501-7_82",
        kind="inproceedings",
    )

    def __post_init__(self) -> None:
        """Refuse parameters out of range."""
        local_threshold.check_window(self.window)
        number("k", self.k)
        number("r", self.r, 1e-6)
        number("opening", self.opening, 1, 1 << 20, whole=True)
        number("least", self.least, 0, 256, whole=True)
        flag("solid", self.solid)

    def at(self, dpi: float | None) -> ISauvola:
        """Return the method with its window in pixels."""
        return dataclasses.replace(self, window=in_pixels(self.window, dpi))

    def __call__(self, image: Any) -> Mask:
        """Binarize uint8 (H, W) gray or (H, W, 3) RGB; True is ink."""
        gray = as_gray(image)
        window = in_pixels(self.window, None)
        ink = Sauvola(window, self.k, self.r)(gray)
        kept = kernels.reconstruct(
            ink.view(np.uint8), self.seed(gray).view(np.uint8), 8, kernels.threads()
        )
        mask: Mask = np.asarray(kept).view(np.bool_)
        return fill_hollow(mask, gray, window * window // 4) if self.solid else mask

    def seed(self, gray: Gray) -> Mask:
        """Return where the local contrast is high, bool (H, W)."""
        contrast: Gray = kernels.contrast_map(gray, 3, kernels.threads())
        high = least_contrast(gray, high_contrast(gray, contrast), self.least)
        if self.opening > 1:
            high = _opened(high, self.opening // 2 * 2 + 1)
        return high


def _opened(mask: Mask, side: int) -> Mask:
    """Erode and dilate a mask by a square."""
    threads = kernels.threads()
    eroded = kernels.local_minimum(mask.view(np.uint8), side, threads)
    return np.asarray(kernels.local_maximum(eroded, side, threads)).view(np.bool_)
