"""PNG, read row by row: only a piece of the page is in memory besides what is given out."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Generator, Iterator
from typing import TypeAlias

import numpy as np

from docbin import kernels
from docbin.io.blob import Blob
from docbin.io.color import (
    Bytes,
    eight_bit,
    ink,
    is_black_and_white,
    on_white,
    palette_table,
    unpack_samples,
)
from docbin.io.damage import DamagedError
from docbin.io.exif import orientation_and_dpi
from docbin.io.icc import palette_in_srgb, to_srgb, usable_profile
from docbin.io.page import Dpi, PageInfo, per_inch
from docbin.io.png_chunks import Chunks, Header, image_data, read_chunks
from docbin.io.raster import Pixels, Raster, opening, regroup, turned

_PIECE = 1 << 18
_LARGEST_PROFILE = 1 << 24
# First column, first row, column step and row step of the seven passes.
_ADAM7 = (
    (0, 0, 8, 8),
    (4, 0, 8, 8),
    (0, 4, 4, 8),
    (2, 0, 4, 4),
    (0, 2, 2, 4),
    (1, 0, 2, 2),
    (0, 1, 1, 2),
)
# Unfiltered rows (n, bytes) of a width to pixels.
_Finish: TypeAlias = Callable[[Bytes, int], Pixels]


def open_png(source: Blob, max_pixels: int | None) -> Iterator[Raster]:
    """Yield the one page of a PNG file; of an animation, its still picture."""
    with opening(source) as file:
        chunks = read_chunks(file)
    info = _info(chunks, source.name)

    def decode(rows: int) -> Generator[Pixels, None, None]:
        with source.open() as file:
            rows_of_bytes = _Inflated(image_data(file, chunks.data))
            finish = _finisher(chunks, info.icc)
            header = chunks.header
            if header.interlaced:
                yield _deinterlaced(rows_of_bytes, header, finish)
                return
            pieces = (
                finish(piece, header.width)
                for piece in rows_of_bytes.image(header, header.width, header.height)
            )
            yield from regroup(pieces, rows, header.height)

    yield Raster(turned(info), decode, not chunks.header.interlaced, max_pixels)


def _info(chunks: Chunks, name: str) -> PageInfo:
    header = chunks.header
    channels = 3 if header.color in (2, 6) else 1
    bilevel = header.color == 0 and header.depth == 1 and chunks.transparency is None
    if header.color == 3:
        table = _palette(chunks)
        channels = 1 if table.ndim == 1 else 3
        bilevel = is_black_and_white(table, header.depth)
    orientation, dpi = orientation_and_dpi(chunks.exif)
    return PageInfo(
        header.width,
        header.height,
        channels,
        header.depth,
        "png",
        dpi=_physical(chunks.physical) or dpi,
        icc=usable_profile(_profile(chunks.profile), 3 if header.color in (2, 3, 6) else 1),
        orientation=orientation,
        bilevel=bilevel,
        source=name,
    )


def _physical(data: bytes) -> Dpi | None:
    """Pixels per metre to dpi; a ratio without a unit says nothing."""
    if len(data) != 9:
        return None
    horizontal, vertical, unit = struct.unpack(">IIB", data)
    if unit != 1 or not horizontal or not vertical:
        return None
    return per_inch(horizontal, 0.0254), per_inch(vertical, 0.0254)


def _profile(data: bytes) -> bytes | None:
    """Inflate an ICC profile, up to a limit; a broken one counts for nothing."""
    _, _, packed = data.partition(b"\0")
    try:
        return zlib.decompressobj().decompress(packed[1:], _LARGEST_PROFILE) or None
    except zlib.error:
        return None


def _palette(chunks: Chunks) -> Bytes:
    """Return the palette laid on white, as gray (256,) or RGB (256, 3)."""
    size = len(chunks.palette) // 3
    colors = np.frombuffer(chunks.palette, np.uint8, size * 3).reshape(1, size, 3)
    alpha = np.full((1, size), 255, np.uint8)
    given = np.frombuffer(chunks.transparency or b"", np.uint8)[:size]
    alpha[0, : len(given)] = given
    return palette_table(on_white(colors, alpha)[0])


def _finisher(chunks: Chunks, icc: bytes | None) -> _Finish:
    """Return what turns unfiltered rows into gray, RGB or ink."""
    header = chunks.header
    if header.color == 3:
        return _palette_finisher(chunks, icc)
    if header.color == 0 and header.depth == 1 and chunks.transparency is None:
        return lambda rows, width: ink(rows, width, 0)
    colors = 3 if header.color in (2, 6) else 1
    transform = to_srgb(icc, colors)
    key = _key(chunks.transparency, colors)

    def finish(rows: Bytes, width: int) -> Pixels:
        samples = unpack_samples(rows, header.depth, width * header.samples)
        if header.samples > 1:
            samples = samples.reshape(len(rows), width, header.samples)
        eight = eight_bit(samples, header.depth)
        pixels = eight if header.samples in (1, 3) else eight[..., :-1]
        if pixels.ndim == 3 and colors == 1:
            pixels = pixels[..., 0]
        if transform is not None:
            pixels = transform(pixels)
        if header.color in (4, 6):
            return on_white(pixels, eight[..., -1])
        if key is not None:
            hidden = samples == key if colors == 1 else (samples == key).all(axis=-1)
            pixels = pixels.copy()
            pixels[hidden] = 255
        return pixels

    return finish


def _key(transparency: bytes | None, colors: int) -> Bytes | None:
    """Return the one colour that is transparent, as samples of the file's depth."""
    if transparency is None or len(transparency) != 2 * colors:
        return None
    return np.frombuffer(transparency, ">u2").astype(np.uint16)


