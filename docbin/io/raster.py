"""A page of a raster file: bands of pixels from its decoder, turned upright."""

from __future__ import annotations

import dataclasses
import zlib
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import BinaryIO, TypeAlias

import numpy as np

from docbin.errors import DocbinError, InputError
from docbin.image import Color, Gray, Mask, as_gray, rgb_to_gray, to_uint8
from docbin.io.blob import Blob
from docbin.io.damage import DamagedError, UnsupportedError
from docbin.io.limits import check_size
from docbin.io.names import reason, shown
from docbin.io.orientation import swaps_sides, upright
from docbin.io.page import Page, PageInfo

Pixels: TypeAlias = Gray | Color | Mask
# Bands of the given number of rows, from the top of the file's own orientation.
# What is decoded at a time when a page has to be turned.
_GATHERED_ROWS = 256
Decode: TypeAlias = Callable[[int], Generator[Pixels, None, None]]


@dataclass(frozen=True, slots=True)
class Raster:
    """A page whose pixels come from a decoder; it is a `docbin.io.page.PageSource`.

    Parameters
    ----------
    info
        What the header says.
    decode
        Given a number of rows, yields bands of so many rows (the last one has what is left) as
        gray, RGB or bool, in the orientation in which the file stores them.
    streams
        Whether ``decode`` holds only a part of the page in memory.
    max_pixels
        See `docbin.io.limits.check_size`.
    """

    info: PageInfo
    decode: Decode
    streams: bool = False
    max_pixels: int | None = None

    @property
    def can_stream(self) -> bool:
        """Whether `bands` holds only a part of the page in memory."""
        return self.streams and self.info.orientation in (1, 2)

    def load(self) -> Page:
        """Decode the whole page."""
        check_size(self.info, self.max_pixels, banded=False)
        info = self.info
        return Page(
            pixels=np.ascontiguousarray(upright(self._pixels(), info.orientation)),
            dpi=info.dpi,
            icc=info.icc,
            orientation=info.orientation,
            source=info.source,
            index=info.index,
        )

    def bands(self, rows: int) -> Iterator[Gray]:
        """Yield the page as gray uint8 (``rows``, W)."""
        check_size(self.info, self.max_pixels, banded=self.can_stream)
        if self.info.orientation in (1, 2):
            with reading(self.info.source, self.info.index), closing(self.decode(rows)) as bands:
                for band in bands:
                    yield _gray(upright(band, self.info.orientation))
            return
        plane = upright(self._gray_plane(), self.info.orientation)
        for top in range(0, len(plane), rows):
            yield _gray(plane[top : top + rows])

    @property
    def _stored_height(self) -> int:
        return self.info.width if swaps_sides(self.info.orientation) else self.info.height

    def _pixels(self) -> Pixels:
        """Decode all rows, in the orientation of the file."""
        source, index = self.info.source, self.info.index
        with reading(source, index), closing(self.decode(self._stored_height)) as bands:
            return next(bands)

    def _gray_plane(self) -> Gray:
        """Decode all rows as gray, so that the colours of the page are never held twice."""
        height = self._stored_height
        source, index = self.info.source, self.info.index
        with reading(source, index), closing(self.decode(_GATHERED_ROWS)) as bands:
            return as_gray(next(regroup(map(_gray, bands), height, height)))


def _gray(pixels: Pixels) -> Gray:
    if pixels.dtype == np.bool_:
        return to_uint8(pixels)
    if pixels.ndim == 3:
        return rgb_to_gray(np.ascontiguousarray(pixels))
    return np.ascontiguousarray(pixels)


@contextmanager
def opening(source: Blob) -> Iterator[BinaryIO]:
    """Open a file to read its header; what goes wrong becomes an `InputError`."""
    with reading(source.name), source.open() as file:
        yield file


@contextmanager
def reading(source: str, index: int = 0) -> Iterator[None]:
    """Turn whatever goes wrong while a page is read into an `InputError` that names it."""
    name = shown(source) + (f", page {index + 1}," if index else "")
    try:
        yield
    except DocbinError:
        raise
    except OSError as error:
        raise InputError(f"{name} cannot be read: {reason(error)}") from error
    except MemoryError as error:
        raise InputError(f"{name} does not fit into memory") from error
    except UnsupportedError as error:
        raise InputError(f"{name} cannot be read: {error}") from error
    except (zlib.error, ValueError) as error:
        raise InputError(f"{name} cannot be read, it is damaged: {error}") from error


def turned(info: PageInfo) -> PageInfo:
    """Return ``info``, given as the file stores the page, with sides and dpi as they are seen."""
    if not swaps_sides(info.orientation):
        return info
    dpi = info.dpi and (info.dpi[1], info.dpi[0])
    return dataclasses.replace(info, width=info.height, height=info.width, dpi=dpi)


def regroup(pieces: Iterator[Pixels], rows: int, height: int) -> Iterator[Pixels]:
    """Yield bands of ``rows`` rows from pieces of any number of rows.

    Parameters
    ----------
    pieces
        Arrays (n, W) or (n, W, C), together at least ``height`` rows; what is more is dropped.
    rows
        Rows of a band.
    height
        Rows of the page.

    Raises
    ------
    DamagedError
        If rows are missing.
    """
    band: Pixels | None = None
    filled = done = 0
    for piece in pieces:
        while len(piece) and done + filled < height:
            if band is None:
                band = np.empty((min(rows, height - done), *piece.shape[1:]), piece.dtype)
            part = piece[: len(band) - filled]
            band[filled : filled + len(part)] = part
            filled += len(part)
            piece = piece[len(part) :]
            if filled == len(band):
                yield band
                done += filled
                band, filled = None, 0
        if done == height:
            return
    raise DamagedError(f"it ends after {done + filled} of {height} rows")
