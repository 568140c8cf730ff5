"""BMP: sizes are read here, the pixels by Pillow."""

from __future__ import annotations

import struct
from collections.abc import Generator, Iterator
from typing import BinaryIO

from docbin.io.blob import Blob
from docbin.io.damage import DamagedError
from docbin.io.page import Dpi, PageInfo, per_inch
from docbin.io.pillow import check_claim, open_picture, picture_kind, picture_pixels
from docbin.io.raster import Pixels, Raster, opening, regroup

_CORE_HEADER, _INFO_HEADER = 12, 40


def open_bmp(source: Blob, max_pixels: int | None) -> Iterator[Raster]:
    """Yield the one page of a BMP file."""
    with opening(source) as file:
        width, height, bits, dpi = _read_header(file)
        file.seek(0)
        channels, bilevel = 1, False
        if width > 0 and height > 0:  # else it is refused, with its size, by the limits
            channels, bilevel = picture_kind(open_picture("bmp", file))
    info = PageInfo(
        width, height, channels, bits, "bmp", dpi=dpi, bilevel=bilevel, source=source.name
    )

    def decode(rows: int) -> Generator[Pixels, None, None]:
        with source.open() as file:
            picture = open_picture("bmp", file)
            check_claim(picture, width, height)
            pixels = picture_pixels(picture, None)
            yield from regroup(pixels, rows, height)

    yield Raster(info, decode, max_pixels=max_pixels)


def _read_header(file: BinaryIO) -> tuple[int, int, int, Dpi | None]:
    """Return width, height, bits of a sample and the resolution."""
    head = file.read(14 + _INFO_HEADER)
    if len(head) < 14 + _CORE_HEADER:
        raise DamagedError("it is cut off in its header")
    (size,) = struct.unpack_from("<I", head, 14)
    if size == _CORE_HEADER:
        width, height, _, depth = struct.unpack_from("<HHHH", head, 18)
        return width, height, min(depth, 8), None
    if size < _INFO_HEADER or len(head) < 14 + _INFO_HEADER:
        raise DamagedError("it is cut off in its header")
    width, height, _, depth = struct.unpack_from("<iiHH", head, 18)
    across, down = struct.unpack_from("<ii", head, 38)
    dpi = (per_inch(across, 0.0254), per_inch(down, 0.0254)) if across > 0 and down > 0 else None
    return width, abs(height), min(depth, 8), dpi
