"""Deformable convolutions [1]_ in the deeper stages of ResNets.

References
----------
.. [1] Zhu et al., "Deformable ConvNets v2", CVPR 2019. doi:10.1109/CVPR.2019.00953
"""

from __future__ import annotations

from torch import Tensor, nn

from docbin.dependencies import load


class DeformableConv(nn.Module):
    """A 3×3 convolution whose taps are moved and weighed by what it sees.

    A plain convolution of the input, 0 at first, gives two offsets and a weight (2 · sigmoid, 1 at
    first) for each of the nine taps. It so starts as the convolution it replaces.

    Parameters
    ----------
    conv
        The convolution; its weights are taken over.
    """

    def __init__(self, conv: nn.Conv2d) -> None:
        super().__init__()
        self.conv = conv
        taps = conv.kernel_size[0] * conv.kernel_size[1]
        self.taps = taps
        self.moves = nn.Conv2d(
            conv.in_channels, 3 * taps, conv.kernel_size, conv.stride, conv.padding
        )
        nn.init.zeros_(self.moves.weight)
        nn.init.zeros_(self.moves.bias)
        self._operation = load("torchvision.ops", purpose="deformable convolutions").deform_conv2d

    def forward(self, x: Tensor) -> Tensor:
        """Return what the convolution returns, (N, O, H', W')."""
        moves = self.moves(x)
        offsets, weight = moves[:, : 2 * self.taps], 2 * moves[:, 2 * self.taps :].sigmoid()
        return self._operation(
            x,
            offsets,
            self.conv.weight,
            self.conv.bias,
            stride=self.conv.stride,
            padding=self.conv.padding,
            mask=weight,
        )


def deform(encoder: nn.Module) -> None:
    """Replace the 3×3 convolutions of a ResNet's three deepest stages, in place."""
    for name in ("layer2", "layer3", "layer4"):
        for block in encoder.get_submodule(name):
            # The second convolution is 3×3 in both kinds of ResNet's blocks.
            block.conv2 = DeformableConv(block.conv2)
