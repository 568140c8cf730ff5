"""ISauvola for pages too large to be held: in bands of rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from docbin import kernels
from docbin.image import Gray, Mask, Packed, as_gray, pack
from docbin.methods.contrast_level import Counts, least_contrast, level_of, page_counts
from docbin.methods.sauvola import Sauvola
from docbin.ops.dark_edges import dark_edges
from docbin.ops.parameters import number


@dataclass(frozen=True, slots=True)
class ISauvolaBands:
    """Sauvola's ink where the page has contrast, told from a band of rows and those around it.

    The first pass counts the contrast of 3×3 pixels; Otsu's threshold of that is the page's, as in
    `docbin.methods.isauvola.ISauvola`. In the second, ink stays that is joined to high contrast
    within its band or ``reach`` rows around it. That is ISauvola but for ink which meets high
    contrast only farther away, above or below; such ink goes.

    Parameters
    ----------
    window, k, least
        As in `docbin.methods.isauvola.ISauvola`, the window in pixels.
    reach
        Rows above and below a band in which contrast is looked for.
    around
        Lightest tone of black around the page, which the count of contrasts leaves out: what of it
        touches the page's edge within a band and ``reach`` rows around it. −1: there is none.

    Examples
    --------
    >>> import numpy as np
    >>> page = np.full((40, 60), 220, np.uint8)
    >>> page[10:13, 20:40] = 30
    >>> int(ISauvolaBands()(page).sum())
    60
    """

    window: int = 25
    k: float = 0.1
    least: int = 0
    reach: int = 128
    around: int = -1

    passes: ClassVar[int] = 2

    def __post_init__(self) -> None:
        """Refuse parameters out of range."""
        number("window", self.window, 1, whole=True)
        number("k", self.k)
        number("least", self.least, 0, 256, whole=True)
        number("reach", self.reach, 0, 1 << 20, whole=True)
        number("around", self.around, -1, 255, whole=True)

    @property
    def halo(self) -> int:
        """Rows needed above and below a row."""
        return self.window // 2 + self.reach

    def __call__(self, image: Any) -> Mask:
        """Binarize uint8 (H, W) gray or (H, W, 3) RGB; True is ink."""
        gray = as_gray(image)
        return self._kept(gray, level_of(self.survey(gray, slice(0, len(gray)))))

    def survey(self, block: Gray, keep: slice) -> Counts:
        """Count the contrasts of the rows ``keep``, int64 (256,)."""
        top = max(0, keep.start - 1)
        contrast = kernels.contrast_map(block[top : keep.stop + 1], 3, kernels.threads())
        rows = contrast[keep.start - top : keep.stop - top]
        if self.around < 0:
            return page_counts(rows, None)
        # Rows beyond those to keep are there unless the page ends.
        sides = (keep.start == 0, keep.stop == len(block), True, True)
        return page_counts(rows, dark_edges(block, self.around, sides), keep.start)

    def merge(self, first: Any, second: Any) -> Any:
        """Add the counts of two sets of rows."""
        return first + second

    def packed(self, block: Gray, keep: slice, survey: Any = None) -> Packed:
        """Binarize the rows ``keep`` of a block: bits, MSB first, 1 = ink."""
        return pack(self._kept(block, level_of(survey))[keep])

    def _kept(self, gray: Gray, level: int) -> Mask:
        threads = kernels.threads()
        high = least_contrast(gray, kernels.contrast_map(gray, 3, threads) > level, self.least)
        ink = Sauvola(self.window, self.k)(gray)
        kept = kernels.reconstruct(ink.view(np.uint8), high.view(np.uint8), 8, threads)
        mask: Mask = np.asarray(kept).view(np.bool_)
        return mask
