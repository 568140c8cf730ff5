"""The layers of binarized networks: convolutions that quantise, RPReLU, residual blocks.

Every layer has its counterpart among the operations of the packed format. A convolution here gives
the bare sums of code × weight; the normalisation behind it absorbs every scale.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from docbin.nn.quantisers import ActivationQuantiser, BinaryWeight, ByteWeight

# Codes of 8 bits are centred before they are multiplied: around their mean the sums stay small
# enough for bfloat16. The export puts the constant back.
CENTRE = 128
SLOPE_LIMIT = 32767 / 32768


class QuantisedConv(nn.Module):
    """A convolution of codes with weights of 1 or 8 bits; without bias.

    Parameters
    ----------
    inputs, outputs, kernel
        Channels, and the side of the window: 1 or 3. A padded code is 0 and contributes nothing.
    weight_bits
        1, 8, or 32 for float.
    activation_bits
        1 or 4 for weights of one bit, 8 for 8, 32 for float.
    bases
        Bases of one-bit weights, 1 or 2.

    Attributes
    ----------
    quantise_weights, quantise_activations
        Switches of progressive quantisation; what is off is computed in float.
    """

    def __init__(
        self,
        inputs: int,
        outputs: int,
        kernel: int,
        *,
        weight_bits: int,
        activation_bits: int,
        bases: int = 1,
    ) -> None:
        super().__init__()
        self.kernel = kernel
        self.bits = (weight_bits, activation_bits)
        low, high = {1: (0.0, 0.0), 4: (-0.75, 2.25)}.get(activation_bits, (-8.0, 7.9375))
        self.weights: BinaryWeight | ByteWeight
        if weight_bits == 1:
            self.weights = BinaryWeight(inputs, outputs, kernel, bases=bases)
        else:
            self.weights = ByteWeight(inputs, outputs, kernel)
        self.quantiser = (
            ActivationQuantiser(inputs, activation_bits, low=low, high=high)
            if activation_bits <= 8
            else None
        )
        self.quantise_weights = weight_bits <= 8
        self.quantise_activations = activation_bits <= 8

    def codes(self, x: Tensor) -> tuple[Tensor, int]:
        """Return what is multiplied (N, C, H, W), and the number that a padded pixel has."""
        if self.quantiser is None or not self.quantise_activations:
            return x, 0
        codes = self.quantiser(x)
        return (codes - CENTRE, -CENTRE) if self.quantiser.bits == 8 else (codes, 0)

    def forward(self, x: Tensor) -> Tensor:
        """Return sums (N, O, H, W); their scale is left to the normalisation behind."""
        codes, padded = self.codes(x)
        weight = self.weights()[0] if self.quantise_weights else self.weights.weight
        margin = self.kernel // 2
        if padded and margin:
            codes = functional.pad(codes, (margin,) * 4, value=padded)
            margin = 0
        return functional.conv2d(codes, weight.to(codes.dtype), padding=margin)


class RPReLU(nn.Module):
    """t = x − a; t where t > 0, else slope · t; plus b; all per channel.

    References
    ----------
    .. [1] Liu et al., "ReActNet", ECCV 2020. doi:10.1007/978-3-030-58568-6_9
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.a = nn.Parameter(torch.zeros(1, channels, 1, 1))
        self.b = nn.Parameter(torch.zeros(1, channels, 1, 1))
        self.slope = nn.Parameter(torch.full((1, channels, 1, 1), 0.25))

    def limited(self) -> Tensor:
        """Return the slopes, inside −1…1 as the packed format needs them."""
        return self.slope.clamp(-SLOPE_LIMIT, SLOPE_LIMIT)

    def forward(self, x: Tensor) -> Tensor:
        """Return the activation of a stream (N, C, H, W)."""
        return ShiftedPReLU.apply(x, self.a, self.limited(), self.b)


class ShiftedPReLU(torch.autograd.Function):
    """The formula of `RPReLU` with one intermediate instead of five."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, a: Tensor, slope: Tensor, b: Tensor) -> Tensor:
        """Return the activation in the dtype of ``x``."""
        t = x - a.to(x.dtype)
        slope = slope.to(x.dtype)
        ctx.save_for_backward(t, slope)
        return torch.where(t > 0, t, t * slope).add_(b.to(x.dtype))

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Return the gradients of x, a, slope and b."""
        t, slope = ctx.saved_tensors
        axes = (0, 2, 3)
        back = torch.where(t > 0, gradient, gradient * slope)
        of_slope = (gradient * t.clamp_max(0)).sum(axes, keepdim=True, dtype=torch.float32)
        of_a = -back.sum(axes, keepdim=True, dtype=torch.float32)
        of_b = gradient.sum(axes, keepdim=True, dtype=torch.float32)
        return back, of_a, of_slope, of_b


class Block(nn.Module):
    """x → RPReLU(x + norm(conv(x))): a shortcut around every convolution [1]_.

    References
    ----------
    .. [1] Liu et al., "Bi-Real Net", ECCV 2018. doi:10.1007/978-3-030-01267-0_44
    """

    def __init__(
        self, channels: int, *, weight_bits: int, activation_bits: int, bases: int
    ) -> None:
        super().__init__()
        self.conv = QuantisedConv(
            channels,
            channels,
            3,
            weight_bits=weight_bits,
            activation_bits=activation_bits,
            bases=bases,
        )
        self.norm = nn.BatchNorm2d(channels)
        self.act = RPReLU(channels)

    def forward(self, x: Tensor) -> Tensor:
        """Return a stream of the same shape (N, C, H, W)."""
        return self.act(x + self.norm(self.conv(x)))


class Projection(nn.Module):
    """norm(conv 1×1): another number of channels, W8A8 in a quantised network."""

    def __init__(self, inputs: int, outputs: int, *, bits: int) -> None:
        super().__init__()
        self.conv = QuantisedConv(inputs, outputs, 1, weight_bits=bits, activation_bits=bits)
        self.norm = nn.BatchNorm2d(outputs)

    def forward(self, x: Tensor) -> Tensor:
        """Return a stream (N, outputs, H, W)."""
        return self.norm(self.conv(x))
