"""How wide the strokes of a page are."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from docbin import kernels
from docbin.image import Mask

# Widths up to 1600 pixels, in fifths of a pixel.
_BINS = 8005


def distances(mask: Mask) -> npt.NDArray[np.uint16]:
    """Return each ink pixel's distance to paper in fifths of a pixel, uint16 (H, W); paper is 0."""
    field: npt.NDArray[np.uint16] = kernels.chamfer(np.ascontiguousarray(mask).view(np.uint8))
    return field


def width_histogram(mask: Mask) -> npt.NDArray[np.int64]:
    """Count centre-line pixels by stroke width; index i stands for a width of i / 5 pixels."""
    counts: npt.NDArray[np.int64] = kernels.ridge_widths(distances(mask), _BINS)
    return counts[5:]


def stroke_width(mask: Mask) -> float:
    """Return the typical stroke width of a mask in pixels; 0.0 if it has no ink.

    The width is measured on the ridge of the distance transform (a stroke's centre line), so a
    long stroke counts by its length and a black border or a blot by its skeleton only. The
    result is the mean of the middle half of all ridge pixels: as robust as the median, but not
    bound to whole pixels.

    Examples
    --------
    >>> import numpy as np
    >>> page = np.zeros((20, 40), bool)
    >>> page[8:11, 2:38] = True
    >>> stroke_width(page)
    3.0
    """
    counts = width_histogram(mask)
    total = int(counts.sum())
    if total == 0:
        return 0.0
    after = np.cumsum(counts)
    before = after - counts
    low, high = total / 4, 3 * total / 4
    inside = np.clip(np.minimum(after, high) - np.maximum(before, low), 0, None)
    return float((inside * np.arange(counts.size)).sum() / inside.sum() / 5)
