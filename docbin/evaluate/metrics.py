"""Metrics of a binarized page against its truth. Ink is the positive class."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from docbin.errors import InputError
from docbin.image import Mask, as_mask


@dataclass(frozen=True, slots=True)
class Scores:
    """Scores of one page."""

    fm: float
    psnr: float


def score(mask: Mask, truth: Mask) -> Scores:
    """Score ``mask`` against ``truth``, both bool (H, W) with True for ink."""
    mask, truth = as_mask(mask), as_mask(truth)
    if mask.shape != truth.shape:
        raise InputError(f"the result is {mask.shape}, the truth {truth.shape}; sizes must agree")
    hit = int(np.count_nonzero(mask & truth))
    wrong = int(np.count_nonzero(mask ^ truth))
    ink = int(np.count_nonzero(mask)) + int(np.count_nonzero(truth))
    fm = 200.0 * hit / ink if ink else 100.0
    psnr = 10.0 * float(np.log10(mask.size / wrong)) if wrong else float("inf")
    return Scores(fm, psnr)
