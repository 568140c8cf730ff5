"""How wide strokes are, measured between their two edges."""

from __future__ import annotations

import numpy as np

from docbin import kernels
from docbin.image import Gray, Mask

# Distances up to 1000 pixels, in halves.
_BINS = 2001


def edge_distance(gray: Gray, edges: Mask) -> int:
    """Return the most frequent distance between the two edges of a stroke, in pixels; 0: none.

    Along every row, a run of edge pixels where the page darkens is paired with the next run if the
    page brightens there; the distance is that of their middles. Distances in half pixels count for
    both whole numbers beside them; of equal counts the smallest distance wins.

    Algorithm 1 of Su, Lu and Tan 2013 pairs the edges where the page darkens with each other,
    which as printed measures from stroke to stroke; the text says that the stroke's width is
    meant, and that is what is measured here.

    References
    ----------
    Su, Lu and Tan 2013, doi:10.1109/TIP.2012.2231089

    Examples
    --------
    >>> page = np.full((9, 30), 200, np.uint8)
    >>> page[:, 10:16] = 20
    >>> edges = np.zeros(page.shape, bool)
    >>> edges[:, [9, 10, 15, 16]] = True
    >>> edge_distance(page, edges)
    6
    """
    marks = np.ascontiguousarray(edges).view(np.uint8)
    halves = kernels.edge_pairs(gray, marks, _BINS, kernels.threads())
    whole = 2 * halves[0::2].astype(np.int64)
    whole[1:] += halves[1::2]
    whole[:-1] += halves[1::2]
    # Distance 0 is no stroke.
    whole[0] = 0
    return int(np.argmax(whole))


def window_for(distance: int, reach: float) -> int:
    """Return the odd side of a window of ``reach`` stroke widths, from 3 to 2001."""
    return min(2001, max(3, round(reach * distance) // 2 * 2 + 1))
