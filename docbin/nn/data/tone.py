"""Augmentation of tone: gamma, colour of the light, contrast, gray.

The form is that of `docbin.nn.data.surface`.
"""

from __future__ import annotations

import torch
from torch import Tensor

from docbin.nn.data.draws import Draws, constants


def gamma(image: Tensor, truth: Tensor, draws: Draws) -> Tensor:
    """Raise to a power from 0.6 to 1.7."""
    del truth
    return image.clamp_min(1e-4) ** draws.log_uniform((len(image), 1, 1, 1), 0.6, 1.7)


def gains(image: Tensor, truth: Tensor, draws: Draws) -> Tensor:
    """Multiply each channel by 0.75 … 1.25 and shift all by up to 0.12."""
    del truth
    count = len(image)
    shift = draws.uniform((count, 1, 1, 1), -0.12, 0.12)
    return image * draws.uniform((count, 3, 1, 1), 0.75, 1.25) + shift


def contrast(image: Tensor, truth: Tensor, draws: Draws) -> Tensor:
    """Pull all values towards the page's mean, down to 0.3 of the contrast."""
    del truth
    mean = image.mean((2, 3), keepdim=True)
    return mean + (image - mean) * draws.uniform((len(image), 1, 1, 1), 0.3, 1)


def gray(image: Tensor, truth: Tensor, draws: Draws) -> Tensor:
    """Mix the channels to one: BT.601's weights, or any others, as one spectral band would."""
    del truth
    weights = constants((0.299, 0.587, 0.114), image.device).view(1, 3, 1, 1)
    free = draws.uniform((len(image), 3, 1, 1)).square()
    free = free / free.sum(1, keepdim=True).clamp_min(1e-3)
    chosen = torch.where(draws.chance((len(image), 1, 1, 1), 0.5), free, weights)
    return (image * chosen).sum(1, keepdim=True).expand_as(image)
