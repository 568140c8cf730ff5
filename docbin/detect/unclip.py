"""How far a region of the probability map grows to be that of the text.

Networks of the kind of DB learn polygons that are shrunk by D = A (1 − r²) / L (A area, L
perimeter, r = 0.4), so that neighbours come apart. What is found is grown again: by a share of its
own A' / L', as published, or by the D of the polygon that it becomes.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from docbin.errors import UsageError
from docbin.ops.parameters import number

Floats = npt.NDArray[np.float64]

INVERSE = "inverse"
LARGEST_RATIO = 10.0
# Area of a rectangle's offset: A' + L' D + k D²; of other convex polygons π to 4.
_CORNERS = 4.0


def check(unclip: float | str, shrink: float) -> None:
    """Refuse a ratio or a shrinking that there is not."""
    if unclip != INVERSE:
        if isinstance(unclip, str):
            raise UsageError(f"unclip is {unclip!r}; give '{INVERSE}', or a ratio such as 1.5")
        number("unclip", unclip, 0, LARGEST_RATIO)
    number("shrink", shrink, 0.01, 0.99)


def distances(
    areas: Floats,
    perimeters: Floats,
    unclip: float | str,
    *,
    shrink: float = 0.4,
) -> Floats:
    """Return how far each region grows on all sides, float64 (N,), in the unit of the perimeters.

    With a ratio r', D = A' r' / L'. With ``"inverse"`` D solves D · L = A (1 − r²) for the grown
    region's A = A' + L' D + 4 D² and L = L' + 8 D, that is

        4 (1 + r²) D² + r² L' D − (1 − r²) A' = 0,

    the exact inverse of the shrinking of a rectangle: small and large, long and square regions
    each get their own share, 1.45 A' / L' for a square and up to 5.25 for a long line.

    Parameters
    ----------
    areas, perimeters
        Of the regions, float64 (N,).
    unclip
        r' or ``"inverse"``.
    shrink
        r of the labels that the network learnt from.

    References
    ----------
    Liao et al. 2020, Real-time Scene Text Detection with Differentiable Binarization,
    doi:10.1609/aaai.v34i07.6812

    Examples
    --------
    >>> distances(np.array([58.0**2]), np.array([4 * 58.0]), "inverse").round(6).tolist()
    [21.0]
    """
    if unclip != INVERSE:
        ratio: Floats = areas * float(unclip) / perimeters
        return ratio
    kept = shrink * shrink
    square, middle = _CORNERS * (1 + kept), kept * perimeters
    root: Floats = np.sqrt(middle * middle + 4 * square * (1 - kept) * areas)
    return (root - middle) / (2 * square)
