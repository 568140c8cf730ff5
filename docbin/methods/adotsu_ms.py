"""Multi-scale AdOtsu."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from docbin import kernels
from docbin.citation import Citation
from docbin.image import Mask, as_gray
from docbin.methods.adotsu import AdOtsu
from docbin.ops.parameters import number
from docbin.ops.window import Window, checked, in_pixels


@dataclass(frozen=True, slots=True)
class AdOtsuMS:
    """AdOtsu from large windows to small ones (Farrahi Moghaddam and Cheriet 2010).

    The mask of the largest window is the start. Then windows of half the size, a quarter, … down
    to ``smallest`` add what they find near the ink of the scale before: within its dilation by a
    square of a quarter of that scale's window. From the second smaller scale on k is halved each
    time. Large windows find strokes without noise, small ones add the faint ends that belong to
    them. The scheme follows the Doxa library's reading of the paper. The whole page is needed.

    Parameters
    ----------
    window
        Side of the largest windows in pixels (odd; even rounds up), or a length such as ``"6mm"``.
    smallest
        Least side of the smallest windows in pixels.
    k, r
        Parameters of `docbin.methods.adotsu.AdOtsu`.

    References
    ----------
    Farrahi Moghaddam and Cheriet 2010, doi:10.1016/j.patcog.2009.12.024

    Examples
    --------
    >>> import numpy as np
    >>> page = np.full((40, 60), 120, np.uint8)
    >>> page[10:13, 20:40] = 90
    >>> int(AdOtsuMS(window=25)(page).sum())
    60
    """

    window: Window = 75
    smallest: int = 9
    k: float = 1.0
    r: float = 0.1

    kind: ClassVar[str] = "local"
    passes: ClassVar[int] = 0
    citation: ClassVar[Citation] = AdOtsu.citation

    def __post_init__(self) -> None:
        """Refuse parameters out of range."""
        checked("window", self.window)
        number("smallest", self.smallest, 3, 1 << 20, whole=True)
        number("k", self.k, 0, 100)
        number("r", self.r, 0, 1)

    def at(self, dpi: float | None) -> AdOtsuMS:
        """Return the method with its window in pixels."""
        return dataclasses.replace(self, window=in_pixels(self.window, dpi))

    def scales(self) -> list[tuple[int, float]]:
        """Return window and k of each scale, the largest first.

        Examples
        --------
        >>> AdOtsuMS().scales()
        [(75, 1.0), (37, 1.0), (18, 0.5), (9, 0.25)]
        """
        sides = [in_pixels(self.window, None)]
        while sides[-1] // 2 >= self.smallest:
            sides.append(sides[-1] // 2)
        return [(side, self.k / 2 ** max(i - 1, 0)) for i, side in enumerate(sides)]

    def __call__(self, image: Any) -> Mask:
        """Binarize uint8 (H, W) gray or (H, W, 3) RGB; True is ink."""
        gray = as_gray(image)
        (side, k), *finer = self.scales()
        found = AdOtsu(side, k, self.r)(gray)
        ink = found.copy()
        for next_side, k in finer:
            near = _dilated(found, side // 4)
            found, side = AdOtsu(next_side, k, self.r)(gray), next_side
            ink |= near & found
        return ink


def _dilated(mask: Mask, side: int) -> Mask:
    """Dilate a mask by a square, of an even side by the next odd one."""
    wide = kernels.local_maximum(mask.view(np.uint8), side // 2 * 2 + 1, kernels.threads())
    return np.asarray(wide).view(np.bool_)
