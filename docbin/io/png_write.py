"""1-bit PNG, written as the rows come."""

from __future__ import annotations

import struct
import zlib
from typing import Protocol

import numpy as np

from docbin.errors import InputError
from docbin.image import Packed
from docbin.io.page import Dpi
from docbin.io.png_chunks import SIGNATURE

_LEVEL = 6
_CHUNK = 1 << 18
# Rows are inverted and compressed in pieces of this many bytes.
_PIECE = 1 << 16


class Sequential(Protocol):
    """What can be written from beginning to end."""

    def write(self, data: bytes, /) -> object:
        """Append ``data``."""
        ...


class PngWriter:
    """Writes one page to an open file: `begin`, `write` rows, `end`, and `close` at last.

    Parameters
    ----------
    file
        Writable; it need not be seekable, and is not closed.
    """

    def __init__(self, file: Sequential) -> None:
        self._file = file
        self._width = self._height = self._rows = 0
        self._deflate = zlib.compressobj(_LEVEL, zlib.DEFLATED, 15, 9, zlib.Z_DEFAULT_STRATEGY)
        self._waiting = bytearray()

    def begin(self, width: int, height: int, dpi: Dpi | None = None) -> None:
        """Start the page of ``width`` by ``height`` pixels; ``dpi`` None writes no resolution."""
        if self._width:
            raise InputError("a PNG file holds one page; TIFF and PDF hold more")
        if not (1 <= width < 2**31 and 1 <= height < 2**31):
            raise InputError(f"a PNG page of {width} x {height} pixels cannot be written")
        self._width, self._height = width, height
        self._file.write(SIGNATURE)
        self._chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
        if dpi is not None:
            horizontal, vertical = (_per_metre(value) for value in dpi)
            self._chunk(b"pHYs", struct.pack(">IIB", horizontal, vertical, 1))

    def write(self, packed: Packed) -> None:
        """Add rows, uint8 (any number, ceil(width / 8)), most significant bit first, 1 = ink."""
        if not self._width or self._rows + len(packed) > self._height:
            raise InputError("more rows were written than the page has")
        step = max(1, _PIECE // packed.shape[1])
        for top in range(0, len(packed), step):
            part = packed[top : top + step]
            lines = np.zeros((len(part), 1 + part.shape[1]), np.uint8)  # filter 0: none
            np.invert(part, out=lines[:, 1:])  # in the file, black is 0
            if self._width % 8:
                lines[:, -1] &= np.uint8(0xFF00 >> self._width % 8 & 0xFF)
            self._waiting += self._deflate.compress(lines.data)
        self._rows += len(packed)
        if len(self._waiting) >= _CHUNK:
            self._flush()

    def end(self) -> None:
        """Finish the page.

        Raises
        ------
        InputError
            If rows are missing.
        """
        if not self._width or self._rows != self._height:
            raise InputError("fewer rows were written than the page has")

    def close(self) -> None:
        """Write what is left and the end of the file."""
        if self._rows != self._height or not self._width:
            raise InputError("a PNG file needs a whole page")
        self._waiting += self._deflate.flush()
        self._flush()
        self._chunk(b"IEND", b"")

    def _flush(self) -> None:
        self._chunk(b"IDAT", bytes(self._waiting))
        self._waiting.clear()

    def _chunk(self, kind: bytes, data: bytes) -> None:
        check = zlib.crc32(data, zlib.crc32(kind))
        self._file.write(struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check))


def _per_metre(dpi: float) -> int:
    if not 0 < dpi < 2**31 * 0.0254:
        raise InputError(f"a resolution of {dpi} dpi cannot be written")
    return max(1, round(dpi / 0.0254))
