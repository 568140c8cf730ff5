"""Su, Lu and Tan's method of the local maximum and minimum."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from docbin import kernels
from docbin.citation import Citation
from docbin.image import Gray, Mask, as_gray
from docbin.methods.contrast_level import high_contrast
from docbin.ops.edge_distance import edge_distance, window_for
from docbin.ops.parameters import number


@dataclass(frozen=True, slots=True)
class Su:
    """Thresholds from the stroke edges nearby, found by local contrast (Su, Lu and Tan 2010).

    Three steps: (1) the contrast (max − min) / (max + min + ε) of 3×3 pixels, tolerant of uneven
    light, scaled to 255; (2) pixels above its Otsu threshold lie on the edges of strokes; (3) with
    the mean E and the deviation S of the edge pixels in the window around it, a pixel is ink if

        N ≥ N_min  and  gray ≤ E + S / 2,

    N being how many edge pixels there are. Window and N_min follow the stroke width, the most
    frequent distance between the two edges of a stroke (`docbin.ops.edge_distance`).

    Black around the page, as of a scanner's border, has no say in the threshold of (2)
    (`docbin.methods.contrast_level`).

    The paper's text could not be had in full; the formula follows the source of the Doxa library
    and what the paper of 2013 says of it: a window larger than the stroke width, N_min left open.
    The factors were chosen on the training pages. The Doxa library measures the stroke width
    otherwise, and takes two of them for the window and for N_min.

    Comparisons list the method as LMM (local maximum and minimum): `lmm` is that, with the windows
    that are usual there.

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
    >>> int(Su()(page).sum())
    120
    """

    reach: float = 4.0
    least: float = 4.0

    kind: ClassVar[str] = "structural"
    passes: ClassVar[int] = 0
    citation: ClassVar[Citation] = Citation(
        key="su2010",
        authors="Su, Bolan and Lu, Shijian and Tan, Chew Lim",
        title="Binarization of historical document images using the local maximum and minimum",
        venue="Proceedings of the 9th IAPR International Workshop on Document Analysis Systems",
        year=2010,
        doi="10.1145/1815330.1815351",
        kind="inproceedings",
    )

    def __post_init__(self) -> None:
        """Refuse parameters out of range."""
        number("reach", self.reach, 0.1, 100)
        number("least", self.least, 0, 1000)

    def __call__(self, image: Any) -> Mask:
        """Binarize uint8 (H, W) gray or (H, W, 3) RGB; True is ink."""
        gray = as_gray(image)
        return near_edges(gray, self.edges(gray), self.reach, self.least)

    def edges(self, gray: Gray) -> Mask:
        """Return the pixels of high contrast, bool (H, W)."""
        contrast: Gray = kernels.contrast_map(gray, 3, kernels.threads())
        return high_contrast(gray, contrast)


def near_edges(gray: Gray, edges: Mask, reach: float, least: float) -> Mask:
    """Return the pixels that are as dark as enough edge pixels around them."""
    width = edge_distance(gray, edges)
    ink = kernels.edge_threshold(
        gray,
        edges.view(np.uint8),
        window_for(width, reach),
        max(1, round(least * width)),
        kernels.threads(),
    )
    return np.asarray(ink).view(np.bool_)
