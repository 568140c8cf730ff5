"""Ink that ends where the page has an edge.

A network of few bits finds strokes well and draws them a little thin. The page says where a stroke
ends: a pixel that is an edge by Canny's detector is ink if the darker side of it is, and no border
goes over an edge (`docbin.kernels.snap_edges`). That moves borders by one pixel at most, so nothing
comes and nothing goes elsewhere. Strokes that are
hardly two pixels wide are all border: a pixel more on each side would double them.
"""

from __future__ import annotations

import math

import numpy as np

from docbin import kernels
from docbin.image import Gray, Mask
from docbin.ops.edges import gaussian_taps

# Strokes thinner than this in the mean, in pixels, stay as they are.
THINNEST = 2.2
# Deviation of the Gaussian that smooths first, and how far apart the gray levels on both sides of
# an edge pixel are at least.
_SIGMA, _LEAST = 0.6, 10.0


def snapped(gray: Gray, ink: Mask) -> Mask:
    """Return ink with its border moved to the page's edges, where one is beside it.

    Parameters
    ----------
    gray
        uint8 (H, W).
    ink
        bool (H, W), True is ink.

    Returns
    -------
    Mask
        bool (H, W); no pixel differs but beside a border of the ink.

    References
    ----------
    Canny 1986, doi:10.1109/TPAMI.1986.4767851

    Examples
    --------
    >>> page = np.full((9, 12), 220, np.uint8)
    >>> page[2:7, 3:9] = 40
    >>> page[2, 3:9] = 90
    >>> bool(snapped(page, page < 60)[2, 4:8].all())
    True
    """
    given = np.ascontiguousarray(ink).view(np.uint8)
    taps = gaussian_taps(_SIGMA)
    drawn = kernels.snap_edges(gray, given, taps, _LEAST, kernels.threads())
    return np.asarray(drawn).view(np.bool_)


def mean_width(ink: Mask) -> float:
    """Return the mean width of strokes in pixels: twice their area for each length of border.

    Sides of pixels make a border longer than it is, in the mean over all directions by 4 / π. What
    `docbin.ops.stroke.stroke_width` gives is typical of a page instead; this counts its hairlines
    too, in a tenth of the time.

    Examples
    --------
    >>> mean_width(np.zeros((5, 5), bool))
    0.0
    >>> page = np.zeros((40, 400), bool)
    >>> page[10:15, 10:390] = True
    >>> round(mean_width(page), 1)
    6.3
    """
    sides = np.count_nonzero(ink[:, 1:] != ink[:, :-1]) + np.count_nonzero(ink[1:] != ink[:-1])
    return 2 * int(np.count_nonzero(ink)) / (int(sides) * math.pi / 4) if sides else 0.0
