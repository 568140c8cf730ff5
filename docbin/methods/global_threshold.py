"""What all global methods share: histogram, one threshold from it, mask; also in bands.

A global method is a formula over 256 counts, its ``from_histogram``. The functions here become
its other methods, by assignment in the class body; see `docbin.methods.otsu`.
"""

from __future__ import annotations

from typing import Any, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

from docbin import kernels
from docbin.image import Gray, Mask, Packed, as_gray

# How often each of the values 0 to 255 occurs, int64 (256,).
Histogram: TypeAlias = npt.NDArray[np.int64]


class Formula(Protocol):
    """A global method, seen from here."""

    def from_histogram(self, counts: Histogram) -> int:
        """Return the threshold of 256 counts of which at least two are not zero."""
        ...


def binarize(self: Formula, image: Any) -> Mask:
    """Binarize uint8 (H, W) gray or (H, W, 3) RGB; True is ink."""
    gray = as_gray(image)
    return gray <= threshold(self, gray)


def threshold(self: Formula, gray: Gray) -> int:
    """Return the threshold of a page; −1 for a page of a single value (nothing is ink)."""
    return _of_counts(self, kernels.histogram(gray, kernels.threads()))


def survey(self: Formula, block: Gray, keep: slice) -> Histogram:
    """Histogram of the rows."""
    del self
    counts: Histogram = kernels.histogram(block[keep], kernels.threads())
    return counts


def merge(self: Formula, first: Any, second: Any) -> Any:
    """Add two histograms."""
    del self
    return first + second


def packed(self: Formula, block: Gray, keep: slice, survey: Any = None) -> Packed:
    """Binarize rows by the threshold of the whole page's histogram."""
    bits: Packed = kernels.threshold_bits(block[keep], _of_counts(self, survey), kernels.threads())
    return bits


def _of_counts(formula: Formula, counts: Histogram) -> int:
    """Apply a formula; of a page of one value nothing is ink."""
    return formula.from_histogram(counts) if np.count_nonzero(counts) > 1 else -1


def split(counts: Histogram) -> tuple[Histogram, Histogram, Histogram, Histogram]:
    """Return, for every t, number and sum of the values up to t and of those above it.

    Returns
    -------
    tuple
        n₀, Σ₀, n₁, Σ₁: int64 (256,) each, exact.
    """
    below = np.cumsum(counts)
    moment = np.cumsum(counts * np.arange(256))
    return below, moment, below[-1] - below, moment[-1] - moment
