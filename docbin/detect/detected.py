"""A page on which text was looked for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from docbin.errors import DocbinError
from docbin.regions import TextRegion


@dataclass(frozen=True, slots=True, eq=False)
class DetectedPage:
    """A page with its text, or a page or file that failed with ``error``.

    Parameters
    ----------
    source, index, pages
        File, number of the page therein from 0, and how many pages the file has.
    width, height
        Of the page, in pixels; 0 where it could not be read.
    regions
        What was found, in reading order.
    pixels
        The page, uint8 (H, W) or (H, W, 3).
    error
        Why there are no regions.
    """

    source: str
    index: int = 0
    pages: int = 1
    width: int = 0
    height: int = 0
    regions: tuple[TextRegion, ...] = ()
    pixels: npt.NDArray[np.uint8] | None = None
    error: DocbinError | None = None
