"""Metrics of a binarized page against its truth. Ink is the positive class."""

from __future__ import annotations

from typing import Literal

import numpy as np

from docbin import kernels
from docbin.errors import InputError, UsageError
from docbin.evaluate.confusion import Confusion, f_measure
from docbin.evaluate.scores import Scores
from docbin.evaluate.weight_cache import IN_MEMORY
from docbin.evaluate.weights import WeightMaps, check_maps
from docbin.image import Mask, as_mask

# 5x5 weights 1/√(dx²+dy²) of the classes that `kernels.drd_counts` counts, normalised to sum 1.
_SQUARES = np.array([1, 2, 4, 5, 8])
_MEMBERS = np.array([4, 4, 4, 8, 4])
_DRD_WEIGHTS = 1 / np.sqrt(_SQUARES) / (_MEMBERS / np.sqrt(_SQUARES)).sum()


def score(
    mask: Mask, truth: Mask, *, weights: WeightMaps | Literal["own"] | None = "own"
) -> Scores:
    """Score ``mask`` against ``truth``, both bool (H, W) with True for ink.

    Parameters
    ----------
    mask
        The result.
    truth
        What is ink in truth.
    weights
        The weight maps of F_ps: ``"own"`` computes them from the truth (and keeps the latest in
        memory), a `WeightMaps` is used as it is, None leaves F_ps out, which saves time.

    Returns
    -------
    Scores
        Every metric; `Scores.notes` says where a formula left a value open.

    Raises
    ------
    InputError
        If a mask is not bool (H, W), has no pixels, or the sizes differ.

    Examples
    --------
    >>> truth = np.zeros((9, 30), bool)
    >>> truth[3:6, 4:26] = True
    >>> mask = truth.copy()
    >>> mask[:, 15:] = False
    >>> round(score(mask, truth).fm, 2)
    66.67
    """
    mask, truth = same_size(mask, truth)
    counts = Confusion.of(mask, truth)
    skeleton_recall = recall_on(kernels.thin_guo_hall(truth), mask, counts)
    fm = 100 * counts.f_beta()
    pfm = 100 * f_measure(counts.precision, skeleton_recall)
    distortion = drd(mask, truth)
    return Scores(
        fm=fm,
        pfm_skeleton=pfm,
        pfm_weighted=_weighted(mask, truth, weights),
        psnr=counts.psnr,
        drd=distortion,
        nrm=counts.nrm,
        mcc=counts.mcc,
        accuracy=100 * counts.accuracy,
        mpm=mpm(mask, truth, counts),
        precision=100 * counts.precision,
        recall=100 * counts.recall,
        avg_score=(fm + pfm + counts.psnr + 100 - distortion) / 4,
        notes=_notes(counts, truth),
    )


def _weighted(mask: Mask, truth: Mask, weights: WeightMaps | Literal["own"] | None) -> float | None:
    """Return F_ps in percent, or None where it is left out."""
    if weights is None:
        return None
    if isinstance(weights, str):
        if weights != "own":
            raise UsageError(f"weights is '{weights}'; give 'own', a WeightMaps or None")
        weights = IN_MEMORY.maps(truth)
    check_maps(weights, truth)
    return 100 * weights.pseudo(mask, truth).f


def _notes(counts: Confusion, truth: Mask) -> tuple[str, ...]:
    """Say where a formula leaves a value open, and what was taken."""
    notes = []
    if not counts.wrong:
        notes.append("a perfect match: PSNR and the average score are infinite")
    if not counts.tp + counts.fn:
        notes.append("the truth is blank: recall is 1 if nothing is wrong, else 0; MPM is FP/2WH")
    if not counts.tp + counts.fp:
        notes.append("the result is blank: precision is 1 if nothing is wrong, else 0")
    if not int(kernels.mixed_blocks(truth)):
        notes.append("the truth has no mixed 8x8 block: DRD is divided by 1")
    return tuple(notes)


def same_size(mask: Mask, truth: Mask) -> tuple[Mask, Mask]:
    """Check two masks and return them C-contiguous."""
    mask, truth = as_mask(mask), as_mask(truth)
    if mask.shape != truth.shape:
        raise InputError(
            f"the result is {mask.shape[1]} x {mask.shape[0]} pixels, the truth "
            f"{truth.shape[1]} x {truth.shape[0]}; a page can only be scored at the size of its "
            "truth"
        )
    if not truth.size:
        raise InputError(f"masks without pixels cannot be scored, shape {truth.shape}")
    return np.ascontiguousarray(mask), np.ascontiguousarray(truth)


def recall_on(skeleton: Mask, mask: Mask, counts: Confusion) -> float:
    """Return the share of ``skeleton`` that ``mask`` covers (open cases as in `Confusion`)."""
    return counts.share(float(np.count_nonzero(skeleton & mask)), float(np.count_nonzero(skeleton)))


def drd(mask: Mask, truth: Mask) -> float:
    """Return the distance reciprocal distortion Σ_k DRD_k / NUBN (Lu, Kot and Shi 2004).

    A truth without a mixed 8x8 block counts as having one.
    """
    distortion = float(kernels.drd_counts(mask, truth) @ _DRD_WEIGHTS)
    return distortion / max(1, int(kernels.mixed_blocks(truth)))


def mpm(mask: Mask, truth: Mask, counts: Confusion) -> float:
    """Return the misclassification penalty ½ (Σ_FN d / D + Σ_FP d / D).

    d is the Euclidean distance to the truth's contour, D its sum over all pixels. A blank truth
    has no contour; then every pixel counts as equally far, which leaves ½ FP / (W H).
    """
    missed, false, total = kernels.contour_sums(mask, truth)
    if not total:
        return counts.wrong / truth.size / 2
    return float(missed + false) / float(total) / 2
