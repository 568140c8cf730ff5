"""Canny's edges: once per page what does not depend on the thresholds, then any thresholds."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from docbin import kernels
from docbin.image import Gray, Mask
from docbin.ops.dark_edges import DarkEdges, dark_edges

Floats = npt.NDArray[np.float32]


# The strongest edge counts as at most so many times the strength that one edge pixel in a hundred
# has. On no page of the DIBCO, PHIBD and Bickley training sets is it more; on pages with a frame, a
# scratch or a colour chart among faint writing it is up to 17 times that.
_OUTLIER = 2.25


def edge_strengths(gray: Gray, sigma: float) -> Floats:
    """Return the strength of every edge pixel of a page relative to the strongest, 0 elsewhere.

    A few edges far stronger than all others do not count: one is what the strongest has, but at
    most 2.25 times what one edge pixel in a hundred reaches; those above it are 1, too. Nor do
    the edges of black around the page (`docbin.ops.dark_edges`), however many there are.

    Parameters
    ----------
    gray
        uint8 (H, W).
    sigma
        Deviation of the Gaussian that smooths first, in pixels, cut off at 4 sigma.

    Returns
    -------
    float32 (H, W), 0 to 1; a page without any edge is all 0.

    References
    ----------
    Canny 1986, doi:10.1109/TPAMI.1986.4767851
    """
    peaks: Floats = kernels.edge_peaks(gray, gaussian_taps(sigma), kernels.threads())
    page = _without(dark_edges(gray), peaks)
    found = page[page > 0]
    if found.size == 0:
        return np.minimum(peaks, np.float32(1))
    rank = found.size - 1 - found.size // 100
    one = min(found.max(), np.float32(_OUTLIER) * np.partition(found, rank)[rank])
    return np.asarray(np.minimum(peaks / one, np.float32(1)), np.float32)


def _without(around: DarkEdges | None, peaks: Floats) -> Floats:
    """Return the peaks of the page, 0 around it."""
    if around is None:
        return peaks
    page = peaks.copy()
    for rows, columns in around.rectangles():
        page[rows, columns] = 0
    return page


def gaussian_taps(sigma: float) -> Floats:
    """Return the weights of a Gaussian at the distances 0, 1, …, ⌈4 sigma⌉; they add up to 1.

    Examples
    --------
    >>> [f"{tap:.3f}" for tap in gaussian_taps(0.6)]
    ['0.664', '0.166', '0.003', '0.000']
    """
    weights = [math.exp(-0.5 * (x / sigma) ** 2) for x in range(math.ceil(4 * sigma) + 1)]
    total = weights[0] + 2 * math.fsum(weights[1:])
    return np.array([weight / total for weight in weights], np.float32)


def edges(strengths: Floats, high: float, low: float) -> Mask:
    """Return Canny's edges: those above ``low`` that hang together with one above ``high``.

    Parameters
    ----------
    strengths
        What `edge_strengths` returned.
    high, low
        Thresholds relative to the strongest edge, 0 to 1; ``low`` counts as at most ``high``.
    """
    seeds = strengths > np.float32(high)
    weak = strengths > np.float32(min(low, high))
    kept = kernels.reconstruct(weak.view(np.uint8), seeds.view(np.uint8), 8, kernels.threads())
    return np.asarray(kept).view(np.bool_)
