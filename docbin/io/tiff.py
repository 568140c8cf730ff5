"""TIFF."""

from __future__ import annotations

from collections.abc import Generator, Iterator

from docbin.io.blob import Blob
from docbin.io.icc import usable_profile
from docbin.io.orientation import valid_orientation
from docbin.io.page import PageInfo
from docbin.io.pillow import (
    count_pages,
    open_picture,
    picture_kind,
    picture_pixels,
    turn_to,
)
from docbin.io.raster import Pixels, Raster, opening, regroup, turned


def open_tiff(source: Blob, max_pixels: int | None) -> Iterator[Raster]:
    """Yield the pages of a TIFF file."""
    with opening(source) as file:
        count = count_pages(open_picture("tiff", file))
    for index in range(count):
        yield _page(source, index, max_pixels)


def _page(source: Blob, index: int, max_pixels: int | None) -> Raster:
    with opening(source) as file:
        picture = open_picture("tiff", file)
        turn_to(picture, index)
        channels, bilevel = picture_kind(picture)
        width, height = picture.size
        info = PageInfo(
            width,
            height,
            channels,
            1 if bilevel else 8,
            "tiff",
            dpi=picture.info.get("dpi"),
            icc=usable_profile(picture.info.get("icc_profile"), channels),
            orientation=valid_orientation(picture.tag_v2.get(274, 1)),
            bilevel=bilevel,
            source=source.name,
            index=index,
        )

    def decode(rows: int) -> Generator[Pixels, None, None]:
        with source.open() as file:
            picture = open_picture("tiff", file)
            turn_to(picture, index)
            yield from regroup(picture_pixels(picture, info.icc), rows, height)

    return Raster(turned(info), decode, max_pixels=max_pixels)
