"""The local maximum and minimum with the settings under which comparisons quote it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from docbin.citation import Citation
from docbin.image import Gray, Mask
from docbin.methods.su import Su
from docbin.ops.parameters import number


@dataclass(frozen=True, slots=True)
class LMM:
    """Su, Lu and Tan's local maximum and minimum, with windows of two stroke widths (LMM).

    Comparisons list the method of 2010 as LMM. It is `Su` step by step: contrast of 3×3 pixels,
    Otsu's threshold of it for the edges of strokes, then ink where

        N ≥ N_min  and  gray ≤ E + S / 2

    with number, mean and deviation N, E, S of the edge pixels in the window. What differs are the
    defaults: window and N_min are two stroke widths, as in the source of the Doxa library, where
    `Su` has what scored best on training pages.

    Parameters
    ----------
    reach
        Side of the window in stroke widths.
    least
        N_min in stroke widths.

    References
    ----------
    Su, Lu and Tan 2010, doi:10.1145/1815330.1815351

    Examples
    --------
    >>> import numpy as np
    >>> page = np.full((40, 60), 220, np.uint8)
    >>> page[10:30, 20:26] = 30
    >>> int(LMM()(page).sum())
    120
    """

    reach: float = 2.0
    least: float = 2.0

    kind: ClassVar[str] = "structural"
    passes: ClassVar[int] = 0
    citation: ClassVar[Citation] = Su.citation

    def __post_init__(self) -> None:
        """Refuse parameters out of range."""
        number("reach", self.reach, 0.1, 100)
        number("least", self.least, 0, 1000)

    def __call__(self, image: Any) -> Mask:
        """Binarize uint8 (H, W) gray or (H, W, 3) RGB; True is ink."""
        return Su(reach=self.reach, least=self.least)(image)

    def edges(self, gray: Gray) -> Mask:
        """Return the pixels of high contrast, bool (H, W)."""
        return Su().edges(gray)
