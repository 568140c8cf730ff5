"""The discriminator: does this mask belong to this picture, judged patch by patch."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from docbin.runtime.staged.training import NORMS

WIDTHS, STRIDES = (32, 64, 128, 256, 1), (2, 2, 2, 1, 1)


class Discriminator(nn.Module):
    """4 × 4 convolutions on a picture and its mask, the last to one score for each patch.

    Between them LeakyReLU; where asked for, instance normalisation after all but the first and the
    last (batch normalisation would tie the samples of a batch, which the gradient penalty forbids).

    Parameters
    ----------
    planes
        Channels of the picture; the mask is one more.
    widths, strides
        Of the convolutions.
    norm
        ``"none"`` or ``"instance"``.
    slope
        Of LeakyReLU below zero.

    References
    ----------
    Isola et al., "Image-to-image translation with conditional adversarial networks", CVPR 2017.
    doi:10.1109/CVPR.2017.632

    Examples
    --------
    >>> judge = Discriminator(3)
    >>> judge(torch.zeros(2, 3, 64, 64), torch.zeros(2, 1, 64, 64)).shape
    torch.Size([2, 1, 6, 6])
    """

    def __init__(
        self,
        planes: int,
        *,
        widths: Sequence[int] = WIDTHS,
        strides: Sequence[int] = STRIDES,
        norm: str = "instance",
        slope: float = 0.2,
    ) -> None:
        super().__init__()
        if len(widths) != len(strides) or norm not in NORMS:
            raise ValueError(f"{len(widths)} widths, {len(strides)} strides, norm '{norm}'")
        parts: list[nn.Module] = []
        last = len(widths) - 1
        for index, (inputs, outputs) in enumerate(itertools.pairwise([planes + 1, *widths])):
            parts.append(nn.Conv2d(inputs, outputs, 4, stride=strides[index], padding=1))
            if norm == "instance" and 0 < index < last:
                parts.append(nn.InstanceNorm2d(outputs, affine=True))
            if index < last:
                parts.append(nn.LeakyReLU(slope))
        self.layers = nn.Sequential(*parts)

    def forward(self, picture: Tensor, mask: Tensor) -> Tensor:
        """Return scores of patches (N, 1, h, w).

        Parameters
        ----------
        picture
            float32 (N, planes, H, W), 0 … 1, at least 24 pixels each way.
        mask
            float32 (N, 1, H, W), 0 … 1: the truth, or probabilities of ink (never logits: those
            would be told from a truth by their range alone).
        """
        both = torch.cat([picture, mask], 1) * 2 - 1
        scores: Tensor = self.layers(both)
        return scores

    def score(self, picture: Tensor, mask: Tensor) -> Tensor:
        """Return the score of every sample (N,): the mean over its patches."""
        return self(picture, mask).mean((1, 2, 3))
