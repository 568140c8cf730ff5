"""From the samples of a file to gray, RGB or ink."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from docbin.image import Color, Gray, Mask

Samples: TypeAlias = npt.NDArray[np.uint8] | npt.NDArray[np.uint16]
Bytes: TypeAlias = npt.NDArray[np.uint8]
# What a colour profile does: samples without alpha in, gray or RGB in sRGB out.
Transform: TypeAlias = Callable[[Bytes], Gray | Color]


@functools.cache
def _scale(bits: int) -> Bytes:
    """Return the table from ``bits`` bits to 8: value · 255 / (2^bits − 1), rounded."""
    top = (1 << bits) - 1
    table = (np.arange(top + 1, dtype=np.int64) * 255 * 2 + top) // (2 * top)
    scaled = table.astype(np.uint8)
    scaled.flags.writeable = False
    return scaled


def eight_bit(samples: Samples, bits: int) -> Bytes:
    """Scale samples of ``bits`` bits (1 to 16) to 8 with rounding; 16 bits are divided by 257."""
    if bits == 8:
        return samples.astype(np.uint8, copy=False)
    return _scale(bits)[samples]


def unpack_samples(rows: Bytes, bits: int, count: int) -> Samples:
    """Take the first ``count`` samples of ``bits`` bits from packed rows (H, bytes).

    Bits come most significant first, 16-bit samples big-endian.
    """
    if bits == 8:
        return rows[:, :count]
    if bits == 16:
        wide: Samples = rows[:, : 2 * count].view(">u2").astype(np.uint16)
        return wide
    if bits == 1:
        return np.unpackbits(rows, axis=1, count=count)
    parts = 8 // bits
    shifts = np.arange(parts - 1, -1, -1, dtype=np.uint8) * np.uint8(bits)
    split = (rows[:, :, None] >> shifts) & np.uint8((1 << bits) - 1)
    return split.reshape(len(rows), -1)[:, :count]


def on_white(pixels: Bytes, alpha: Bytes) -> Bytes:
    """Lay gray (H, W) or RGB (H, W, 3) on white paper where ``alpha`` (H, W) is below 255."""
    if alpha.min(initial=255) == 255:
        return pixels
    wide = alpha.astype(np.uint16) if pixels.ndim == 2 else alpha[:, :, None].astype(np.uint16)
    mixed = pixels * wide + np.uint16(255) * (np.uint16(255) - wide)
    return ((mixed + np.uint16(127)) // np.uint16(255)).astype(np.uint8)


def cmyk_to_rgb(cmyk: Bytes) -> Color:
    """Turn inks (H, W, 4), 255 for full, to RGB without a profile: (1 − ink) (1 − black)."""
    paper = 255 - cmyk.astype(np.uint16)
    mixed = paper[:, :, :3] * paper[:, :, 3:]
    return ((mixed + np.uint16(127)) // np.uint16(255)).astype(np.uint8)


def palette_table(colors: Bytes) -> Bytes:
    """Return a palette (n, 3) as 256 entries of gray (256,) where all are gray, else (256, 3).

    What the palette leaves out is black.
    """
    table = np.zeros((256, 3), np.uint8)
    table[: len(colors)] = colors[:256]
    gray = bool((colors == colors[:, :1]).all())
    return table[:, 0].copy() if gray else table


def is_black_and_white(table: Bytes, bits: int) -> bool:
    """Whether a 1-bit palette holds black and white and nothing else."""
    return bits == 1 and table.ndim == 1 and sorted(table[:2].tolist()) == [0, 255]


def ink(rows: Bytes, width: int, ink_bit: int) -> Mask:
    """Unpack 1-bit rows; the bit ``ink_bit`` is ink."""
    bits = np.unpackbits(rows, axis=1, count=width)
    return np.equal(bits, ink_bit)
