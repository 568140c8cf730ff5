"""How the features of four scales become one: by concatenation, or weighed in place and scale.

Both take (N, C, H, W) of equal shapes.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn


class Concatenation(nn.Module):
    """The channels one after another, as in DBNet."""

    def forward(self, features: Sequence[Tensor]) -> Tensor:
        """Return (N, scales · C, H, W)."""
        return torch.cat(list(features), 1)


class AdaptiveScaleFusion(nn.Module):
    """Adaptive scale fusion of DBNet++ [1]_.

    The concatenated features S give, by a 3×3 convolution, S' of C channels; spatial attention
    (two convolutions of the mean of its channels, a sigmoid) is added to it, and a 1×1 convolution
    with a sigmoid makes one weight for every scale and place. The features are weighed with them
    and concatenated.

    Parameters
    ----------
    channels
        C, of each scale.
    scales
        How many.

    References
    ----------
    .. [1] Liao et al., "Real-time scene text detection with differentiable binarization and
           adaptive scale fusion", IEEE TPAMI 45(1), 2023. doi:10.1109/TPAMI.2022.3155612
    """

    def __init__(self, channels: int, scales: int = 4) -> None:
        super().__init__()
        self.joined = nn.Conv2d(channels * scales, channels, 3, padding=1)
        self.spatial = nn.Sequential(
            nn.Conv2d(1, 1, 3, padding=1, bias=False),
            nn.ReLU(inplace=True),
            nn.Conv2d(1, 1, 1, bias=False),
            nn.Sigmoid(),
        )
        self.scale = nn.Sequential(nn.Conv2d(channels, scales, 1, bias=False), nn.Sigmoid())

    def weights(self, features: Sequence[Tensor]) -> Tensor:
        """Return the weights of the scales, 0 to 1, (N, scales, H, W)."""
        joined = self.joined(torch.cat(list(features), 1))
        return self.scale(joined + self.spatial(joined.mean(1, keepdim=True)))

    def forward(self, features: Sequence[Tensor]) -> Tensor:
        """Return (N, scales · C, H, W)."""
        weights = self.weights(features)
        return torch.cat([x * weights[:, i : i + 1] for i, x in enumerate(features)], 1)
