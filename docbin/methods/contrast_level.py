"""High contrast: where the contrast of a page is above its Otsu threshold.

`docbin.methods.isauvola`, `su`, `su2013` and `auto` find strokes by it.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from docbin import kernels
from docbin.image import Gray, Mask
from docbin.methods.otsu import Otsu
from docbin.ops.dark_edges import DarkEdges, dark_edges

Counts = npt.NDArray[np.int64]


def high_contrast(gray: Gray, contrast: Gray) -> Mask:
    """Return where ``contrast`` is above Otsu's threshold of the page in the picture, bool (H, W).

    The edge between a page and black around it has more contrast than ink, and black itself has
    contrast that is nothing but noise: from 1 to 3 gray levels it counts as 127 of 255. With faint
    ink both would set a threshold that no text reaches, so they are not counted
    (`docbin.ops.dark_edges`). Without black around the page all pixels count.

    Parameters
    ----------
    gray
        uint8 (H, W), the picture.
    contrast
        uint8 (H, W), its contrast.
    """
    return np.asarray(contrast > level_of(page_counts(contrast, dark_edges(gray))))


def page_counts(contrast: Gray, around: DarkEdges | None, top: int = 0) -> Counts:
    """Return the histogram of rows of contrast without what is around the page, int64 (256,).

    ``top`` is the row of ``around`` in which ``contrast`` begins.
    """
    counts: Counts = kernels.histogram(contrast, kernels.threads())
    if around is None:
        return counts
    boxes = around.boxes()
    boxes[:, 0::2] = np.clip(boxes[:, 0::2] - top, 0, len(contrast))
    boxes = boxes[boxes[:, 0] < boxes[:, 2]]
    outside: Counts = kernels.rectangle_histogram(contrast, boxes, kernels.threads())
    return counts - outside


def level_of(counts: Counts) -> int:
    """Return Otsu's threshold of contrasts.

    Contrast 0 is never high, not even on a page that has no other.
    """
    return Otsu().from_histogram(counts) if np.count_nonzero(counts) > 1 else 0


def least_contrast(gray: Gray, high: Mask, least: int) -> Mask:
    """Return where contrast is high, and 3×3 pixels differ by ``least`` gray levels or more."""
    if least <= 0:
        return high
    low, top = kernels.local_extremes(gray, 3, kernels.threads())
    return np.asarray(high & (top - low >= least))
