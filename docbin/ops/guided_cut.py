"""A network finds the ink, a minimum cut draws it.

A network of few bits says well what is ink and less well where a stroke ends; the edges of the page
say that. So the labels of least Laplacian energy are found as Howe does, but only near what the
network takes for ink, and its log-odds are part of the energy:

    E(B) = Σ (−(∇²I + trust · l) where ink, ∇²I + trust · l where paper)
           + c · (neighbours of different labels that no edge divides)

with l = ln(p / (1 − p)), clipped to ±ln 1000; as with Howe ink costs more where a pixel outshines
its surroundings. Far from the network's ink all is paper, so that no stain comes back. c and the
threshold of the edges are chosen by stability, as Howe does, on a sample of the page. The energy is
one of gray levels, and ink in a deep shadow differs less from its paper than that in the light: so
I is the page with the shadows on its paper, which is what the network calls so, made light.

References
----------
Howe 2013, doi:10.1007/s10032-012-0192-x; minimum cut: Boykov and Kolmogorov 2004,
doi:10.1109/TPAMI.2004.60
"""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import numpy.typing as npt

from docbin import kernels
from docbin.image import Gray, Mask, unpack
from docbin.ops.backdrop import backdrop, evened
from docbin.ops.laplacian import Ints, LaplacianEnergy
from docbin.ops.stable_cut import CANDIDATES, most_stable

# What one unit of log-odds weighs against a second difference of two gray levels.
TRUST = 10
# Ink can be within two pixels of where the network gives it this probability.
_LIKELY = math.log(0.2 / 0.8)
_REACH = 5
_SUREST = math.log(1000)
# What is paper for sure, as odds of ink; its shade is looked at in windows of so many blocks.
_PAPER = -2
_BLOCK, _WINDOW = 4, 25
# What paper that nothing can make ink costs as ink.
_NEVER = -500
# Howe's: smoothing before the edges, their low threshold, window and cost of what outshines.
_SIGMA, _LOW, _RADIUS, _PHI = 0.6, 0.1, 20, 500
# Pixels that the choice looks at.
_SAMPLE = 300_000
# A page is cut in bands of so many rows, each seen with so many more above and below.
BAND, MARGIN = 1024, 32


def guided_cut(gray: Gray, odds: npt.NDArray[np.float32]) -> Mask:
    """Return the mask of least energy near what is likely to be ink.

    Parameters
    ----------
    gray
        uint8 (H, W).
    odds
        float32 (H, W): log-odds of ink.

    Returns
    -------
    Mask
        bool (H, W), True is ink. Pages of more than `BAND` rows are cut in bands that overlap, so
        that the cut's own memory does not grow with the page; the result does not depend on the
        threads.

    Examples
    --------
    >>> page = np.full((60, 80), 220, np.uint8)
    >>> page[20:30, 10:60] = 40
    >>> odds = np.where(page < 100, 3, -3).astype(np.float32)
    >>> int(guided_cut(page, odds).sum())
    500
    """
    threads = kernels.threads()
    near = kernels.local_maximum((odds >= _LIKELY).astype(np.uint8), _REACH, threads) > 0
    if not near.any():
        return np.zeros(gray.shape, bool)
    energy = LaplacianEnergy.of(_lit(gray, odds), sigma=_SIGMA, radius=_RADIUS, phi=_PHI)
    energy = energy._replace(terminal=_guided(energy.terminal, odds, near))
    choice = most_stable(energy.sample(_SAMPLE, near), *CANDIDATES["quick"], _LOW)
    mask = np.empty(gray.shape, bool)

    def cut(top: int) -> None:
        above = min(top, MARGIN)
        part = energy.rows(slice(top - above, top + BAND + MARGIN))
        bits = part.masks(choice.high, _LOW, (choice.cost,))[0]
        mask[top : top + BAND] = unpack(bits, gray.shape[1])[above : above + BAND]

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(cut, range(0, len(gray), BAND)))
    return mask


def _lit(gray: Gray, odds: npt.NDArray[np.float32]) -> Gray:
    """Return the page with all its paper as light as the lightest tenth of it, at least."""
    shade = backdrop(gray, odds > _PAPER, _WINDOW, _BLOCK)
    light = max(1.0, float(np.percentile(shade, 90)))
    return evened(gray, (np.minimum(shade, light) * (255 / light)).astype(np.float32), _BLOCK)


def _guided(terminal: Ints, odds: npt.NDArray[np.float32], near: Mask) -> Ints:
    """Return what it costs more to call a pixel paper than ink, with what the network says."""
    trusted = np.rint(np.clip(odds, -_SUREST, _SUREST) * np.float32(TRUST)).astype(np.int32)
    return np.asarray(np.where(near, terminal + trusted, np.int32(_NEVER)), np.int32)
