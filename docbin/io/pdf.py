"""PDF pages: the scan itself where a page is one image, else the page as PDFium draws it.

The resolution of a page that is one image is that image's. Another page is drawn at that of the
finest image on it, and at 300 dpi at least where it has text or lines of its own; where it has no
image, at 300.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from docbin.io.blob import Blob
from docbin.io.limits import check_size
from docbin.io.page import Dpi, PageInfo
from docbin.io.pdf_content import Content, Placed, page_content
from docbin.io.pdf_file import opened_pdf, pdf_reading, rotation, visible_box
from docbin.io.pdf_images import (
    drawn_page,
    image_bits,
    image_pixels,
    image_size,
    is_bilevel,
    is_gray,
    pdfium,
)
from docbin.io.raster import Pixels, Raster, regroup, turned

_UNKNOWN_DPI = 300.0
_FINEST_DPI = 1200.0
# Images smaller than this part of the page say nothing about its resolution.
_COUNTING_PART = 0.02
# A page more than so many times larger than its one image is no scan.
_LARGEST_SURROUNDINGS = 2.0


@dataclass(frozen=True, slots=True)
class Scan:
    """A page that is one image.

    Parameters
    ----------
    placed
        The image.
    orientation
        1 to 8: how its pixels are turned to be seen upright.
    dpi
        Along its own rows and columns.
    window
        Left, top, right and bottom of what is seen of the page, in pixels of the image, which
        may reach beyond it; what is beyond is white.
    """

    placed: Placed
    orientation: int
    dpi: Dpi
    window: tuple[int, int, int, int]


def open_pdf(source: Blob, max_pixels: int | None) -> Iterator[Raster]:
    """Yield the pages of a PDF file."""
    with opened_pdf(source) as pdf:
        for index in range(len(pdf.pages)):
            with pdf_reading(source.name, index):
                page = _page(source, pdf, index, max_pixels)
            yield page


def _page(source: Blob, pdf: Any, index: int, max_pixels: int | None) -> Raster:
    page = pdf.pages[index].obj
    content = page_content(pdf, page)
    scan = scanned(page, content)
    if scan is not None:
        return _scan_raster(source, index, scan, max_pixels)
    return _drawn_raster(source, index, drawn_info(page, content), max_pixels)


def scanned(page: Any, content: Content) -> Scan | None:
    """Return how a page shows its one image, or None for any other page."""
    if content.drawing or len(content.images) != 1:
        return None
    (placed,) = content.images
    if not placed.straight or placed.box[0] >= placed.box[2] or placed.box[1] >= placed.box[3]:
        return None
    width, height = image_size(placed.image)
    if width < 1 or height < 1:
        return None
    orientation = image_orientation(placed, rotation(page))
    dpi = image_dpi(placed, (width, height), float(page.get("/UserUnit", 1)))
    window = _window(placed, (width, height), visible_box(page))
    seen = (window[2] - window[0]) * (window[3] - window[1])
    if seen < 1 or seen > _LARGEST_SURROUNDINGS * width * height:
        return None
    return Scan(placed, orientation, dpi, window)


def image_dpi(placed: Placed, size: tuple[int, int], unit: float = 1) -> Dpi:
    """Return dpi along rows and columns of an image; ``unit`` is the page's UserUnit."""
    a, b, c, d = placed.matrix[:4]
    across, down = math.hypot(a, b) * unit / 72, math.hypot(c, d) * unit / 72
    return round(size[0] / across, 2), round(size[1] / down, 2)


def image_orientation(placed: Placed, turn: int) -> int:
    """Return where the image's first row and column are seen, as EXIF counts."""
    a, b, c, d = placed.matrix[:4]
    right, down = complex(a, b), complex(-c, -d)
    clockwise = {0: 1, 90: -1j, 180: -1, 270: 1j}[turn]
    right, down = right * clockwise, down * clockwise
    if abs(right.real) > abs(right.imag):
        return {(True, True): 1, (False, True): 2, (False, False): 3, (True, False): 4}[
            right.real > 0, down.imag < 0
        ]
    return {(True, True): 5, (True, False): 6, (False, False): 7, (False, True): 8}[
        right.imag < 0, down.real > 0
    ]


