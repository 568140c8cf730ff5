"""From the samples of a TIFF page to gray, RGB or ink."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from docbin.io.color import (
    Bytes,
    cmyk_to_rgb,
    eight_bit,
    ink,
    is_black_and_white,
    on_white,
    palette_table,
    unpack_samples,
)
from docbin.io.damage import DamagedError, UnsupportedError
from docbin.io.icc import palette_in_srgb, to_srgb, usable_profile
from docbin.io.lab import lab_bytes, lab_to_rgb
from docbin.io.raster import Pixels
from docbin.io.tiff_directory import Directory

_WHITE_IS_0, _BLACK_IS_0, _RGB, _PALETTE, _CMYK, _LAB, _ICC_LAB = 0, 1, 2, 3, 5, 8, 9
# Photometric interpretation -> colours.
_COLORS = {_WHITE_IS_0: 1, _BLACK_IS_0: 1, _RGB: 3, _PALETTE: 1, _CMYK: 4, _LAB: 3, _ICC_LAB: 3}
_DEPTHS = {
    _WHITE_IS_0: (1, 2, 4, 8, 16),
    _BLACK_IS_0: (1, 2, 4, 8, 16),
    _RGB: (8, 16),
    _PALETTE: (1, 2, 4, 8),
    _CMYK: (8, 16),
    _LAB: (8, 16),
    _ICC_LAB: (8, 16),
}
# ExtraSamples: colours multiplied by alpha, and not.
_ASSOCIATED, _PLAIN = 1, 2
_UNSIGNED = 1

# Rows of bytes (n, bytes) of a width to pixels.
Finish: TypeAlias = Callable[[Bytes, int], Pixels]


@dataclass(frozen=True, slots=True)
class Samples:
    """What the samples of a page mean.

    ``alpha`` is 0 without alpha, else the kind of it; ``table`` is the palette, gray (256,) or RGB
    (256, 3), where there is one.
    """

    photometric: int
    bits: int
    count: int
    alpha: int
    icc: bytes | None
    table: Bytes | None

    @property
    def channels(self) -> int:
        """1 or 3: of the pixels that come out."""
        if self.table is not None:
            return 1 if self.table.ndim == 1 else 3
        return 1 if _COLORS[self.photometric] == 1 else 3

    @property
    def bilevel(self) -> bool:
        """Whether the page is black and white, one bit a pixel."""
        if self.table is not None:
            return is_black_and_white(self.table, self.bits)
        return self.bits == 1 and self.count == 1

    def finisher(self) -> Finish:
        """Return what turns rows into pixels, in sRGB and on white."""
        if self.bilevel:
            black = 1 if self.photometric == _WHITE_IS_0 else 0
            if self.table is not None:
                black = int(self.table[1] == 0)
            return lambda rows, width: ink(rows, width, black)
        if self.table is not None:
            table = palette_in_srgb(self.table, self.icc)
            return lambda rows, width: table[unpack_samples(rows, self.bits, width)]
        return self._lab() if self.photometric in (_LAB, _ICC_LAB) else self._colored()

    def _lab(self) -> Finish:
        signed = self.photometric == _LAB

        def finish(rows: Bytes, width: int) -> Pixels:
            samples = unpack_samples(rows, self.bits, width * self.count)
            every: Any = samples.reshape(len(rows), width, self.count)
            colors = np.ascontiguousarray(every[..., :3])
            return lab_to_rgb(lab_bytes(colors, self.bits, signed=signed))

        return finish

    def _colored(self) -> Finish:
        colors = _COLORS[self.photometric]
        transform = to_srgb(self.icc, colors) or (cmyk_to_rgb if colors == 4 else None)

        def finish(rows: Bytes, width: int) -> Pixels:
            samples = unpack_samples(rows, self.bits, width * self.count)
            eight = eight_bit(samples, self.bits).reshape(len(rows), width, self.count)
            pixels = eight[..., 0] if colors == 1 else eight[..., :colors]
            if self.photometric == _WHITE_IS_0:
                pixels = ~pixels
            alpha = eight[..., colors] if self.alpha else None
            if alpha is not None and self.alpha == _ASSOCIATED:
                pixels = _unmultiplied(pixels, alpha)
            if transform is not None:
                pixels = transform(np.ascontiguousarray(pixels))
            return pixels if alpha is None else on_white(pixels, alpha)

        return finish


def samples_of(directory: Directory) -> Samples | None:
    """Return what the samples mean, or None where Pillow has to know.

    Raises
    ------
    UnsupportedError
        If nobody knows: samples that are no unsigned integers or of too many bits.
    """
    bits, count = directory.number(258, 1), directory.number(277, 1)
    if any(kind != _UNSIGNED for kind in directory.numbers(339)) or bits > 16:
        raise UnsupportedError(
            f"its samples have {bits} bits and kind {directory.number(339, 1)}; docbin reads "
            "unsigned integers of 1 to 16 bits"
        )
    photometric = directory.number(262, _BLACK_IS_0)
    colors = _COLORS.get(photometric)
    if colors is None or bits not in _DEPTHS[photometric] or len(set(directory.numbers(258))) > 1:
        return None
    if not colors <= count <= colors + 4 or (photometric == _PALETTE and count != 1):
        return None
    extra = directory.numbers(338)[:1]
    alpha = extra[0] if count > colors and extra and extra[0] in (_ASSOCIATED, _PLAIN) else 0
    if bits < 8 and count > 1:
        return None
    table = _table(directory, bits) if photometric == _PALETTE else None
    if photometric in (_LAB, _ICC_LAB):  # colours that no profile is needed for
        return Samples(photometric, bits, count, 0, None, None)
    profile = bytes(int(value) & 255 for value in directory.numbers(34675))
    space = 3 if photometric == _PALETTE else colors
    return Samples(photometric, bits, count, alpha, usable_profile(profile, space), table)


def _table(directory: Directory, bits: int) -> Bytes:
    """Return the palette; programs fill its 16-bit places with 8-bit values in three ways."""
    values = directory.numbers(320)
    size = 1 << bits
    if len(values) < 3 * size:
        raise DamagedError("its palette is cut off")
    colors = np.array(values[: 3 * size], np.uint16).reshape(3, size).T
    if not (colors > 255).any():  # as they are
        return palette_table(colors.astype(np.uint8))
    if not (colors & 255).any():  # times 256
        return palette_table((colors >> 8).astype(np.uint8))
    return palette_table(eight_bit(colors, 16))  # times 257, as the standard has it


def _unmultiplied(pixels: Bytes, alpha: Bytes) -> Bytes:
    """Divide by alpha: what a profile is for are the colours themselves."""
    level = np.maximum(alpha, 1).astype(np.uint32)
    wide = level if pixels.ndim == 2 else level[:, :, None]
    divided: Any = (pixels.astype(np.uint32) * 255 + wide // 2) // wide
    colors: Bytes = np.minimum(divided, 255).astype(np.uint8)
    return colors
