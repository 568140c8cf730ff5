"""WebP: the chunks are read here, the pixels by Pillow."""

from __future__ import annotations

import struct
from collections.abc import Generator, Iterator
from typing import BinaryIO

from docbin.io.blob import Blob
from docbin.io.damage import DamagedError
from docbin.io.exif import orientation_and_dpi
from docbin.io.icc import usable_profile
from docbin.io.page import PageInfo
from docbin.io.pillow import check_claim, open_picture, picture_pixels
from docbin.io.raster import Pixels, Raster, opening, regroup, turned

_LARGEST_CHUNK = 1 << 24


def open_webp(source: Blob, max_pixels: int | None) -> Iterator[Raster]:
    """Yield the page of a WebP file; of an animation, its first picture."""
    with opening(source) as file:
        width, height, extra = _read_chunks(file)
    orientation, dpi = orientation_and_dpi(extra.get(b"EXIF", b""))
    info = PageInfo(
        width,
        height,
        3,
        8,
        "webp",
        dpi=dpi,
        icc=usable_profile(extra.get(b"ICCP"), 3),
        orientation=orientation,
        source=source.name,
    )

    def decode(rows: int) -> Generator[Pixels, None, None]:
        with source.open() as file:
            picture = open_picture("webp", file)
            check_claim(picture, width, height)
            pixels = picture_pixels(picture, info.icc)
            yield from regroup(pixels, rows, height)

    yield Raster(turned(info), decode, max_pixels=max_pixels)


def _read_chunks(file: BinaryIO) -> tuple[int, int, dict[bytes, bytes]]:
    """Return width, height and the chunks ICCP and EXIF."""
    file.seek(12)
    size: tuple[int, int] | None = None
    extra: dict[bytes, bytes] = {}
    while len(head := file.read(8)) == 8:
        kind, length = struct.unpack("<4sI", head)
        padded = length + length % 2
        if kind in (b"VP8X", b"VP8 ", b"VP8L") and size is None:
            start = file.read(10)
            size = _size(kind, start)
            padded -= len(start)
        elif kind in (b"ICCP", b"EXIF") and length <= _LARGEST_CHUNK:
            extra.setdefault(kind, file.read(length))
            padded -= length
        file.seek(padded, 1)
    if size is None:
        raise DamagedError("it has no picture")
    return *size, extra


def _size(kind: bytes, start: bytes) -> tuple[int, int]:
    if len(start) < 10:
        raise DamagedError("it is cut off in its header")
    if kind == b"VP8X":
        width = int.from_bytes(start[4:7], "little") + 1
        return width, int.from_bytes(start[7:10], "little") + 1
    if kind == b"VP8L":
        bits = int.from_bytes(start[1:5], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    width, height = struct.unpack_from("<HH", start, 6)
    return width & 0x3FFF, height & 0x3FFF
