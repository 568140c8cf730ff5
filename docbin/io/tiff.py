"""TIFF: the pages, read in rows where docbin undoes the compression itself, else by Pillow."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import Any

from docbin.dependencies import load
from docbin.io.blob import Blob
from docbin.io.damage import DamagedError
from docbin.io.icc import usable_profile
from docbin.io.orientation import swaps_sides, valid_orientation
from docbin.io.page import Dpi, PageInfo, per_inch
from docbin.io.pillow import check_claim, open_picture, picture_kind, picture_pixels, turn_to
from docbin.io.raster import Pixels, Raster, opening, reading, regroup, turned
from docbin.io.tiff_directory import Directory, read_directories
from docbin.io.tiff_rows import layout_of, page_rows
from docbin.io.tiff_samples import samples_of

_PER_INCH = {2: 1.0, 3: 2.54}


def open_tiff(source: Blob, max_pixels: int | None) -> Iterator[Raster]:
    """Yield the pages of a TIFF or BigTIFF file; smaller versions of a page are left out."""
    with source.open() as file:
        directories = read_directories(file)
        place = 0
        index = 0
        while True:
            with reading(source.name, index):
                directory = next(directories, None)
            if directory is None:
                return
            if index == 0 or not directory.number(254, 0) & 1:
                with reading(source.name, index):
                    page = _page(source, directory, (index, place), max_pixels)
                yield page
                index += 1
            place += 1


def _page(
    source: Blob, directory: Directory, number: tuple[int, int], max_pixels: int | None
) -> Raster:
    """Return page ``number``: counted by us, and by Pillow."""
    samples, layout = samples_of(directory), layout_of(directory)
    if samples is None or layout is None:
        return _by_pillow(source, directory, number, max_pixels)
    info = PageInfo(
        layout.width,
        layout.height,
        samples.channels,
        samples.bits,
        "tiff",
        dpi=_dpi(directory),
        icc=samples.icc,
        orientation=valid_orientation(directory.number(274, 1)),
        bilevel=samples.bilevel,
        source=source.name,
        index=number[0],
    )

    def decode(rows: int) -> Generator[Pixels, None, None]:
        with source.open() as file:
            finish = samples.finisher()
            pieces = (finish(piece, layout.width) for piece in page_rows(file, layout))
            yield from regroup(pieces, rows, layout.height)

    return Raster(turned(info), decode, layout.streams, max_pixels)


def _dpi(directory: Directory) -> Dpi | None:
    scale = _PER_INCH.get(directory.number(296, 2))
    horizontal, vertical = directory.fraction(282), directory.fraction(283)
    if scale and 0 < horizontal < 1e6 and 0 < vertical < 1e6:
        return per_inch(horizontal, scale), per_inch(vertical, scale)
    return None


def _by_pillow(
    source: Blob, directory: Directory, number: tuple[int, int], max_pixels: int | None
) -> Raster:
    """Return a page that Pillow decodes: JPEG, fax codes, YCbCr and rare compressions."""
    index, place = number
    with opening(source) as file:
        picture = open_picture("tiff", file)
        turn_to(picture, place)
        channels, bilevel = picture_kind(picture)
        width, height = directory.number(256), directory.number(257)
        orientation = valid_orientation(directory.number(274, 1))
        dpi = _dpi(directory)
        if swaps_sides(orientation):
            width, height = height, width
            dpi = dpi and dpi[::-1]
        colors = 4 if picture.mode == "CMYK" else channels
        icc = bytes(int(value) for value in directory.numbers(34675))
        info = PageInfo(
            width,
            height,
            channels,
            1 if bilevel else directory.number(258, 1),
            "tiff",
            dpi=dpi,
            icc=usable_profile(icc, colors),
            bilevel=bilevel,
            source=source.name,
            index=index,
        )

    def decode(rows: int) -> Generator[Pixels, None, None]:
        with source.open() as file:
            picture = open_picture("tiff", file)
            turn_to(picture, place)
            check_claim(picture, width, height)
            _turn(picture)
            yield from regroup(picture_pixels(picture, info.icc), rows, height)

    return Raster(info, decode, max_pixels=max_pixels)


def _turn(picture: Any) -> None:
    """Let Pillow turn the page upright; newer versions do so on their own while they decode."""
    if picture.tag_v2.get(274, 1) == 1:
        return
    try:
        picture.load()
    except (OSError, MemoryError):
        raise
    except Exception as error:
        raise DamagedError(str(error)) from error
    if 274 in picture.tag_v2:
        load("PIL.ImageOps", purpose="reading TIFF").exif_transpose(picture, in_place=True)
