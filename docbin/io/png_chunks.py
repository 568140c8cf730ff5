"""The chunks of a PNG file: header, palette, resolution, profile, and the image data."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from docbin.io.damage import DamagedError

SIGNATURE = b"\x89PNG\r\n\x1a\n"
# Color type -> samples of a pixel and the depths that the standard allows.
SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_DEPTHS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
_PIECE = 1 << 16
# Chunks other than image data are small; a larger one is no use to us.
_LARGEST_CHUNK = 1 << 24
_WANTED = (b"PLTE", b"tRNS", b"pHYs", b"iCCP", b"eXIf")


@dataclass(frozen=True, slots=True)
class Header:
    """IHDR: sizes in pixels, bits of a sample, colour type 0, 2, 3, 4 or 6."""

    width: int
    height: int
    depth: int
    color: int
    interlaced: bool

    @property
    def samples(self) -> int:
        """Samples of a pixel."""
        return SAMPLES[self.color]

    def row_bytes(self, width: int) -> int:
        """Bytes of a row of ``width`` pixels, without the filter's byte."""
        return (width * self.samples * self.depth + 7) // 8

    @property
    def pixel_bytes(self) -> int:
        """Distance of a byte to its left neighbour for the filters."""
        return max(1, self.samples * self.depth // 8)


@dataclass(frozen=True, slots=True)
class Chunks:
    """What a file says before its pixels; `data` is where the first IDAT starts."""

    header: Header
    data: int
    palette: bytes = b""
    transparency: bytes | None = None
    physical: bytes = b""
    profile: bytes = b""
    exif: bytes = b""


def read_chunks(file: BinaryIO) -> Chunks:
    """Read all chunks but the image data.

    Raises
    ------
    DamagedError
        If the file breaks the standard before its pixels.
    """
    if file.read(8) != SIGNATURE:
        raise DamagedError("its signature was altered, as by a transfer in text mode")
    kind, size = _chunk_head(file)
    if kind != b"IHDR" or size != 13:
        raise DamagedError("it does not start with an IHDR chunk")
    body, intact = _body(file, kind, size)
    if not intact:
        raise DamagedError("the checksum of its header is wrong")
    header = _header(body)
    found: dict[bytes, bytes] = {}
    data = _collect(file, found)
    if header.color == 3 and not 3 <= len(found.get(b"PLTE", b"")) <= 768:
        raise DamagedError("it has no usable palette")
    return Chunks(
        header,
        data,
        palette=found.get(b"PLTE", b""),
        transparency=found.get(b"tRNS"),
        physical=found.get(b"pHYs", b""),
        profile=found.get(b"iCCP", b""),
        exif=found.get(b"eXIf", b""),
    )


def _collect(file: BinaryIO, found: dict[bytes, bytes]) -> int:
    """Gather the wanted chunks; return where the first IDAT starts.

    Metadata may also follow the pixels; whatever is wrong there is left to the decoder.
    """
    data = -1
    while True:
        start = file.tell()
        try:
            kind, size = _chunk_head(file)
            if kind in _WANTED and kind not in found and size <= _LARGEST_CHUNK:
                body, intact = _body(file, kind, size)
                if intact:
                    found[kind] = body
                elif kind == b"PLTE":
                    raise DamagedError("the checksum of its palette is wrong")
                continue
        except DamagedError:
            if data < 0:
                raise
            return data
        if kind == b"IDAT" and data < 0:
            data = start
        if kind == b"IEND":
            if data < 0:
                raise DamagedError("it has no image data")
            return data
        if kind[:1].isupper() and kind not in (b"IDAT", b"PLTE"):
            raise DamagedError(f"it has a chunk {kind!r} that is not understood")
        file.seek(size + 4, 1)


def image_data(file: BinaryIO, start: int) -> Iterator[bytes]:
    """Yield the compressed image data in pieces, with the checksums verified."""
    file.seek(start)
    while True:
        kind, size = _chunk_head(file)
        if kind != b"IDAT":
            return
        check = zlib.crc32(kind)
        while size:
            piece = file.read(min(size, _PIECE))
            if not piece:
                raise DamagedError("it is cut off")
            check = zlib.crc32(piece, check)
            size -= len(piece)
            yield piece
        if file.read(4) != struct.pack(">I", check):
            raise DamagedError("the checksum of its image data is wrong")


def _chunk_head(file: BinaryIO) -> tuple[bytes, int]:
    head = file.read(8)
    if len(head) < 8:
        raise DamagedError("it is cut off")
    size, kind = struct.unpack(">I4s", head)
    if size > 0x7FFFFFFF or not kind.isalpha():
        raise DamagedError("its chunks are broken")
    return kind, size


def _body(file: BinaryIO, kind: bytes, size: int) -> tuple[bytes, bool]:
    """Return the contents of a chunk and whether its checksum is right."""
    data = file.read(size)
    check = file.read(4)
    if len(data) < size or len(check) < 4:
        raise DamagedError("it is cut off")
    return data, check == struct.pack(">I", zlib.crc32(data, zlib.crc32(kind)))


def _header(data: bytes) -> Header:
    width, height, depth, color, compression, filtering, interlace = struct.unpack(">IIBBBBB", data)
    if depth not in _DEPTHS.get(color, ()):
        raise DamagedError(f"it has colour type {color} with {depth} bits, which PNG does not know")
    if compression or filtering or interlace > 1:
        raise DamagedError("its compression, filter or interlace method is unknown")
    return Header(width, height, depth, color, bool(interlace))
