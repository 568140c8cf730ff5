"""Losses of binarization and of distillation, on logits (N, 1, H, W) in float32.

References
----------
.. [1] Milletari et al., "V-Net", 3DV 2016 (soft dice). doi:10.1109/3DV.2016.79
.. [2] Hinton et al., "Distilling the knowledge in a neural network", 2015.
       doi:10.48550/arXiv.1503.02531
.. [3] Zagoruyko and Komodakis, "Paying more attention to attention", ICLR 2017.
       doi:10.48550/arXiv.1612.03928
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import torch
from torch import Tensor
from torch.nn import functional

# Another term, from (logit, image, truth): an adversary's judgement of the result, for example.
ExtraLoss: TypeAlias = Callable[[Tensor, Tensor, Tensor], Tensor]


@dataclass(frozen=True, slots=True)
class LossConfig:
    """Weights of the terms.

    Parameters
    ----------
    dice
        Of 1 − soft dice with the truth, beside the cross entropy.
    teacher
        Share of the teacher's probability in the target of the cross entropy, 0 to 1.
    features
        Of the distance between attention maps of student and teacher.
    edges
        How much more a pixel weighs where the teacher is undecided, as along strokes.
    adversary
        Of the judgement of a discriminator that learns to tell results from truths, see
        `docbin.nn.gan.adversary`; 0: none.
    """

    dice: float = 0.5
    teacher: float = 0.5
    features: float = 0.0
    edges: float = 0.0
    adversary: float = 0.0

    def __post_init__(self) -> None:
        for name in ("dice", "features", "edges", "adversary"):
            if not 0 <= getattr(self, name) < math.inf:
                raise ValueError(f"{name} is {getattr(self, name)}; give 0 or more")
        if not 0 <= self.teacher <= 1:
            raise ValueError(f"teacher is {self.teacher}; give 0 to 1")


def soft_dice(logit: Tensor, truth: Tensor) -> Tensor:
    """Return 1 − (2 Σ p·y + 1) / (Σ p + Σ y + 1), the mean over samples [1]_."""
    axes = (1, 2, 3)
    probability = logit.sigmoid()
    shared = (probability * truth).sum(axes)
    both = probability.sum(axes) + truth.sum(axes)
    return (1 - (2 * shared + 1) / (both + 1)).mean()


def cross_entropies(logit: Tensor, truth: Tensor) -> Tensor:
    """Return the cross entropy of every sample, float32 (N,): the mean over its pixels."""
    return functional.binary_cross_entropy_with_logits(logit, truth, reduction="none").mean(
        (1, 2, 3)
    )


def entropy(logit: Tensor) -> Tensor:
    """Return the entropy of a probability in bits, 0 to 1: largest where the logit is 0."""
    probability = logit.sigmoid()
    nats = -(
        probability * functional.logsigmoid(logit)
        + (1 - probability) * functional.logsigmoid(-logit)
    )
    return nats / math.log(2)


def attention_distance(student: Sequence[Tensor], teacher: Sequence[Tensor]) -> Tensor:
    """Return the mean squared distance of attention maps [3]_.

    A map is the mean square over the channels, so that student and teacher may differ in width,
    divided by its norm. Streams are (N, C, H, W); those of one level must have one size.
    """
    distances = []
    for ours, theirs in zip(student, teacher, strict=True):
        if ours.shape[-2:] != theirs.shape[-2:]:
            raise ValueError(
                f"streams of {tuple(ours.shape[-2:])} and {tuple(theirs.shape[-2:])} pixels; "
                "student and teacher need the same Haar levels and stages"
            )
        distances.append((_attention(ours) - _attention(theirs)).square().sum(1).mean())
    return torch.stack(distances).mean()


def _attention(stream: Tensor) -> Tensor:
    return functional.normalize(stream.float().square().mean(1).flatten(1), dim=1)


def binarization_loss(
    logit: Tensor,
    truth: Tensor,
    config: LossConfig,
    *,
    taught: Tensor | None = None,
) -> Tensor:
    """Return cross entropy + dice · (1 − soft dice).

    Parameters
    ----------
    logit
        float32 (N, 1, H, W).
    truth
        float32 (N, 1, H, W), 1 is ink.
    config
        Weights of the terms.
    taught
        The teacher's logit, same shape; then the target of the cross entropy is a mixture of
        truth and the teacher's probability [2]_, and pixels may weigh by its entropy.
    """
    target, weight = truth, None
    if taught is not None:
        target = (1 - config.teacher) * truth + config.teacher * taught.sigmoid()
        if config.edges:
            weight = 1 + config.edges * entropy(taught)
            weight = weight / weight.mean()
    cross = functional.binary_cross_entropy_with_logits(logit, target, weight)
    return cross + config.dice * soft_dice(logit, truth) if config.dice else cross
