"""The compressed bytes of TIFF strips and tiles, undone in small pieces."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import BinaryIO

import numpy as np

from docbin import kernels
from docbin.io.color import Bytes
from docbin.io.damage import DamagedError

NONE, LZW, DEFLATE, OLD_DEFLATE, PACKBITS = 1, 5, 8, 32946, 32773
COMPRESSIONS = frozenset((NONE, LZW, DEFLATE, OLD_DEFLATE, PACKBITS))
_PIECE = 1 << 18
_REVERSED = np.array([int(f"{value:08b}"[::-1], 2) for value in range(256)], np.uint8)


class Unpacked:
    """The bytes of one strip or tile, taken in order.

    Parameters
    ----------
    file
        Open and seekable; nobody else may move it while bytes are taken.
    offset, size
        Where the strip lies.
    compression
        One of `COMPRESSIONS`.
    lowest_first
        The bits of each byte are in reverse order (FillOrder 2).
    """

    def __init__(
        self, file: BinaryIO, offset: int, size: int, *, compression: int, lowest_first: bool
    ) -> None:
        self._raw = _raw(file, offset, size, lowest_first=lowest_first)
        if compression == LZW:
            self._raw = _lzw(self._raw)
        elif compression == PACKBITS:
            self._raw = _packbits(self._raw)
        elif compression != NONE:
            self._raw = _inflated(self._raw)
        self._left = b""

    def take(self, size: int) -> Bytes:
        """Return exactly ``size`` bytes."""
        parts = []
        missing = size
        while missing:
            part = self._left or next(self._raw, b"")
            if not part:
                raise DamagedError("a strip or tile ends too early")
            parts.append(part[:missing])
            self._left = part[missing:]
            missing -= len(parts[-1])
        return np.frombuffer(b"".join(parts) if len(parts) != 1 else parts[0], np.uint8)


def _raw(file: BinaryIO, offset: int, size: int, *, lowest_first: bool) -> Iterator[bytes]:
    if offset >= 1 << 62:
        raise DamagedError("an offset points nowhere")
    while size > 0:
        file.seek(offset)
        piece = file.read(min(size, _PIECE))
        if not piece:
            return
        offset += len(piece)
        size -= len(piece)
        yield _REVERSED[np.frombuffer(piece, np.uint8)].tobytes() if lowest_first else piece


def _inflated(pieces: Iterator[bytes]) -> Iterator[bytes]:
    inflate = zlib.decompressobj()
    for piece in pieces:
        data = piece
        while data and not inflate.eof:
            part = inflate.decompress(data, _PIECE)
            data = inflate.unconsumed_tail
            if part:
                yield part
    if not inflate.eof and (rest := inflate.flush()):
        yield rest


def _lzw(pieces: Iterator[bytes]) -> Iterator[bytes]:
    prefix, length = np.zeros(4096, np.uint16), np.zeros(4096, np.uint16)
    suffix = np.zeros(4096, np.uint8)
    length[:256] = 1
    suffix[:256] = np.arange(256)
    state = np.array([0, 0, 258, -1, -1, 0, 0], np.int64)
    for piece in pieces:
        data = np.frombuffer(piece, np.uint8)
        made = _PIECE
        while len(data) or made == _PIECE:
            out = np.empty(_PIECE, np.uint8)
            used, made = kernels.lzw_decode(data, out, prefix, length, suffix, state)
            data = data[used:]
            if made:
                yield out[:made].tobytes()
            elif not used:
                break


def _packbits(pieces: Iterator[bytes]) -> Iterator[bytes]:
    left = b""
    for piece in pieces:
        data = np.frombuffer(left + piece, np.uint8)
        while True:
            out = np.empty(_PIECE, np.uint8)
            used, made = kernels.packbits_decode(data, out)
            data = data[used:]
            if not made:
                break
            yield out[:made].tobytes()
        left = data.tobytes()
