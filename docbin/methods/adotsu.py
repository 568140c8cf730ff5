"""AdOtsu: Otsu's threshold of windows, within reach of the page's."""

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
from docbin.methods.otsu import Otsu
from docbin.ops import grid
from docbin.ops.parameters import number
from docbin.ops.window import Window, checked, in_pixels


@dataclass(frozen=True, slots=True)
class AdOtsu:
    """Otsu's threshold of local windows on a grid (Farrahi Moghaddam and Cheriet 2010).

    T = k · Otsu(window); a pixel is ink if it is at most T and |T_page − T| < 255 R, with T_page
    the page's own Otsu threshold: where the window's threshold is far from it, the window holds
    paper alone. T is computed at the nodes of a grid, rounded to whole gray values and
    interpolated linearly between them. The whole page is needed. `AdOtsuMS` combines scales.

    The formula follows the Doxa library's reading of the paper (its equation 5). doxapy 0.9.9
    gives the same masks for windows up to 15; of larger windows its local thresholds are not
    those that its own Otsu finds in the same pixels, which are ours. The paper turns colour to
    gray by the mean of minimum and average of the channels; here gray is BT.601 as everywhere.

    Parameters
    ----------
    window
        Side of the square windows in pixels (odd; even rounds up), or a length such as ``"6mm"``.
    k
        Factor of the local thresholds.
    r
        R, how far a local threshold may be from the page's, in parts of 255.
    step
        Pixels between the nodes of the grid; 0 is half a window, 1 computes every pixel (slow).

    References
    ----------
    Farrahi Moghaddam and Cheriet 2010, doi:10.1016/j.patcog.2009.12.024

    Examples
    --------
    >>> import numpy as np
    >>> page = np.full((40, 60), 120, np.uint8)
    >>> page[10:13, 20:40] = 90
    >>> int(AdOtsu(window=25)(page).sum())
    60
    """

    window: Window = 75
    k: float = 1.0
    r: float = 0.1
    step: int = 0

    kind: ClassVar[str] = "local"
    passes: ClassVar[int] = 0
    citation: ClassVar[Citation] = Citation(
        key="moghaddam2010",
        authors="Farrahi Moghaddam, Reza and Cheriet, Mohamed",
        title="A multi-scale framework for adaptive binarization of degraded document images",
        venue="Pattern Recognition",
        year=2010,
        doi="10.1016/j.patcog.2009.12.024",
        note="formula by way of the Doxa library",
    )

    def __post_init__(self) -> None:
        """Refuse parameters out of range."""
        checked("window", self.window)
        number("k", self.k, 0, 100)
        number("r", self.r, 0, 1)
        number("step", self.step, 0, 1 << 20, whole=True)

    def at(self, dpi: float | None) -> AdOtsu:
        """Return the method with its window in pixels."""
        return dataclasses.replace(self, window=in_pixels(self.window, dpi))

    def __call__(self, image: Any) -> Mask:
        """Binarize uint8 (H, W) gray or (H, W, 3) RGB; True is ink."""
        gray = as_gray(image)
        level = Otsu().threshold(gray)
        if level < 0:
            return np.zeros(gray.shape, bool)
        reach = 255 * self.r
        lowest, highest = math.floor(level - reach) + 1, math.ceil(level + reach) - 1
        nodes, threads = self.nodes(gray), kernels.threads()
        bits = kernels.grid_bits(gray, nodes, self._step(), lowest, highest, threads)
        return unpack(bits, gray.shape[1])

    def threshold(self, gray: Gray) -> npt.NDArray[np.int32]:
        """Return the local threshold of every pixel, int32 (H, W), however far from the page's."""
        return grid_levels(self.nodes(gray), gray.shape, self._step())

    def nodes(self, gray: Gray) -> npt.NDArray[np.float32]:
        """Return the thresholds at the nodes of the grid, whole numbers from 0 to 255."""
        shape, boxes = grid.windows(gray.shape, self._step(), in_pixels(self.window, None))
        levels = kernels.rectangle_otsu(gray, boxes, kernels.threads()).reshape(shape)
        return np.asarray(np.floor(np.minimum(self.k * levels, 255) + 0.5), np.float32)

    def _step(self) -> int:
        """Return how far the nodes are from each other."""
        return self.step or in_pixels(self.window, None) // 2
