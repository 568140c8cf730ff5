"""Truth files: black on white in whatever format."""

from __future__ import annotations

from typing import Any

import numpy as np

from docbin.image import Mask, as_mask
from docbin.io.blob import Source
from docbin.io.reader import read_pages


def read_mask(source: Source, *, max_pixels: int | None = None) -> Mask:
    """Read a black-on-white picture as a mask, bool (H, W): any non-zero pixel is background.

    1-bit, 8-bit, colour, palette and MinIsWhite files are understood; of a file with several
    pages the first is read.
    """
    pages = read_pages(source, max_pixels=max_pixels)
    pixels: Any = next(pages).pixels
    pages.close()  # type: ignore[attr-defined]
    if pixels.dtype == np.bool_:
        return as_mask(pixels)
    return as_mask(np.equal(pixels if pixels.ndim == 2 else pixels.max(axis=2), 0))
