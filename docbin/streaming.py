"""Binarize a page in bands of rows: memory does not grow with the page's height."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

import numpy as np

from docbin.binarizer import Banded
from docbin.errors import UsageError
from docbin.image import Gray, Packed, pack
from docbin.io.page import PageSource
from docbin.io.writers import MaskWriter

Block: TypeAlias = tuple[Gray, slice]

# A band of this size is worth starting threads for, and stays in the last cache.
_BAND_BYTES = 1 << 22
# A page up to this size is kept between two passes; a larger one is decoded twice.
_KEPT_BYTES = 1 << 25


def stream(source: PageSource, method: Banded, writer: MaskWriter) -> None:
    """Binarize ``source`` with ``method`` and write the rows, band by band.

    A bilevel page passes through untouched. Windows in millimetres must be resolved before, with
    ``method.at(dpi)``.

    Parameters
    ----------
    source
        The page, of `docbin.io.open_source`. Colour becomes gray.
    method
        A method with one or two passes (`docbin.binarizer.Banded`).
    writer
        Takes the packed rows, for instance from `docbin.io.open_writer`.

    Raises
    ------
    UsageError
        If the method needs the whole page.
    """
    for rows in packed_bands(source, method):
        writer.write(rows)


def packed_bands(source: PageSource, method: Banded) -> Iterator[Packed]:
    """Yield the result of `stream` band by band: uint8 rows, most significant bit first, 1 = ink.

    Examples
    --------
    >>> from docbin.io import open_source
    >>> from docbin.methods.otsu import Otsu
    >>> page = next(open_source(b"P5 8 1 255 " + bytes([9, 9, 9, 9, 200, 200, 200, 200])))
    >>> [rows.tolist() for rows in packed_bands(page, Otsu())]
    [[[240]]]
    """
    info = source.info
    if info.bilevel:
        yield from bilevel_bands(source)
        return
    if method.passes not in (1, 2):
        raise UsageError(
            f"{type(method).__name__} needs the whole page; it cannot run in bands of rows"
        )
    halo = min(method.halo, info.height)
    bands = _bands(source, method.passes, halo)
    survey: Any = None
    if method.passes == 2:
        survey = _surveyed(bands, method, halo, info.height)
    for block, keep in blocks(bands(), halo, info.height):
        yield method.packed(block, keep, survey)


def bilevel_bands(source: PageSource) -> Iterator[Packed]:
    """Yield a black-and-white page as it is, band by band: packed rows, 1 = ink."""
    for band in source.bands(_band_rows(source.info.width, 0)):
        yield pack(np.equal(band, 0))


def _bands(source: PageSource, passes: int, halo: int) -> Callable[[], Iterator[Gray]]:
    """Return what yields the page's bands from the top, each time it is called."""
    info = source.info
    if passes == 2 and info.width * info.height <= _KEPT_BYTES:
        page = list(source.bands(info.height))
        return lambda: iter(page)
    rows = _band_rows(info.width, halo)
    return lambda: source.bands(rows)


def _band_rows(width: int, halo: int) -> int:
    """Return the rows of a band; with a large halo more, so that rows are not seen too often."""
    return max(1, _BAND_BYTES // width, 2 * halo)


def _surveyed(bands: Callable[[], Iterator[Gray]], method: Banded, halo: int, height: int) -> Any:
    """Run the first pass."""
    survey: Any = None
    for block, keep in blocks(bands(), halo, height):
        part = method.survey(block, keep)
        survey = part if survey is None else method.merge(survey, part)
    return survey


def blocks(bands: Iterator[Gray], halo: int, height: int) -> Iterator[Block]:
    """Give bands of a page the rows around them.

    Parameters
    ----------
    bands
        Gray uint8 (n, W) bands of the page, from the top.
    halo
        Rows wanted above and below, fewer only at the edges of the page.
    height
        Rows of the page.

    Yields
    ------
    Block
        A block, and the rows of it that are the next ones of the page. The block is valid until
        the next one is asked for.
    """
    held: Gray | None = None  # rows first .. first + filled of the page
    first = filled = done = 0
    for band in bands:
        if len(band) == height or halo == 0:
            yield band, slice(0, len(band))
            continue
        held = _room(held, filled, band, halo)
        held[filled : filled + len(band)] = band
        filled += len(band)
        end = first + filled
        ready = height if end == height else end - halo
        if ready <= done:
            continue
        top, bottom = max(0, done - halo), min(height, ready + halo)
        yield held[top - first : bottom - first], slice(done - top, ready - top)
        done = ready
        keep_from = max(first, done - halo)
        filled = end - keep_from
        held[:filled] = held[keep_from - first : end - first]
        first = keep_from


def _room(held: Gray | None, filled: int, band: Gray, halo: int) -> Gray:
    """Return ``held``, or more room with the same rows."""
    if held is not None and filled + len(band) <= len(held):
        return held
    larger = np.empty((max(filled, 2 * halo) + len(band), band.shape[1]), np.uint8)
    if held is not None:
        larger[:filled] = held[:filled]
    return larger
