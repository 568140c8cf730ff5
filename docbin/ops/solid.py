"""Dark areas larger than a local method's window, which it leaves hollow."""

from __future__ import annotations

import numpy as np

from docbin import kernels
from docbin.image import Gray, Mask


def fill_hollow(mask: Mask, gray: Gray, least: int = 1) -> Mask:
    """Return ``mask`` with those areas of paper filled that are as dark as ink.

    A window inside a large dark area sees nothing but dark, so a local threshold keeps only the
    area's rim. What the rim surrounds is a 4-connected component of paper whose mean gray is on
    ink's side of the middle between the page's mean ink and mean paper: it becomes ink. A shadow
    has no rim, hence belongs to the large component of paper and stays as it is.

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
    middle = (dark / inked + (total - dark) / (mask.size - inked)) / 2
    labels, boxes = kernels.components((~mask).view(np.uint8), 4)
    if len(boxes) < 2:
        return mask
    flat = labels.ravel()
    sizes = np.bincount(flat, minlength=len(boxes) + 1)
    sums = np.bincount(flat, weights=gray.ravel(), minlength=len(boxes) + 1)
    hollow = sums < middle * sizes
    hollow &= sizes >= least
    hollow[0] = False
    if not hollow.any():
        return mask
    filled: Mask = mask | hollow[labels]
    return filled