def _window(
    placed: Placed, size: tuple[int, int], seen: tuple[float, float, float, float]
) -> tuple[int, int, int, int]:
    """Return the visible box in pixels of the image; half a pixel off counts as its edge."""
    a, b, c, d, e, f = placed.matrix
    area = a * d - b * c
    width, height = size
    columns, rows = [], []
    for x, y in ((seen[0], seen[1]), (seen[2], seen[3])):
        u = (d * (x - e) - c * (y - f)) / area
        v = (a * (y - f) - b * (x - e)) / area
        columns.append(_snapped(u * width, width))
        rows.append(_snapped((1 - v) * height, height))
    return min(columns), min(rows), max(columns), max(rows)


def _snapped(position: float, size: int) -> int:
    """Round; the page's edge within a pixel and a half of the image's is the image's."""
    for edge in (0, size):
        if abs(position - edge) <= 1.5:
            return edge
    return round(position)


def _scan_raster(source: Blob, index: int, scan: Scan, max_pixels: int | None) -> Raster:
    image = scan.placed.image
    left, top, right, bottom = scan.window
    bilevel = is_bilevel(image)
    info = PageInfo(
        right - left,
        bottom - top,
        1 if is_gray(image) or bilevel else 3,
        image_bits(image),
        "pdf",
        dpi=scan.dpi,
        orientation=scan.orientation,
        bilevel=bilevel,
        source=source.name,
        index=index,
    )

    def decode(rows: int) -> Generator[Pixels, None, None]:
        with opened_pdf(source) as pdf, pdf_reading(source.name, index):
            page = pdf.pages[index].obj
            again = page_content(pdf, page).images[0].image
            width, height = image_size(again)
            check_size(
                dataclasses.replace(info, width=width, height=height), max_pixels, banded=False
            )
            seen = _seen(image_pixels(again), scan.window)
        yield from regroup(iter([seen]), rows, info.height)

    return Raster(turned(info), decode, max_pixels=max_pixels)


def _seen(pixels: Pixels, window: tuple[int, int, int, int]) -> Pixels:
    """Crop to the window; paper beyond the image."""
    left, top, right, bottom = window
    height, width = pixels.shape[:2]
    if window == (0, 0, width, height):
        return pixels
    paper = 0 if pixels.dtype == np.bool_ else 255
    page = np.full((bottom - top, right - left, *pixels.shape[2:]), paper, pixels.dtype)
    part = pixels[max(0, top) : max(0, bottom), max(0, left) : max(0, right)]
    y, x = max(0, -top), max(0, -left)
    page[y : y + part.shape[0], x : x + part.shape[1]] = part
    return page


def drawn_info(page: Any, content: Content) -> PageInfo:
    """Return size and resolution at which a page is drawn, upright."""
    left, bottom, right, top = visible_box(page)
    inches = float(page.get("/UserUnit", 1)) / 72
    dpi = _drawing_dpi(content, (right - left) * (top - bottom), inches)
    width = max(1, round((right - left) * inches * dpi))
    height = max(1, round((top - bottom) * inches * dpi))
    if rotation(page) in (90, 270):
        width, height = height, width
    return PageInfo(width, height, 3, 8, "pdf", dpi=(dpi, dpi))


def _drawing_dpi(content: Content, area: float, inches: float) -> float:
    finest = 0.0
    for placed in content.images:
        a, b, c, d = placed.matrix[:4]
        covered = abs(a * d - b * c)
        if covered >= _COUNTING_PART * area:
            width, height = image_size(placed.image)
            finest = max(finest, math.sqrt(width * height / covered) / inches)
    if finest == 0.0 or content.drawing:
        finest = max(finest, _UNKNOWN_DPI)
    return round(min(finest, _FINEST_DPI), 2)


def _drawn_raster(source: Blob, index: int, info: PageInfo, max_pixels: int | None) -> Raster:
    info = dataclasses.replace(info, source=source.name, index=index)

    def decode(rows: int) -> Generator[Pixels, None, None]:
        check_size(info, max_pixels, banded=False)
        with pdf_reading(source.name, index):
            file = source.data if source.path is None else source.path
            with pdfium(file) as document:
                pixels = drawn_page(document[index], info.width, info.height)
        yield from regroup(iter([pixels]), rows, info.height)

    return Raster(info, decode, max_pixels=max_pixels)
