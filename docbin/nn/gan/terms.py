"""What a generator is taught by besides its discriminator: the terms of a description."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor
from torch.nn import functional

from docbin.nn.losses import soft_dice
from docbin.runtime.staged.training import Term


def _l1(logit: Tensor, target: Tensor) -> Tensor:
    return (logit.sigmoid() - target).abs().mean()


_TERMS: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "bce": functional.binary_cross_entropy_with_logits,
    "dice": soft_dice,
    "l1": _l1,
}


def taught(logit: Tensor, target: Tensor, terms: Sequence[Term]) -> Tensor:
    """Return the sum of weighted losses.

    Parameters
    ----------
    logit, target
        float32 (N, 1, H, W); a target is 0 or 1.
    terms
        ``bce``: cross entropy; ``dice``: 1 − soft dice; ``l1``: mean distance of probabilities.
    """
    parts = [term.weight * _TERMS[term.name](logit, target) for term in terms]
    return torch.stack(parts).sum()
