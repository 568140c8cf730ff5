"""Quantisers for training, equal to what the packed format computes on whole numbers.

Activations become unsigned codes, ``code = clip(⌊(x + shift) / step + ½⌋, 0, 2^bits − 1)``, or −1
and +1 of one bit; weights become ±1 of one or two bases, or −127…127. Rounding has no derivative:
the backward passes here put another in its place and say which.

The functions return codes, not codes × step: codes are exact in bfloat16. Who multiplies them
applies the step as a constant; the gradient that the step would get there is part of
`QuantiseCodes`.

References
----------
.. [1] Esser et al., "Learned step size quantization", ICLR 2020. doi:10.48550/arXiv.1902.08153
.. [2] Liu et al., "Bi-Real Net", ECCV 2018. doi:10.1007/978-3-030-01267-0_44
.. [3] Zheng et al., "BinaryDM", ICLR 2025. doi:10.48550/arXiv.2404.05662
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

# A step below this could not be told from the grain of the fixed-point stream.
SMALLEST_STEP = 1 / 64
SIGNED_LEVELS = 127


class QuantiseCodes(torch.autograd.Function):
    """Codes of learned step and shift [1]_.

    With v = (x + shift) / step and Q = 2^bits − 1, the gradient of x and of shift is that of the
    product code · step where 0 ≤ v ≤ Q, and nothing elsewhere; that of step is (code − v) inside,
    Q above, 0 below, times 1 / √(n · Q), n the number of values.
    """

    @staticmethod
    def forward(ctx: Any, x: Tensor, shift: Tensor, step: Tensor, levels: int) -> Tensor:
        """Return codes as numbers in the dtype of ``x`` (N, C, H, W)."""
        inverse = 1 / step.float()
        scaled = (
            torch.addcmul(shift * inverse, x, inverse)
            if x.dtype == shift.dtype
            else (x.float() + shift) * inverse
        )
        codes = (scaled + 0.5).floor_().clamp_(0, levels)
        ctx.save_for_backward(scaled.to(x.dtype), inverse)
        ctx.levels = levels
        return codes.to(x.dtype)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, Tensor, Tensor, None]:
        """Return the gradients of x, shift and step."""
        scaled, inverse = ctx.saved_tensors
        levels = ctx.levels
        bounded = scaled.clamp(0, levels)
        inside = bounded == scaled
        back = gradient * inverse.to(gradient.dtype)
        error = torch.where(inside, (scaled + 0.5).floor() - scaled, bounded)
        of_step = (back * error).sum(dtype=torch.float32) / (scaled.numel() * levels) ** 0.5
        back = back * inside
        of_shift = back.sum((0, 2, 3), keepdim=True, dtype=torch.float32)
        return back, of_shift, of_step.view(1), None


class SignCodes(torch.autograd.Function):
    """sign(x + shift), sign(0) = +1, with the derivative 2 − 2|t| inside −1…1 [2]_."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, shift: Tensor) -> Tensor:
        """Return −1 and +1 in the dtype of ``x`` (N, C, H, W)."""
        t = x + shift.to(x.dtype)
        ctx.save_for_backward(t)
        return torch.where(t >= 0, 1.0, -1.0).to(x.dtype)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, Tensor]:
        """Return the gradients of x and shift."""
        (t,) = ctx.saved_tensors
        back = gradient * (2 - 2 * t.abs()).clamp_min_(0)
        return back, back.sum((0, 2, 3), keepdim=True, dtype=torch.float32)


class _SignThrough(torch.autograd.Function):
    """sign(w), sign(0) = +1; the gradient passes unchanged."""

    @staticmethod
    def forward(ctx: Any, weight: Tensor) -> Tensor:
        del ctx
        return torch.where(weight >= 0, 1.0, -1.0).to(weight.dtype)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> Tensor:
        del ctx
        return gradient


class _RoundThrough(torch.autograd.Function):
    """⌊x + ½⌋; the gradient passes unchanged."""

    @staticmethod
    def forward(ctx: Any, x: Tensor) -> Tensor:
        del ctx
        return (x + 0.5).floor()

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> Tensor:
        del ctx
        return gradient


