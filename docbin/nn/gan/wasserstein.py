"""The Wasserstein distance between masks of a generator and true ones, with gradient penalty.

References
----------
.. [1] Gulrajani et al., "Improved training of Wasserstein GANs", NeurIPS 2017.
       doi:10.48550/arXiv.1704.00028
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import torch
from torch import Tensor

# From a picture (N, C, H, W) and a mask (N, 1, H, W) to a score for each sample (N,).
Score: TypeAlias = Callable[[Tensor, Tensor], Tensor]


def gradient_penalty(
    score: Score, picture: Tensor, real: Tensor, fake: Tensor, share: Tensor
) -> Tensor:
    """Return mean (‖∇ₓ score(x)‖₂ − 1)² at x = share · real + (1 − share) · fake [1]_.

    The gradient is that by the mask: the picture is the same on both sides, so nothing moves along
    it.

    Parameters
    ----------
    score
        Of the discriminator.
    picture
        float32 (N, C, H, W).
    real, fake
        float32 (N, 1, H, W), 0 … 1.
    share
        float32 (N,), 0 … 1.
    """
    share = share.view(-1, 1, 1, 1)
    between = (share * real + (1 - share) * fake).detach().requires_grad_()
    (gradient,) = torch.autograd.grad(
        score(picture.detach(), between).sum(), between, create_graph=True
    )
    # The root has no derivative at 0, where a fresh discriminator may be.
    norm = (gradient.square().sum((1, 2, 3)) + 1e-12).sqrt()
    return (norm - 1).square().mean()


def critic_loss(
    score: Score,
    picture: Tensor,
    real: Tensor,
    fake: Tensor,
    share: Tensor,
    *,
    penalty: float = 10.0,
) -> Tensor:
    """Return mean score(fake) − mean score(real) + penalty · `gradient_penalty`.

    The parameters are those of `gradient_penalty`; nothing flows back into the generator.
    """
    fake = fake.detach()
    distance = score(picture, fake).mean() - score(picture, real).mean()
    if not penalty:
        return distance
    return distance + penalty * gradient_penalty(score, picture, real, fake, share)


def generator_loss(score: Score, picture: Tensor, fake: Tensor) -> Tensor:
    """Return −mean score(fake); flows back into the generator."""
    return -score(picture, fake).mean()
