"""Black borders that a scanner leaves around a page."""

from __future__ import annotations

import numpy as np

from docbin import kernels
from docbin.image import Gray, Mask
from docbin.ops.tone import light_tone_of, middle_of

# A border has at most this share of the paper's tone.
DARKEST_SHARE = 0.4
# A page of which more than this is border is a picture or a dark page, not a page in a border.
MOST = 0.7
# Edges of a picture that are edges of the page: top, bottom, left, right.
Sides = tuple[bool, bool, bool, bool]
ALL_SIDES = (True, True, True, True)


def border(gray: Gray, solid: int, rim: int) -> Mask:
    """Return where a page has a black border, bool (H, W).

    A border is black, touches the edge of the picture, and a square of ``solid`` pixels fits
    into it wherever it is: morphological opening takes letters and rules away, reconstruction
    from the edge keeps what hangs together with it.

    Parameters
    ----------
    gray
        uint8 (H, W); about 100 dpi are enough.
    solid
        Side of the square, in pixels, odd; wider than the strokes of letters.
    rim
        By how many pixels the border is widened, to take its soft edge along.

    Examples
    --------
    >>> page = np.full((60, 80), 220, np.uint8)
    >>> page[:, :9] = 10  # a border
    >>> page[20:23, 30:60] = 30  # text
    >>> border(page, 5, 1).sum(axis=0)[7:12].tolist()
    [60, 60, 60, 0, 0]
    """
    found = solid_from_edges(gray <= tone_of_border(gray), solid)
    if found.mean() > MOST or not found.any():
        return np.zeros(gray.shape, bool)
    widened = kernels.local_maximum(found.view(np.uint8), 2 * rim + 1, kernels.threads())
    return np.asarray(widened != 0)


def tone_of_border(gray: Gray) -> int:
    """Return the lightest tone that a border of this page may have."""
    counts = kernels.histogram(gray, 1)
    middle = middle_of(counts)
    return min(middle, int(DARKEST_SHARE * light_tone_of(counts, middle)))


def solid_from_edges(dark: Mask, solid: int, sides: Sides = ALL_SIDES) -> Mask:
    """Return what of ``dark`` touches an edge and holds squares of ``solid`` pixels, bool (H, W).

    Beyond the edges named by ``sides`` everything counts as dark.
    """
    threads = kernels.threads() if dark.size > 1 << 20 else 1
    top, bottom, left, right = (solid * side for side in sides)
    height, width = dark.shape
    framed = np.ones((height + top + bottom, width + left + right), np.uint8)
    inside = slice(top, top + height), slice(left, left + width)
    framed[inside] = dark
    eroded = kernels.local_minimum(framed, solid, threads)
    opened = kernels.local_maximum(eroded, solid, threads)
    framed[:] = 1
    framed[inside] = 0
    found = kernels.reconstruct(opened, framed, 8)[inside]
    return np.ascontiguousarray(found).view(np.bool_)
