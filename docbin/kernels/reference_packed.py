"""The twins of packed networks' operations on streams; docs/packed-format.md states them.

A stream is int16 (H, W, C), a code uint8 (H, W, C): its number, or 0 and 1 for the −1 and +1 of one
bit. Every function takes whole arrays and returns a new one; extents that are halved are even.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Stream = npt.NDArray[np.int16]
Codes = npt.NDArray[np.uint8]
Wide = npt.NDArray[np.int64]


def sat16(numbers: Wide) -> Stream:
    """Limit whole numbers to those of int16."""
    return np.clip(numbers, -32768, 32767).astype(np.int16)


def round15(product: Wide) -> Wide:
    """Return (product + 2¹⁴) >> 15."""
    return np.asarray((product + (1 << 14)) >> 15)


def widen(image: npt.NDArray[np.uint8]) -> Stream:
    """Return the image's numbers as a stream."""
    return image.astype(np.int16)


def haar(values: Stream | npt.NDArray[np.uint8]) -> Stream:
    """Return the four bands of a Haar step: (H, W, C) → (H/2, W/2, 4C), not normalised."""
    a, b, c, d = (part.astype(np.int64) for part in _squares(values))
    return sat16(np.concatenate([a + b + c + d, a - b + c - d, a + b - c - d, a - b - c + d], -1))


def unhaar(stream: Stream) -> Stream:
    """Undo `haar`: (H, W, 4C) → (2H, 2W, C)."""
    s, h, v, d = np.split(stream.astype(np.int64), 4, axis=-1)
    height, width, channels = s.shape
    out = np.empty((2 * height, 2 * width, channels), np.int16)
    out[0::2, 0::2] = sat16((s + h + v + d + 2) >> 2)
    out[0::2, 1::2] = sat16((s - h + v - d + 2) >> 2)
    out[1::2, 0::2] = sat16((s + h - v - d + 2) >> 2)
    out[1::2, 1::2] = sat16((s - h - v + d + 2) >> 2)
    return out


def quantise(stream: Stream, shift: Stream, mult: Stream | None, bits: int) -> Codes:
    """Return codes of 1, 4 or 8 bits; ``shift`` and ``mult`` are int16 (C,)."""
    t = sat16(stream.astype(np.int64) + shift).astype(np.int64)
    if bits == 1:
        return (t >= 0).astype(np.uint8)
    if mult is None:
        raise ValueError("mult is missing")
    return np.clip(round15(t * mult.astype(np.int64)), 0, 2**bits - 1).astype(np.uint8)


def add(first: Stream, second: Stream) -> Stream:
    """Return the sum, limited to int16."""
    return sat16(first.astype(np.int64) + second)


def rprelu(stream: Stream, a: Stream, slope: Stream, b: Stream) -> Stream:
    """Return RPReLU, shifted before and after; the parameters are int16 (C,)."""
    t = sat16(stream.astype(np.int64) - a).astype(np.int64)
    u: Wide = np.where(t > 0, t, round15(t * slope))
    return sat16(u + b)


def average2(stream: Stream) -> Stream:
    """Return the rounded mean of each square of four."""
    total = sum(part.astype(np.int64) for part in _squares(stream))
    return sat16(np.asarray(total + 2) >> 2)


def max2(stream: Stream) -> Stream:
    """Return the largest of each square of four."""
    return np.asarray(np.maximum.reduce(_squares(stream)))


def max3(stream: Stream) -> Stream:
    """Return the largest of the 3 × 3 window around (2y, 2x), clipped at the borders."""
    height, width, channels = stream.shape
    framed = np.full((height + 2, width + 2, channels), -32768, np.int16)
    framed[1:-1, 1:-1] = stream
    parts = [framed[i : i + height : 2, j : j + width : 2] for i in range(3) for j in range(3)]
    return np.asarray(np.maximum.reduce(parts))


def upsample2(stream: Stream) -> Stream:
    """Return each pixel four times."""
    return np.repeat(np.repeat(stream, 2, axis=0), 2, axis=1)


def shuffle(stream: Stream, factor: int) -> Stream:
    """Return out[y r + i, x r + j, c] = in[y, x, c r² + i r + j]."""
    height, width, channels = stream.shape
    parts = stream.reshape(height, width, channels // factor**2, factor, factor)
    moved = parts.transpose(0, 3, 1, 4, 2)
    return moved.reshape(height * factor, width * factor, -1)


def unshuffle(stream: Stream, factor: int) -> Stream:
    """Undo `shuffle`."""
    height, width, channels = stream.shape
    parts = stream.reshape(height // factor, factor, width // factor, factor, channels)
    moved = parts.transpose(0, 2, 4, 1, 3)
    return moved.reshape(height // factor, width // factor, -1)


def concat(streams: list[Stream]) -> Stream:
    """Return the channels of all, one after another."""
    return np.concatenate(streams, axis=-1)


def threshold_bits(logit: Stream, threshold: int) -> npt.NDArray[np.uint8]:
    """Return ``logit >= threshold`` of int16 (H, W) as bits, the first pixel highest."""
    return np.packbits(logit >= threshold, axis=1)


def _squares(values: npt.NDArray[np.generic]) -> list[npt.NDArray[np.generic]]:
    """Return the four pixels a, b, c, d of each square, row by row."""
    return [values[i::2, j::2] for i in (0, 1) for j in (0, 1)]
