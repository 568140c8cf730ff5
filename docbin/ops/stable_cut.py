"""Masks of least energy whose two parameters are chosen by stability.

References
----------
Howe 2013, doi:10.1007/s10032-012-0192-x
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np

from docbin import kernels
from docbin.image import Packed
from docbin.ops.laplacian import LaplacianEnergy
from docbin.ops.stability import changes, deepest_valley


def _hundredths(percents: range) -> tuple[float, ...]:
    return tuple(percent / 100 for percent in percents)


# Candidates of cost and high threshold: those of the paper, and a coarser set of its middle.
CANDIDATES: dict[str, tuple[tuple[int, ...], tuple[float, ...]]] = {
    "full": (tuple(round(20 * 2 ** (i / 4)) for i in range(33)), _hundredths(range(15, 66, 5))),
    "quick": (tuple(round(40 * 2 ** (i / 2)) for i in range(11)), _hundredths(range(20, 61, 10))),
}

# A cut works with about 50 bytes per pixel; several run at once as long as they stay below this.
_ROOM = 1 << 31
_BYTES_PER_PIXEL = 50


class StableCut(NamedTuple):
    """The cost of neighbours that differ, the high threshold of the edges, and the packed mask."""

    cost: int
    high: float
    mask: Packed


def most_stable(
    energy: LaplacianEnergy, costs: tuple[int, ...], highs: Sequence[float], low: float
) -> StableCut:
    """Return the candidates whose mask changes least.

    For every threshold of the edges the cost in the deepest valley between two peaks of the change
    from one cost to the next (Algorithm 1 of the paper); of the masks so found, the first of the
    two consecutive ones that differ least (Algorithm 2).

    Parameters
    ----------
    energy
        Of a page, or of a sample of it.
    costs
        Candidates, positive and rising.
    highs
        Candidates, rising, 0 to 1.
    low
        Low threshold of the edges.
    """

    def best(high: float) -> StableCut:
        masks = energy.masks(high, low, costs)
        i = deepest_valley(changes(masks))
        return StableCut(costs[i], high, masks[i])

    room = _ROOM // (_BYTES_PER_PIXEL * energy.gray.size) or 1
    with ThreadPoolExecutor(min(kernels.threads(), len(highs), room)) as pool:
        found = list(pool.map(best, highs))
    steps = changes([each.mask for each in found])
    return found[int(np.argmin(steps)) if steps.size else 0]
