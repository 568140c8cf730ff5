"""The float operations of docs/packed-format.md in numpy: computed in float64, given as float32."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from docbin.runtime.integer_operations import Stream, saturate, windows
from docbin.runtime.operations import Options

Array = npt.NDArray[Any]
Float = npt.NDArray[np.float32]

# Beyond these a stream is saturated, whatever the number was.
_FAR = 40000.0


def dequantise(x: Stream, scale: Array) -> Float:
    """Return x · scale[c]."""
    return (x.astype(np.float64) * scale).astype(np.float32)


def requantise(x: Float, scale: Array) -> Stream:
    """Return sat16(floor(x · scale[c] + ½)); NaN becomes 0."""
    with np.errstate(over="ignore", invalid="ignore"):
        wide = np.floor(x.astype(np.float64) * scale + 0.5)
    return saturate(np.nan_to_num(wide, nan=0.0, posinf=_FAR, neginf=-_FAR))


def activate(x: npt.NDArray[np.float64], name: str) -> npt.NDArray[np.float64]:
    """Return x, max(x, 0), x · min(max(x + 3, 0), 6) / 6, x · σ(x) or σ(x)."""
    if name == "relu":
        return np.maximum(x, 0)
    if name == "hardswish":
        return x * np.clip(x + 3, 0, 6) / 6
    if name == "none":
        return x
    with np.errstate(over="ignore"):
        below = 1 + np.exp(-x)
    return 1 / below if name == "sigmoid" else x / below


def conv_float(x: Float, options: Options, weight: Array, bias: Array) -> Float:
    """Return a convolution in groups, padded with zeros, with its activation.

    Parameters
    ----------
    x
        float32 (H, W, C).
    options
        Kernel, stride, groups and activation.
    weight, bias
        float32 (OC, K, K, C / groups) and (OC,).
    """
    groups = options.groups
    parts = []
    for inside, kernels in zip(
        np.split(x.astype(np.float64), groups, axis=2),
        np.split(weight.astype(np.float64), groups),
        strict=True,
    ):
        flat = kernels.reshape(len(kernels), -1, kernels.shape[-1])
        taps = enumerate(windows(inside, options.kernel, options.stride, 0.0))
        parts.append(sum(part @ flat[:, tap].T for tap, part in taps))
    total = np.concatenate(parts, axis=2) + bias
    with np.errstate(over="ignore", invalid="ignore"):
        return activate(total, options.activation).astype(np.float32)


def add_float(x: Float, y: Float) -> Float:
    """Return the sum."""
    with np.errstate(over="ignore", invalid="ignore"):
        return x + y


def mul_float(x: Float, y: Float) -> Float:
    """Return the product."""
    with np.errstate(over="ignore", invalid="ignore"):
        return x * y
