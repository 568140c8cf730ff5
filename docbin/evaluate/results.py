"""Results of other programs: read as masks, or refused with what to do.

A result is black on white. Files of one bit are taken as they are; others must hold at most two
values, of which 0 is ink. ``threshold`` makes a mask of gray values, ``invert`` turns white on
black around.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from docbin.errors import InputError
from docbin.evaluate.confusion import Confusion
from docbin.image import Mask, as_gray, as_mask
from docbin.io import read_pages
from docbin.io.names import shown


def read_result(path: Path, *, invert: bool = False, threshold: int | None = None) -> Mask:
    """Read a result as a mask, True for ink.

    Parameters
    ----------
    path
        A picture in any format that docbin reads; of several pages the first counts.
    invert
        The picture is white on black.
    threshold
        Gray values up to this are ink (before inverting); None refuses gray values.

    Raises
    ------
    InputError
        If the file cannot be read or is not black and white.
    """
    pages = read_pages(path)
    pixels: Any = next(pages).pixels
    pages.close()  # type: ignore[attr-defined]
    mask = as_mask(pixels) if pixels.dtype == np.bool_ else _two_valued(path, pixels, threshold)
    return ~mask if invert else mask


def _two_valued(path: Path, pixels: npt.NDArray[np.uint8], threshold: int | None) -> Mask:
    gray = as_gray(pixels)
    if threshold is not None:
        return as_mask(gray <= threshold)
    values = np.flatnonzero(np.bincount(gray.ravel(), minlength=256))
    if values.size > 2 or (values.size == 2 and values[0] != 0):
        some = ", ".join(map(str, values[:4].tolist())) + (", …" if values.size > 4 else "")
        raise InputError(
            f"{shown(path)} is not black and white: it has the gray values {some}. To take gray "
            "values up to 127 as ink: --threshold 127"
        )
    return as_mask(gray == 0)


def refuse_inverted(path: Path, mask: Mask, truth: Mask) -> None:
    """Refuse a result that is the negative of what it should be.

    That is one with more than half of its pixels wrong whose negative has the higher FM.
    """
    if mask.shape != truth.shape:
        return
    counts = Confusion.of(mask, truth)
    negative = Confusion(tp=counts.fn, fp=counts.tn, fn=counts.tp, tn=counts.fp)
    if 2 * counts.wrong > truth.size and negative.f_beta() > counts.f_beta():
        raise InputError(
            f"{shown(path)} seems to be white on black: {100 * counts.accuracy:.1f} % of its "
            f"pixels are right, of its negative {100 * negative.accuracy:.1f} %. If so: --invert"
        )