def _palette_finisher(chunks: Chunks, icc: bytes | None) -> _Finish:
    header = chunks.header
    table = _palette(chunks)
    if is_black_and_white(table, header.depth):
        return lambda rows, width: ink(rows, width, int(table[1] == 0))
    table = palette_in_srgb(table, icc)
    return lambda rows, width: table[unpack_samples(rows, header.depth, width)]


class _Inflated:
    """The zlib stream of the image data, taken in rows."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._inflate = zlib.decompressobj()

    def image(self, header: Header, width: int, height: int) -> Iterator[Bytes]:
        """Yield the unfiltered rows (n, bytes) of an image, or of a pass of one."""
        size = header.row_bytes(width)
        above = np.zeros(size, np.uint8)
        step = max(1, _PIECE // (size + 1))
        for top in range(0, height, step):
            rows = min(step, height - top)
            raw = self._take(rows * (size + 1), size + 1, top, height)
            block = kernels.png_unfilter(raw, above, header.pixel_bytes)
            above = block[-1]
            yield block

    def _take(self, size: int, row: int, top: int, height: int) -> Bytes:
        """Return ``size`` bytes as rows."""
        parts = []
        missing = size
        while missing:
            data = self._inflate.unconsumed_tail
            if not data and not self._inflate.eof:
                data = next(self._pieces, b"")
            part = self._inflate.decompress(data, missing)
            if not part and (self._inflate.eof or not data):
                done = top + (size - missing) // row
                raise DamagedError(f"it ends after {done} of {height} rows")
            parts.append(part)
            missing -= len(part)
        joined = parts[0] if len(parts) == 1 else b"".join(parts)
        return np.frombuffer(joined, np.uint8).reshape(-1, row)


def _deinterlaced(rows: _Inflated, header: Header, finish: _Finish) -> Pixels:
    """Put the seven passes of an interlaced image together."""
    page: Pixels | None = None
    for left, top, across, down in _ADAM7:
        width = -(-(header.width - left) // across)
        height = -(-(header.height - top) // down)
        if width < 1 or height < 1:
            continue
        y = top
        for piece in rows.image(header, width, height):
            pixels = finish(piece, width)
            if page is None:
                page = np.empty((header.height, header.width, *pixels.shape[2:]), pixels.dtype)
            end = y + down * len(pixels)
            page[y:end:down, left::across] = pixels
            y = end
    if page is None:
        raise DamagedError("it has no pixels")
    return page
