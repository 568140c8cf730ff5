"""The integer operations of docs/packed-format.md in numpy, on whole pages.

Streams are int16 and codes uint8, all (H, W, C). Every intermediate is exact: int32 where 32 bits
are proved to be enough, else int64; sums of convolutions in floating point whose significand holds
the largest of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from docbin.runtime.bit_planes import unpack_signs
from docbin.runtime.operations import Options

Array = npt.NDArray[Any]
Stream = npt.NDArray[np.int16]
Code = npt.NDArray[np.uint8]

_LOW, _HIGH = -32768, 32767
_HALF, _POINT = 1 << 14, 15
# Whole numbers below these are exact in float32, and a sum of products fits int32.
_SINGLE, _NARROW = 1 << 24, 1 << 31


def saturate(x: Array) -> Stream:
    """Return x limited to int16."""
    return np.clip(x, _LOW, _HIGH).astype(np.int16)


def _rounded(x: Array, factor: Array) -> Array:
    """Return (x · factor + 2¹⁴) >> 15; |x| ≤ 2¹⁵ and |factor| < 2¹⁵, so that 32 bits hold it."""
    return (x * factor.astype(np.int32) + _HALF) >> _POINT


def _squares(x: Array) -> tuple[Array, Array, Array, Array]:
    """Return the four pixels of each 2×2 square, row by row."""
    return x[::2, ::2], x[::2, 1::2], x[1::2, ::2], x[1::2, 1::2]


def haar(x: Array) -> Stream:
    """Return the four subbands, not normalised: (H, W, C) to (H/2, W/2, 4C)."""
    a, b, c, d = _squares(x.astype(np.int32))
    top, bottom, left, right = a + b, c + d, a - b, c - d
    bands = [top + bottom, left + right, top - bottom, left - right]
    return saturate(np.concatenate(bands, axis=2))


def unhaar(x: Stream) -> Stream:
    """Return what four subbands came from: (H, W, 4C) to (2H, 2W, C)."""
    s, h, v, d = np.split(x.astype(np.int32), 4, axis=2)
    height, width, channels = s.shape
    out = np.empty((2 * height, 2 * width, channels), np.int32)
    for target, part in zip(
        _squares(out), (s + h + v + d, s - h + v - d, s + h - v - d, s - h - v + d), strict=True
    ):
        target[...] = (part + 2) >> 2
    return saturate(out)


def quantise(x: Stream, bits: int, shift: Array, mult: Array | None) -> Code:
    """Return codes of 1, 4 or 8 bits; a code of 1 bit is 0 for −1 and 1 for +1."""
    t = np.clip(x.astype(np.int32) + shift, _LOW, _HIGH)
    if mult is None:
        return (t >= 0).astype(np.uint8)
    return np.clip(_rounded(t, mult), 0, (1 << bits) - 1).astype(np.uint8)


def rprelu(x: Stream, a: Array, slope: Array, b: Array) -> Stream:
    """Return x − a where that is positive, else its product with the slope; plus b."""
    t = np.clip(x.astype(np.int32) - a, _LOW, _HIGH)
    return saturate(np.where(t > 0, t, _rounded(t, slope)) + b)


def add(x: Stream, y: Stream) -> Stream:
    """Return the sum."""
    return saturate(x.astype(np.int32) + y)


def average2(x: Stream) -> Stream:
    """Return the rounded mean of each 2×2 square."""
    a, b, c, d = _squares(x.astype(np.int32))
    return ((a + b + c + d + 2) >> 2).astype(np.int16)


def max2(x: Stream) -> Stream:
    """Return the largest of each 2×2 square."""
    a, b, c, d = _squares(x)
    return np.maximum(np.maximum(a, b), np.maximum(c, d))


def max3(x: Stream) -> Stream:
    """Return the largest of the 3×3 window around each second pixel, clipped at the border."""
    found: Stream = np.max(list(windows(x, 3, 2, _LOW)), axis=0)
    return found


def double(x: Array) -> Array:
    """Return each pixel four times."""
    return x.repeat(2, axis=0).repeat(2, axis=1)


def shuffle(x: Array, factor: int) -> Array:
    """Return channels c·r² + i·r + j as pixels (y·r + i, x·r + j) of channel c."""
    height, width, channels = x.shape
    split = x.reshape(height, width, channels // factor**2, factor, factor)
    return split.transpose(0, 3, 1, 4, 2).reshape(height * factor, width * factor, -1)


def unshuffle(x: Array, factor: int) -> Array:
    """Undo `shuffle`."""
    height, width, channels = x.shape
    split = x.reshape(height // factor, factor, width // factor, factor, channels)
    return split.transpose(0, 2, 4, 1, 3).reshape(height // factor, width // factor, -1)


def windows(x: Array, kernel: int, stride: int, fill: float) -> Iterator[Array]:
    """Yield, tap by tap, the pixels under it; outside the image they are ``fill``."""
    half = kernel // 2
    height, width = (-(-extent // stride) for extent in x.shape[:2])
    wide = np.pad(x, [(half, half), (half, half), (0, 0)], constant_values=fill)
    for i in range(kernel):
        for j in range(kernel):
            rows = slice(i, i + stride * (height - 1) + 1, stride)
            columns = slice(j, j + stride * (width - 1) + 1, stride)
            yield wide[rows, columns]


def conv(codes: Code, bits: int, options: Options, tensors: Mapping[str, Array]) -> Stream:
    """Return sat16((Σ_b A_b · mult[b] + bias) >> shift).

    Parameters
    ----------
    codes
        uint8 (H, W, C).
    bits
        Of the codes.
    options
        Kernel, stride and shift.
    tensors
        ``weight``, ``mult`` and ``bias``.
    """
    mult, bias = tensors["mult"].astype(np.int64), tensors["bias"]
    parts = sums(codes, bits, tensors["weight"], options)
    largest = max(int(np.abs(part).max()) for part in parts)
    bound = largest * int(np.abs(mult).sum(0).max()) + int(np.abs(bias).max())
    total: Array = bias.astype(np.int32 if bound < _NARROW else np.int64)
    for part, factor in zip(parts, mult.astype(total.dtype), strict=True):
        total = total + part.astype(total.dtype) * factor
    return saturate(total >> options.shift)


def sums(codes: Code, bits: int, weight: Array, options: Options) -> list[npt.NDArray[np.int32]]:
    """Return A_b of each basis, int32 (H, W, OC): a padded code contributes nothing."""
    if weight.dtype == np.uint64:
        weight = unpack_signs(weight, codes.shape[2])
    largest = ((1 << bits) - 1) * int(np.abs(weight.astype(np.int64)).sum((2, 3)).max())
    real = np.float32 if largest < _SINGLE else np.float64
    numbers = codes.astype(real) if bits != 1 else 2 * codes.astype(real) - 1
    found = []
    for base in weight.astype(real):
        taps = enumerate(windows(numbers, options.kernel, options.stride, 0))
        found.append(np.asarray(sum(part @ base[:, tap].T for tap, part in taps)).astype(np.int32))
    return found


def concat(parts: Sequence[Array]) -> Array:
    """Return channels one after another."""
    return np.concatenate(parts, axis=2)
