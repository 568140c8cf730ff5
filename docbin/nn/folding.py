"""From trained layers to the whole numbers of the packed format.

A convolution's normalisation is an affine map of its sums, y = g · A + o. In the stream's units of
2^−fraction and with ``shift`` more bits this is mult = g · 2^(fraction + shift) and
bias = o · 2^(fraction + shift) + 2^(shift − 1), rounded.
"""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from docbin.nn.layers import CENTRE, QuantisedConv, RPReLU
from docbin.nn.models.wavelet_unet import Head, bands
from docbin.nn.quantisers import ActivationQuantiser, BinaryWeight

Array: TypeAlias = npt.NDArray[Any]
Affine: TypeAlias = tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]

_UNIT = 1 << 15
# Below these the kernels' fast path holds: sums, multipliers, and their products' sum.
_FAST_SUM, _FAST_MULT, _FAST_TOTAL = 1 << 15, 1 << 14, 1 << 31
_WIDE_MULT, _WIDE_TOTAL = 1 << 24, 1 << 56
_LARGEST_SHIFT = 46


class FoldedConv(NamedTuple):
    """Weights ±1 or int8 (bases, O, K·K, I), mult int32 (bases, O), bias int64 (O), shift."""

    weight: Array
    mult: Array
    bias: Array
    shift: int


class FoldedCodes(NamedTuple):
    """Bits, shift int16 (C), mult int16 (C), or None for codes of one bit."""

    bits: int
    shift: Array
    mult: Array | None


class FoldedRPReLU(NamedTuple):
    """a, slope and b, int16 (C)."""

    a: Array
    slope: Array
    b: Array


def codes(quantiser: ActivationQuantiser, fraction: int) -> FoldedCodes:
    """Fold a quantiser of a stream of ``fraction`` bits behind the point."""
    shift = _sixteen(_flat(quantiser.shift) * 2.0**fraction)
    if quantiser.bits == 1:
        return FoldedCodes(1, shift, None)
    mult = _whole(_UNIT / (_flat(quantiser.size()) * 2.0**fraction), 1, _UNIT - 1)
    return FoldedCodes(quantiser.bits, shift, np.repeat(mult, len(shift)).astype(np.int16))


def band_codes(levels: int, planes: int) -> FoldedCodes:
    """Fold the fixed codes of Haar subbands; their steps are powers of two, so this is exact."""
    step, shift = (_flat(value) for value in bands(levels, planes))
    return FoldedCodes(8, shift.astype(np.int16), (_UNIT / step).astype(np.int16))


def rprelu(layer: RPReLU, fraction: int) -> FoldedRPReLU:
    """Fold an activation."""
    slope = _whole(_flat(layer.limited()) * _UNIT, 1 - _UNIT, _UNIT - 1).astype(np.int16)
    a, b = (_sixteen(_flat(value) * 2.0**fraction) for value in (layer.a, layer.b))
    return FoldedRPReLU(a, slope, b)


def normalised(norm: nn.BatchNorm2d) -> Affine:
    """Return g and o of a normalisation, float64 (C,)."""
    variance, mean = (_flat(value) for value in (norm.running_var, norm.running_mean))
    gain = _flat(norm.weight) / np.sqrt(variance + norm.eps)
    return gain, _flat(norm.bias) - gain * mean


def scaled(head: Head) -> Affine:
    """Return g and o of the head, float64 (C,)."""
    return _flat(head.scale()), _flat(head.bias)


def conv(layer: QuantisedConv, affine: Affine, fraction: int, *, code_bits: int) -> FoldedConv:
    """Fold a convolution with what follows it.

    Parameters
    ----------
    layer
        The convolution.
    affine
        g and o of its sums, see `normalised`.
    fraction
        Bits of the stream behind the point.
    code_bits
        Bits of its codes; those of 8 bits were centred in training.
    """
    weight, scales = _weights(layer)
    gain, offset = affine
    if code_bits == 8:
        offset = offset - gain * CENTRE * weight.astype(np.float64).sum((0, 2, 3))
    largest = (2**code_bits - 1) * np.abs(weight.astype(np.int64)).sum((2, 3)).max()
    shift = _shift(gain * scales, offset, int(largest), fraction)
    unit = 2.0 ** (fraction + shift)
    mult = np.rint(gain * scales * unit).astype(np.int32)
    bias = np.rint(offset * unit).astype(np.int64) + (1 << shift >> 1)
    return FoldedConv(weight, mult, bias, shift)


def _weights(layer: QuantisedConv) -> tuple[Array, npt.NDArray[np.float64]]:
    """Return int8 weights (bases, O, K·K, I) and scales (bases, O) that are not in the norm."""
    with torch.no_grad():
        if isinstance(layer.weights, BinaryWeight):
            whole, scales = layer.weights.signs()
        else:
            whole = layer.weights()[0][None]
    bases, outputs, inputs = whole.shape[:3]
    weight = whole.reshape(bases, outputs, inputs, -1).transpose(2, 3).to(torch.int8).numpy()
    if bases == 1:  # the scale of a single basis is absorbed by the normalisation
        return weight, np.ones((1, outputs))
    return weight, scales.detach().double().numpy().reshape(bases, outputs)


def _shift(gain: Array, offset: Array, largest: int, fraction: int) -> int:
    """Return the largest shift whose numbers still fit the kernels' fast path, or int64."""
    fast = largest < _FAST_SUM
    most, total = (_FAST_MULT, _FAST_TOTAL) if fast else (_WIDE_MULT, _WIDE_TOTAL)
    for shift in range(_LARGEST_SHIFT, -1, -1):
        unit = 2.0 ** (fraction + shift)
        sum_ = (np.abs(gain).sum(0) * largest + np.abs(offset)).max() * unit + 2.0**shift
        if np.abs(gain).max() * unit < most - 1 and sum_ + largest * len(gain) < total:
            return shift
    raise ValueError(
        f"the gain {np.abs(gain).max():g} of a convolution does not fit the packed format"
    )


def _flat(value: Tensor | None) -> npt.NDArray[np.float64]:
    assert value is not None
    return np.asarray(value.detach().double().flatten().cpu().numpy())


def _whole(values: Array, low: int, high: int) -> Array:
    return np.clip(np.rint(values), low, high).astype(np.int64)


def _sixteen(values: Array) -> Array:
    return _whole(values, -_UNIT, _UNIT - 1).astype(np.int16)
