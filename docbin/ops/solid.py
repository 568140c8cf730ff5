"""Dark areas larger than a local method's window, which it leaves hollow."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from docbin import kernels
from docbin.image import Gray, Mask


def fill_hollow(mask: Mask, gray: Gray, least: int = 1) -> Mask:
    """Return ``mask`` with those areas of paper filled that are as dark as ink.

    A window inside a large dark area sees nothing but dark, so a local threshold keeps only the
    area's rim. What the rim surrounds is a 4-connected component of paper that is as dark as the
    ink around it: its mean gray is on ink's side of the middle between the page's mean ink and
    mean paper, and exceeds that of the ink that it touches by no more than an eighth of their
    difference. Such a component becomes ink. A shadow has no rim, and what is inside a ring of
    ink on shaded paper is lighter than the ring: both stay.

    Parameters
    ----------
    mask
        bool (H, W), True is ink.
    gray
        uint8 (H, W), the page.
    least
        Fewest pixels of an area that is filled; with a window of side w, smaller ones than about
        w² / 4 are no work of the window.

    Examples
    --------
    >>> import numpy as np
    >>> page = np.full((9, 9), 200, np.uint8)
    >>> page[2:7, 2:7] = 20
    >>> rim = page == 20
    >>> rim[3:6, 3:6] = False
    >>> int(fill_hollow(rim, page).sum())
    25
    """
    inked = int(np.count_nonzero(mask))
    if inked in (0, mask.size):
        return mask
    dark = int(gray[mask].sum(dtype=np.int64))
    total = int(gray.sum(dtype=np.int64))
    ink, paper = dark / inked, (total - dark) / (mask.size - inked)
    labels, boxes = kernels.components((~mask).view(np.uint8), 4)
    sizes = np.bincount(labels.ravel(), minlength=len(boxes) + 1)
    sums = np.bincount(labels.ravel(), weights=gray.ravel(), minlength=len(boxes) + 1)
    hollow = (sums < (ink + paper) / 2 * sizes) & (sizes >= least)
    hollow[0] = False
    if not hollow.any():
        return mask
    touched, rims = _rims(labels, gray, len(boxes) + 1)
    hollow &= sums / np.maximum(sizes, 1) <= rims / np.maximum(touched, 1) + (paper - ink) / 8
    filled: Mask = mask | hollow[labels]
    return filled


def _rims(
    labels: npt.NDArray[np.int32], gray: Gray, count: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """Return for every component how many ink pixels it touches, and the sum of their gray.

    A pixel counts as often as it is touched.
    """
    touched, rims = np.zeros(count, np.int64), np.zeros(count)
    whole, first, second = slice(None), slice(None, -1), slice(1, None)
    for here, there in (
        ((first, whole), (second, whole)),
        ((second, whole), (first, whole)),
        ((whole, first), (whole, second)),
        ((whole, second), (whole, first)),
    ):
        ink = (labels[here] == 0) & (labels[there] > 0)
        found = labels[there][ink]
        touched += np.bincount(found, minlength=count)
        rims += np.bincount(found, weights=gray[here][ink], minlength=count)
    return touched, rims
