"""The twins of packed networks' float operations: within 1e-5 of the largest exact result."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from docbin.kernels.reference_packed import Stream

Floats = npt.NDArray[np.float32]


def dequantise(stream: Stream, scale: Floats) -> Floats:
    """Return stream · scale, ``scale`` float32 (C,)."""
    return stream.astype(np.float32) * scale


def requantise(values: Floats, scale: Floats) -> Stream:
    """Return ⌊values · scale + ½⌋ limited to int16; NaN becomes 0."""
    with np.errstate(invalid="ignore", over="ignore"):
        whole = np.floor(values * scale + np.float32(0.5))
    limited = np.clip(np.nan_to_num(whole, nan=0.0), -32768, 32767)
    return np.asarray(limited, np.int16)


def conv_float(
    values: Floats,
    weight: Floats,
    bias: Floats,
    *,
    stride: int = 1,
    groups: int = 1,
    activation: str = "none",
) -> Floats:
    """Return a zero-padded convolution of float32 (H, W, IC).

    Parameters
    ----------
    values
        float32 (H, W, IC).
    weight, bias
        float32 (OC, K, K, IC/groups) and (OC,).
    stride, groups, activation
        1 or 2; a divisor of IC and OC; none, relu, hardswish, swish or sigmoid.
    """
    height, width, _ = values.shape
    outputs, kernel = weight.shape[:2]
    half = kernel // 2
    framed = np.pad(values.astype(np.float64), ((half, half), (half, half), (0, 0)))
    rows, columns = -(-height // stride), -(-width // stride)
    sums: npt.NDArray[np.float64] = np.zeros((rows, columns, groups, outputs // groups))
    sums += bias.reshape(groups, -1)
    parts = weight.astype(np.float64).reshape(groups, outputs // groups, kernel, kernel, -1)
    for i in range(kernel):
        for j in range(kernel):
            seen = framed[i : i + height : stride, j : j + width : stride]
            grouped = seen.reshape(rows, columns, groups, -1)
            sums += np.einsum("yxgc,goc->yxgo", grouped, parts[:, :, i, j])
    return activated(sums.reshape(rows, columns, outputs), activation).astype(np.float32)


def activated(x: npt.NDArray[np.float64], activation: str) -> npt.NDArray[np.float64]:
    """Return an activation of exact sums."""
    if activation == "none":
        return x
    if activation == "relu":
        return np.maximum(x, 0.0)
    if activation == "hardswish":
        return x * np.clip(x + 3.0, 0.0, 6.0) / 6.0
    with np.errstate(over="ignore"):
        sigmoid = 1.0 / (1.0 + np.exp(-x))
    if activation == "sigmoid":
        return np.asarray(sigmoid)
    if activation == "swish":
        return np.asarray(x * sigmoid)
    raise ValueError(f"no activation {activation!r}")


def add_float(first: Floats, second: Floats) -> Floats:
    """Return the sum."""
    return first + second


def mul_float(first: Floats, second: Floats) -> Floats:
    """Return the product."""
    return first * second


def upsample2_float(values: Floats) -> Floats:
    """Return each pixel four times."""
    return np.repeat(np.repeat(values, 2, axis=0), 2, axis=1)


def concat_float(parts: list[Floats]) -> Floats:
    """Return the channels of all, one after another."""
    return np.concatenate(parts, axis=-1)
