"""Ink as the darkest of a few clusters of colours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from docbin.citation import Citation
from docbin.image import Mask, as_rgb
from docbin.ops.clusters import Codes, Floats, color_codes, k_means, lab_of, nearest
from docbin.ops.parameters import number

# Above so many colours the centers are found on cells of 8 × 8 × 8 of them.
_EXACT = 4096


@dataclass(frozen=True, slots=True)
class KMeans:
    """The darkest of k clusters of a page's colours (k-means in CIELAB).

    The page's colours, weighted by how many pixels have each, are clustered in CIELAB, where
    distances are like those the eye sees. Every pixel belongs to the nearest center, and the ink
    is the cluster whose center has the least lightness L*. With three clusters, stains, seals or
    faint writing from the other side of the leaf get one of their own: red ink of seals is
    lighter than black ink, so it is left out. The DKDS benchmark clusters in RGB and takes the
    bluest cluster, which depends on the order of the channels.

    On a page of more than 4096 colours the centers are found on cells of 8 × 8 × 8 colours, each
    at the mean of its pixels; the pixels themselves are always compared with the centers exactly.

    Parameters
    ----------
    clusters
        Number of clusters k, from 2: ink, paper, and others.
    seed
        Of the drawn start; the same seed gives the same mask.

    References
    ----------
    Lloyd 1982, doi:10.1109/TIT.1982.1056489; as a step before binarization: DKDS,
    arXiv:2511.09117

    Examples
    --------
    >>> import numpy as np
    >>> page = np.full((20, 30, 3), (230, 220, 190), np.uint8)
    >>> page[5:8, 4:20] = (50, 45, 40)
    >>> page[12:18, 10:16] = (190, 40, 40)  # a seal
    >>> int(KMeans()(page).sum())
    48
    """

    clusters: int = 3
    seed: int = 0

    kind: ClassVar[str] = "color"
    passes: ClassVar[int] = 0
    citation: ClassVar[Citation] = Citation(
        key="lloyd1982",
        authors="Lloyd, Stuart P.",
        title="Least squares quantization in PCM",
        venue="IEEE Transactions on Information Theory",
        year=1982,
        doi="10.1109/TIT.1982.1056489",
        note="k-means; clustering of page colours as in DKDS, arXiv:2511.09117",
    )

    def __post_init__(self) -> None:
        """Refuse parameters out of range."""
        number("clusters", self.clusters, 2, 64, whole=True)
        number("seed", self.seed, 0, 2**32 - 1, whole=True)

    def __call__(self, image: Any) -> Mask:
        """Binarize uint8 (H, W) gray or (H, W, 3) RGB; True is ink."""
        pixels = color_codes(as_rgb(image))
        counts = np.bincount(pixels.ravel())
        codes = np.flatnonzero(counts)
        centers = self.centers(codes, counts[codes])
        dark = np.zeros(counts.size, bool)
        if len(centers) > 1:
            dark[codes] = nearest(lab_of(codes), centers) == 0
        return np.asarray(dark[pixels])

    def centers(self, codes: Codes, counts: Codes) -> Floats:
        """Return the centers of colours in CIELAB, the darkest first.

        Parameters
        ----------
        codes
            int64 (N,): 65536 R + 256 G + B, all different.
        counts
            int64 (N,): how many pixels have each.
        """
        points, weights = lab_of(codes), counts.astype(np.float64)
        if codes.size > _EXACT:
            points, weights = _in_cells(codes, points, weights)
        found = k_means(points, weights, self.clusters, self.seed)
        return found[np.argsort(found[:, 0], kind="stable")]


def _in_cells(codes: Codes, points: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """Return the means and weights of the points in each cell of 8 × 8 × 8 colours."""
    cells = (codes >> 19 << 10) | ((codes >> 11 & 31) << 5) | (codes >> 3 & 31)
    mass: Floats = np.asarray(np.bincount(cells, weights), np.float64)
    sums = np.stack([np.bincount(cells, weights * column) for column in points.T], axis=1)
    held = mass > 0
    return sums[held] / mass[held, None], mass[held]
