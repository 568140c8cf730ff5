"""The rows of a TIFF page, from strips or tiles, a piece at a time."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

import numpy as np

from docbin.io.color import Bytes
from docbin.io.damage import DamagedError
from docbin.io.limits import LONGEST_SIDE
from docbin.io.tiff_directory import Directory
from docbin.io.tiff_unpack import COMPRESSIONS, NONE, Unpacked

# Rows are given out in pieces of about this size; a row of tiles is held as a whole.
_PIECE = 1 << 18
_LARGEST_TILE_ROW = 1 << 26


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the samples of a page lie and how they are packed.

    Parameters
    ----------
    width, height
        Of the page.
    block_width, block_height
        Of a tile; of a strip, where ``block_width`` is the page's width.
    samples, bits
        Samples of a pixel, bits of a sample.
    offsets, sizes
        Of the blocks in the file, from left to right and from the top.
    compression, lowest_first
        See `docbin.io.tiff_unpack.Unpacked`.
    differences
        Samples are stored as differences to their left neighbours (Predictor 2).
    order
        Byte order of 16-bit samples.
    planes
        How often all blocks come, where each sample of a pixel has blocks of its own; ``samples``
        is 1 then.
    """

    width: int
    height: int
    block_width: int
    block_height: int
    samples: int
    bits: int
    offsets: tuple[int, ...]
    sizes: tuple[int, ...]
    compression: int
    lowest_first: bool
    differences: bool
    order: str
    planes: int = 1

    @property
    def across(self) -> int:
        """Blocks side by side."""
        return -(-self.width // self.block_width)

    @property
    def blocks(self) -> int:
        """Blocks of a plane."""
        return self.across * -(-self.height // self.block_height)

    @property
    def streams(self) -> bool:
        """Whether a row of blocks is small enough to be held beside the page's rows."""
        row = self.block_width * self.across * self.samples * self.planes * self.bits // 8
        return self.across == 1 or row * self.block_height <= _LARGEST_TILE_ROW

    def row_bytes(self, width: int) -> int:
        """Bytes of a row of ``width`` pixels."""
        return (width * self.samples * self.bits + 7) // 8


def layout_of(directory: Directory) -> Layout | None:
    """Return the layout of a page, or None where it takes Pillow to decode it.

    Raises
    ------
    DamagedError
        If blocks are missing.
    """
    width, height = directory.number(256), directory.number(257)
    samples = directory.number(277, 1)
    compression, predictor = directory.number(259, 1), directory.number(317, 1)
    bits = directory.number(258, 1)
    planes = samples if directory.number(284, 1) == 2 else 1
    if compression not in COMPRESSIONS or predictor not in (1, 2):
        return None
    if (predictor == 2 or planes > 1) and bits not in (8, 16):
        return None
    tiled = 324 in directory.tags
    if tiled:
        wide, high = directory.number(322), directory.number(323)
    else:
        wide, high = width, min(directory.number(278, height), height)
    if width < 1 or height < 1:
        # Refused, with its size, by the check of the limits.
        wide = high = 1
    if wide < 1 or high < 1 or (tiled and wide > LONGEST_SIDE):
        raise DamagedError(f"its strips or tiles are {wide} x {high} pixels")
    offsets = directory.numbers(324 if tiled else 273)
    sizes = directory.numbers(325 if tiled else 279)
    layout = Layout(
        width=width,
        height=height,
        block_width=wide,
        block_height=high,
        samples=1 if planes > 1 else samples,
        bits=bits,
        offsets=offsets,
        sizes=sizes,
        compression=compression,
        lowest_first=directory.number(266, 1) == 2,
        differences=predictor == 2,
        order=directory.order,
        planes=planes,
    )
    return _with_sizes(layout) if width > 0 and height > 0 else layout


def _with_sizes(layout: Layout) -> Layout:
    """Check the number of blocks; sizes that are not given follow where nothing is compressed."""
    count = layout.blocks * layout.planes
    if len(layout.offsets) < count:
        raise DamagedError(f"it has {len(layout.offsets)} of {count} strips or tiles")
    if len(layout.sizes) >= count and (layout.compression != NONE or any(layout.sizes)):
        return layout
    if layout.compression != NONE:
        raise DamagedError("it does not say how long its strips or tiles are")
    size = layout.row_bytes(layout.block_width) * layout.block_height
    return dataclasses.replace(layout, sizes=(size,) * count)


def page_rows(file: BinaryIO, layout: Layout) -> Iterator[Bytes]:
    """Yield rows, uint8 (n, bytes), from the top; 16-bit samples come big-endian."""
    if layout.planes == 1:
        yield from _plane_rows(file, layout)
        return
    # All planes are cut alike, and what unpacks a block finds its own place in the file.
    planes = [_plane_rows(file, _plane(layout, number)) for number in range(layout.planes)]
    for pieces in zip(*planes, strict=True):
        rows = len(pieces[0])
        parts = [piece.reshape(rows, layout.width, layout.bits // 8) for piece in pieces]
        yield np.stack(parts, axis=2).reshape(rows, -1)


def _plane(layout: Layout, number: int) -> Layout:
    own = slice(number * layout.blocks, (number + 1) * layout.blocks)
    return dataclasses.replace(
        layout, offsets=layout.offsets[own], sizes=layout.sizes[own], planes=1
    )


def _plane_rows(file: BinaryIO, layout: Layout) -> Iterator[Bytes]:
    for first in range(0, layout.height, layout.block_height):
        rows = min(layout.block_height, layout.height - first)
        number = first // layout.block_height * layout.across
        if layout.across == 1:
            for piece in _block_rows(file, layout, number, rows):
                yield piece[:, : layout.row_bytes(layout.width)]
        else:
            yield _row_of_tiles(file, layout, number, rows)


def _row_of_tiles(file: BinaryIO, layout: Layout, number: int, rows: int) -> Bytes:
    joined = np.empty((rows, layout.row_bytes(layout.width)), np.uint8)
    step = layout.row_bytes(layout.block_width)
    if layout.block_width * layout.samples * layout.bits % 8:
        raise DamagedError(f"its tiles are {layout.block_width} pixels wide, which is no byte")
    for column in range(layout.across):
        left, top = column * step, 0
        for piece in _block_rows(file, layout, number + column, rows):
            part = joined[top : top + len(piece), left : left + step]
            part[:] = piece[:, : part.shape[1]]
            top += len(piece)
    return joined


def _block_rows(file: BinaryIO, layout: Layout, number: int, rows: int) -> Iterator[Bytes]:
    """Yield the rows of a strip or tile."""
    size = layout.row_bytes(layout.block_width)
    unpacked = Unpacked(
        file,
        layout.offsets[number],
        layout.sizes[number],
        compression=layout.compression,
        lowest_first=layout.lowest_first,
    )
    step = max(1, _PIECE // size)
    for top in range(0, rows, step):
        count = min(step, rows - top)
        yield _in_order(unpacked.take(count * size).reshape(count, size), layout)


def _in_order(rows: Bytes, layout: Layout) -> Bytes:
    """Undo the predictor and the byte order."""
    if layout.bits == 16 and (layout.order == "<" or layout.differences):
        wide = rows.view(f"{layout.order}u2").astype(np.uint16)
        if layout.differences:
            wide = _summed(wide, layout.samples)
        return wide.astype(">u2").view(np.uint8)
    return _summed(rows, layout.samples) if layout.differences else rows


def _summed(rows: Any, samples: int) -> Any:
    """Add up the differences along each row, in the width of the samples."""
    pixels = rows.reshape(len(rows), -1, samples)
    return pixels.cumsum(axis=1, dtype=rows.dtype).reshape(rows.shape)
