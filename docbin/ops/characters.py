"""How tall the characters of a page are."""

from __future__ import annotations

import numpy as np

from docbin import kernels
from docbin.image import Mask


def character_height(mask: Mask) -> float:
    """Return the typical height of a page's characters in pixels; 0.0 if it has no ink.

    The median height of 8-connected components, each counted by its height, so that specks weigh
    little; those taller than a quarter of the page or wider than ten times their height are
    frames and rules, not characters.

    Examples
    --------
    >>> page = np.zeros((100, 60), bool)
    >>> page[10:22, 5:9] = page[40:52, 5:20] = page[60, 30] = True
    >>> character_height(page)
    12.0
    """
    boxes = kernels.component_boxes(np.ascontiguousarray(mask).view(np.uint8), 8)
    heights, widths = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    likely = (heights <= mask.shape[0] / 4) & (widths <= 10 * heights)
    heights = np.sort(heights[likely] if likely.any() else heights)
    if heights.size == 0:
        return 0.0
    total = np.cumsum(heights)
    return float(heights[np.searchsorted(total, total[-1] / 2)])