class ActivationQuantiser(nn.Module):
    """Turns a stream into codes of 1, 4 or 8 bits.

    Parameters
    ----------
    channels
        Channels of the stream.
    bits
        1, 4 or 8.
    low, high
        What the codes reach from and to before training, in units of the stream.
    """

    def __init__(self, channels: int, bits: int, *, low: float, high: float) -> None:
        super().__init__()
        if bits not in (1, 4, 8):
            raise ValueError(f"codes have 1, 4 or 8 bits, not {bits}")
        self.bits = bits
        self.levels = 2**bits - 1
        start = 0.0 if bits == 1 else -low
        self.shift = nn.Parameter(torch.full((1, channels, 1, 1), start))
        if bits > 1:
            # One element in one dimension: compiled code for GPUs keeps such a parameter out of
            # its graph breaks, a number without dimensions it does not.
            self.step = nn.Parameter(torch.full((1,), (high - low) / self.levels))

    def size(self) -> Tensor:
        """Return the step, never below what the packed format can tell apart; float32 (1,)."""
        return self.step.clamp_min(SMALLEST_STEP)

    def forward(self, x: Tensor) -> Tensor:
        """Return codes (numbers in the dtype of ``x``): −1 and +1, or 0…2^bits − 1."""
        if self.bits == 1:
            return SignCodes.apply(x, self.shift)
        return QuantiseCodes.apply(x, self.shift, self.size(), self.levels)


class BinaryWeight(nn.Module):
    """Weights of ±1 in one or two bases, with a scale for every output channel.

    One basis is sign(w − mean w) · mean|w − mean w|. Two are s₁·sign(c) + s₂·sign(c − s₁·sign(c))
    of the centred weights c, with learned s₁ and s₂ [3]_.

    Parameters
    ----------
    inputs, outputs, kernel
        Channels, and the side of the window.
    bases
        1 or 2.
    """

    def __init__(self, inputs: int, outputs: int, kernel: int, *, bases: int = 1) -> None:
        super().__init__()
        if bases not in (1, 2):
            raise ValueError(f"weights have 1 or 2 bases, not {bases}")
        self.bases = bases
        self.weight = nn.Parameter(_drawn(outputs, inputs, kernel))
        if bases == 2:
            centred = self._centred().detach()
            first = _mean_size(centred)
            rest = (centred - first * torch.where(centred >= 0, 1.0, -1.0)).abs()
            second = rest.mean((1, 2, 3), keepdim=True)
            self.scales = nn.Parameter(torch.stack([first, second]).flatten(1))

    def _centred(self) -> Tensor:
        return self.weight - self.weight.mean((1, 2, 3), keepdim=True)

    def signs(self) -> tuple[Tensor, Tensor]:
        """Return ±1 (bases, O, I, K, K) and their scales (bases, O, 1, 1, 1), float32."""
        centred = self._centred()
        first = _SignThrough.apply(centred)
        if self.bases == 1:
            return first[None], _mean_size(centred)[None]
        scales = self.scales.view(2, -1, 1, 1, 1)
        rest = centred - scales[0].detach() * first.detach()
        return torch.stack([first, _SignThrough.apply(rest)]), scales

    def forward(self) -> tuple[Tensor, Tensor]:
        """Return weights (O, I, K, K) and the factor (1, O, 1, 1) that is still to be applied."""
        signs, scales = self.signs()
        if self.bases == 1:
            return signs[0], scales[0].view(1, -1, 1, 1)
        return (signs * scales).sum(0), torch.ones_like(scales[0]).view(1, -1, 1, 1)


class ByteWeight(nn.Module):
    """Weights in −127…127, symmetric, with a scale for every output channel: max|w| / 127."""

    def __init__(self, inputs: int, outputs: int, kernel: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(_drawn(outputs, inputs, kernel))

    def forward(self) -> tuple[Tensor, Tensor]:
        """Return whole numbers (O, I, K, K) and the factor (1, O, 1, 1) that is to be applied."""
        largest = self.weight.detach().abs().amax((1, 2, 3), keepdim=True)
        scale = (largest / SIGNED_LEVELS).clamp_min(1e-8)
        # No weight is beyond the largest, so none has to be clamped; in PyTorch 2.14 a clamp
        # would take the gradient from the largest, too.
        return _RoundThrough.apply(self.weight / scale), scale.view(1, -1, 1, 1)


def _mean_size(weight: Tensor) -> Tensor:
    return weight.abs().mean((1, 2, 3), keepdim=True)


def _drawn(outputs: int, inputs: int, kernel: int) -> Tensor:
    """Return weights drawn as He et al. do: variance 2 / (inputs · kernel²)."""
    area = inputs * kernel * kernel
    return torch.randn(outputs, inputs, kernel, kernel) * (2 / area) ** 0.5
