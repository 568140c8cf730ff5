"""Black borders that a scanner leaves around a page."""

from __future__ import annotations

import numpy as np

from docbin import kernels
from docbin.image import Gray, Mask
from docbin.ops.tone import middle_tone, paper_tone

# A border has at most this share of the paper's tone.
_BLACK = 0.4
# A page that is darker than this is a picture or a dark page, not a page in a border.
_MOST = 0.7


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
    threads = kernels.threads()
    limit = min(middle_tone(gray), int(_BLACK * paper_tone(gray)[0]))
    dark = (gray <= limit).view(np.uint8)
    framed = np.pad(dark, solid, constant_values=1)  # outside counts as border
    eroded = kernels.local_minimum(framed, solid, threads)
    opened = kernels.local_maximum(eroded, solid, threads)
    seed = np.zeros_like(opened)
    seed[[0, -1]] = seed[:, [0, -1]] = 1
    found = kernels.reconstruct(opened, seed, 8)
    found = np.ascontiguousarray(found[solid:-solid, solid:-solid])
    if found.mean() > _MOST or not found.any():
        return np.zeros(gray.shape, bool)
    widened = kernels.local_maximum(found, 2 * rim + 1, threads)
    return np.asarray(widened != 0)
