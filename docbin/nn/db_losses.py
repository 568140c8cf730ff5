"""The losses of differentiable binarization [1]_, on logits of the probability map.

L = α · L_P + L_B + β · L_T: cross entropy of the probability map P with hard negatives, dice of
the approximate binary map B = 1 / (1 + exp(−k (P − T))), and the mean absolute error of the
threshold map T around the texts. α = 5 and β = 10 as in the released configuration.

References
----------
.. [1] Liao et al., "Real-time scene text detection with differentiable binarization", AAAI 2020.
       doi:10.1609/aaai.v34i07.6812
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from docbin.nn.data.text_batches import TextBatch

K = 50.0
# So little is added to sums that may be 0.
_TINY = 1e-6


@dataclass(frozen=True, slots=True)
class DbLossConfig:
    """Weights of the terms.

    Parameters
    ----------
    probability, binary, threshold
        Of the cross entropy of P (α), of the dice of B, of the error of T (β).
    negatives
        How many pixels of background count for each of text: those of the highest loss.
    """

    probability: float = 5.0
    binary: float = 1.0
    threshold: float = 10.0
    negatives: float = 3.0

    def __post_init__(self) -> None:
        for name in ("probability", "binary", "threshold", "negatives"):
            if not 0 <= getattr(self, name) < math.inf:
                raise ValueError(f"{name} is {getattr(self, name)}; give 0 or more")


def approximate_binary(probability: Tensor, threshold: Tensor, k: float = K) -> Tensor:
    """Return B = 1 / (1 + exp(−k (P − T))); its derivative in P is k B (1 − B)."""
    return torch.sigmoid(k * (probability - threshold))


def hard_cross_entropy(logit: Tensor, truth: Tensor, care: Tensor, negatives: float) -> Tensor:
    """Return the mean cross entropy of all text and of the hardest background.

    Parameters
    ----------
    logit, truth, care
        float32 (N, 1, H, W); only pixels that are cared for count.
    negatives
        How many pixels of background for each of text, over the batch. A batch without text takes
        a hundredth of its background.
    """
    loss = functional.binary_cross_entropy_with_logits(logit, truth, reduction="none")
    text, background = truth * care, (1 - truth) * care
    count = int(text.sum())
    most = int(background.sum())
    number = min(most, int(count * negatives) or most // 100)
    hardest = (loss * background).flatten().topk(number).values.sum()
    return ((loss * text).sum() + hardest) / (count + number + _TINY)


def dice_loss(binary: Tensor, truth: Tensor, care: Tensor) -> Tensor:
    """Return 1 − 2 Σ B·y / (Σ B + Σ y) over what is cared for in the batch."""
    shared = (binary * truth * care).sum()
    return 1 - 2 * shared / ((binary * care).sum() + (truth * care).sum() + _TINY)


def masked_l1(threshold: Tensor, truth: Tensor, mask: Tensor) -> Tensor:
    """Return the mean of |T − truth| where the mask is 1; 0 if it is nowhere."""
    return ((threshold - truth).abs() * mask).sum() / (mask.sum() + _TINY)


def db_loss(logit: Tensor, border: Tensor, batch: TextBatch, config: DbLossConfig) -> Tensor:
    """Return the sum of the three terms.

    Parameters
    ----------
    logit, border
        float32 (N, 1, H, W): logits of P and of T.
    batch
        The truths.
    config
        Weights.
    """
    threshold = border.sigmoid()
    binary = approximate_binary(logit.sigmoid(), threshold)
    of_probability = hard_cross_entropy(logit, batch.shrunk, batch.care, config.negatives)
    of_binary = dice_loss(binary, batch.shrunk, batch.care)
    of_threshold = masked_l1(threshold, batch.threshold, batch.ring)
    return (
        config.probability * of_probability
        + config.binary * of_binary
        + config.threshold * of_threshold
    )
