"""The weighted pseudo-F-measure F_ps and the weight maps it needs, made without any other tool."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from docbin import kernels
from docbin.errors import InputError
from docbin.evaluate.confusion import f_measure
from docbin.image import Mask

Weights = npt.NDArray[np.float32]


class Pseudo(NamedTuple):
    """Weighted recall, precision and F-measure, 0 to 1."""

    recall: float
    precision: float
    f: float


@dataclass(frozen=True, slots=True, eq=False)
class WeightMaps:
    """How much every pixel of a truth counts in F_ps; float32 (H, W) each, finite, from 0.

    Parameters
    ----------
    recall
        Weight of ink that should be found (``*_RWeights.dat`` of the competitions).
    precision
        Weight of paper taken for ink, less 1, as the official ``*_PWeights.dat`` store it.
    """

    recall: Weights
    precision: Weights

    def pseudo(self, mask: Mask, truth: Mask) -> Pseudo:
        """Return R_ps, P_ps and F_ps of a result.

        R_ps = Σ_TP R / (Σ_TP R + Σ_FN R), P_ps = Σ_TP (1 + P) / (Σ_TP (1 + P) + Σ_FP (1 + P)).
        An empty denominator gives 1 if no pixel is wrong, else 0.
        """
        found, missed, false = mask & truth, truth & ~mask, mask & ~truth
        perfect = float(not (missed.any() or false.any()))
        hit, lost = _sum(self.recall[found]), _sum(self.recall[missed])
        recall = _share(hit, hit + lost, perfect)
        right = _sum(self.precision[found]) + int(np.count_nonzero(found))
        wrong = _sum(self.precision[false]) + int(np.count_nonzero(false))
        precision = _share(right, right + wrong, perfect)
        return Pseudo(recall, precision, f_measure(precision, recall))


def weight_maps(truth: Mask) -> WeightMaps:
    """Compute the weight maps of a truth, bool (H, W) with True for ink.

    They equal the official files of DIBCO to the six decimals these give.

    References
    ----------
    K. Ntirogiannis, B. Gatos, I. Pratikakis, "Performance evaluation methodology for historical
    document image binarization", IEEE Transactions on Image Processing 22(2), 2013.
    doi:10.1109/TIP.2012.2219550

    Examples
    --------
    >>> truth = np.zeros((9, 30), bool)
    >>> truth[3:6, 4:26] = True
    >>> weight_maps(truth).recall[2:7, 15].tolist()
    [0.0, 0.0, 0.5, 0.0, 0.0]
    """
    distance, norm, paper_distance, paper_norm = kernels.pseudo_weights(np.ascontiguousarray(truth))
    return WeightMaps(
        _quotient(distance, norm), np.minimum(_quotient(paper_distance, paper_norm), np.float32(2))
    )


def check_maps(maps: WeightMaps, truth: Mask) -> None:
    """Refuse maps of another page's size."""
    for kind, weights in (("recall", maps.recall), ("precision", maps.precision)):
        if weights.shape != truth.shape:
            raise InputError(
                f"the {kind} weights have shape {weights.shape}, the truth {truth.shape}; give "
                "the maps of this very truth"
            )


def _quotient(above: npt.NDArray[np.uint8], below: npt.NDArray[np.unsignedinteger]) -> Weights:
    # Most of a page has no distance: dividing there only would cost more than dividing all.
    floor = np.maximum(below, 1).astype(np.float32)
    quotient: Weights = np.divide(above, floor, dtype=np.float32)
    quotient *= below != 0
    return quotient


def _sum(weights: Weights) -> float:
    return float(weights.sum(dtype=np.float64))


def _share(part: float, whole: float, empty: float) -> float:
    return part / whole if whole else empty
