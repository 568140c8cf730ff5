"""Specks: small pieces of ink that stand alone."""

from __future__ import annotations

import numpy as np

from docbin import kernels
from docbin.image import Mask


def without_specks(mask: Mask, size: int, distance: int) -> Mask:
    """Return a mask without small 8-connected pieces of ink far from larger ones.

    Pieces near a larger one stay: dots of letters, punctuation, broken strokes.

    Parameters
    ----------
    mask
        bool (H, W), True is ink.
    size
        A piece is small if neither its width nor its height is more than this, in pixels.
    distance
        It is far if there is no pixel of a piece that is not small within so many pixels, in
        rows and in columns.

    Examples
    --------
    >>> page = np.zeros((30, 40), bool)
    >>> page[5:25, 10:14] = True  # a stroke
    >>> page[3, 12] = page[15, 30] = True  # its dot, and a speck
    >>> cleaned = without_specks(page, size=2, distance=4)
    >>> bool(cleaned[3, 12]), bool(cleaned[15, 30])
    (True, False)
    """
    labels, boxes = kernels.components(np.ascontiguousarray(mask).view(np.uint8), 8)
    heights, widths = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    small = np.concatenate([[False], (heights <= size) & (widths <= size)])
    if not small.any():
        return mask.copy()
    pieces = small[labels]
    large = (mask & ~pieces).view(np.uint8)
    near = kernels.local_maximum(large, 2 * distance + 1, kernels.threads())
    kept = np.zeros(len(small), bool)
    kept[labels[pieces & (near != 0)]] = True
    kept |= ~small
    kept[0] = False
    result: Mask = kept[labels]
    return result
