"""PNM: PBM, PGM and PPM, as text (P1 to P3) and as bytes (P4 to P6)."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from docbin.io.blob import Blob
from docbin.io.color import eight_bit, ink, unpack_samples
from docbin.io.damage import DamagedError
from docbin.io.page import PageInfo
from docbin.io.raster import Pixels, Raster, opening, regroup

_SPACE = b" \t\n\v\f\r"
_PIECE = 1 << 20
_LONGEST_NUMBER = 10
_LONGEST_COMMENT = 1 << 16


@dataclass(frozen=True, slots=True)
class _Header:
    """Kind 1 to 6, sizes, largest value, and where the pixels start."""

    kind: int
    width: int
    height: int
    top: int
    start: int

    @property
    def samples(self) -> int:
        """Samples of a row."""
        return self.width * (3 if self.kind in (3, 6) else 1)

    @property
    def row_bytes(self) -> int:
        """Bytes of a row of the kinds 4 to 6."""
        if self.kind == 4:
            return (self.width + 7) // 8
        return self.samples * (2 if self.top > 255 else 1)


def open_pnm(source: Blob, max_pixels: int | None) -> Iterator[Raster]:
    """Yield the pages of a PNM file; those of the kinds 4 to 6 may follow each other."""
    start = index = 0
    while start < source.size:
        with opening(source) as file:
            file.seek(start)
            if index and file.read(1) != b"P":
                return  # what follows is no page
            file.seek(start)
            header = _read_header(file)
        yield _page(source, header, index, max_pixels)
        if header.kind < 4:
            return
        start = header.start + header.row_bytes * header.height
        index += 1


def _page(source: Blob, header: _Header, index: int, max_pixels: int | None) -> Raster:
    bilevel = header.kind in (1, 4)
    info = PageInfo(
        header.width,
        header.height,
        3 if header.kind in (3, 6) else 1,
        1 if bilevel else header.top.bit_length(),
        "pnm",
        bilevel=bilevel,
        source=source.name,
        index=index,
    )

    def decode(rows: int) -> Generator[Pixels, None, None]:
        with source.open() as file:
            file.seek(header.start)
            pieces = _text_rows(file, header) if header.kind < 4 else _byte_rows(file, header)
            yield from regroup(pieces, rows, header.height)

    return Raster(info, decode, streams=True, max_pixels=max_pixels)


def _read_header(file: BinaryIO) -> _Header:
    kind = int(file.read(2)[1:])
    width, height = _number(file), _number(file)
    top = 1 if kind in (1, 4) else _number(file)
    if not 1 <= top <= 65535:
        raise DamagedError(f"its largest value is {top}; PNM allows 1 to 65535")
    return _Header(kind, width, height, top, file.tell())


def _number(file: BinaryIO) -> int:
    """Read one number of the header and the one character after it."""
    digits = b""
    while True:
        byte = file.read(1)
        if byte == b"#":
            file.readline(_LONGEST_COMMENT)
            byte = b"\n"
        if byte.isdigit() and len(digits) < _LONGEST_NUMBER:
            digits += byte
        elif byte and byte in _SPACE:
            if digits:
                return int(digits)
        else:
            raise DamagedError("its header is broken")


def _byte_rows(file: BinaryIO, header: _Header) -> Iterator[Pixels]:
    size = header.row_bytes
    step = max(1, _PIECE // size)
    for top in range(0, header.height, step):
        rows = min(step, header.height - top)
        data = file.read(rows * size)
        whole = len(data) // size
        yield _pixels(np.frombuffer(data, np.uint8, whole * size).reshape(whole, size), header)
        if whole < rows:
            return


def _pixels(rows: npt.NDArray[np.uint8], header: _Header) -> Pixels:
    if header.kind == 4:
        return ink(rows, header.width, 1)
    samples = unpack_samples(rows, 16 if header.top > 255 else 8, header.samples)
    if header.top == 255:
        return _shaped(samples.astype(np.uint8, copy=False), header)
    return _scaled(samples.astype(np.uint16, copy=False), header)


def _scaled(samples: npt.NDArray[np.uint16], header: _Header) -> Pixels:
    """Scale values of 0 to ``top`` to 255 with rounding; larger ones count as ``top``."""
    top = header.top
    if top == 65535:
        return _shaped(eight_bit(samples, 16), header)
    values = np.arange(65536 if top > 255 else 256, dtype=np.int64).clip(max=top)
    table = ((values * 510 + top) // (2 * top)).astype(np.uint8)
    return _shaped(table[samples], header)


def _shaped(values: npt.NDArray[np.uint8], header: _Header) -> Pixels:
    if header.kind in (3, 6):
        return values.reshape(len(values), header.width, 3)
    return values


def _text_rows(file: BinaryIO, header: _Header) -> Iterator[Pixels]:
    """Parse numbers as text; of the kind 1 every digit is a pixel, spaces or not."""
    waiting = np.zeros(0, np.uint16)
    for numbers in _numbers(file, digits=header.kind == 1):
        waiting = np.concatenate([waiting, numbers])
        whole = len(waiting) // header.samples
        rows = waiting[: whole * header.samples].reshape(whole, header.samples)
        waiting = waiting[whole * header.samples :]
        yield rows == 1 if header.kind == 1 else _scaled(rows.clip(max=header.top), header)


def _without_comments(file: BinaryIO) -> Iterator[bytes]:
    """Yield the text in pieces; comments go from # to the end of the line."""
    inside = b""
    while piece := file.read(_PIECE):
        text = inside + piece
        inside = b"#" if text.rfind(b"#") > max(text.rfind(b"\n"), text.rfind(b"\r")) else b""
        yield re.sub(rb"#[^\r\n]*", b"", text)


def _numbers(file: BinaryIO, *, digits: bool) -> Iterator[npt.NDArray[np.uint16]]:
    rest = b""
    for piece in _without_comments(file):
        text = rest + piece
        if digits:
            letters = np.frombuffer(text, np.uint8)
            bits = letters[(letters == ord("0")) | (letters == ord("1"))] - np.uint8(ord("0"))
            if len(bits) + sum(text.count(space) for space in _SPACE) < len(text):
                raise DamagedError("it has other characters than 0 and 1")
            yield bits.astype(np.uint16)
            continue
        # A number may continue in the next piece.
        cut = max(text.rfind(bytes((space,))) for space in _SPACE) + 1
        text, rest = text[:cut], text[cut:]
        yield _parsed(text)
    if rest:
        yield _parsed(rest)


def _parsed(text: bytes) -> npt.NDArray[np.uint16]:
    try:
        values = np.array(text.split(), dtype=np.int64)
    except (ValueError, OverflowError) as error:
        raise DamagedError("it has pixels that are no numbers") from error
    if len(values) and not 0 <= values.min() <= values.max() <= 65535:
        raise DamagedError("it has pixels outside 0 to 65535")
    return values.astype(np.uint16)
