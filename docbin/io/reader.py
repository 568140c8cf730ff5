"""From a path to its pages: the table of formats, and nothing else."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from typing import TypeAlias

from docbin.io.blob import Blob, Source, blob
from docbin.io.page import Page, PageSource
from docbin.io.sniff import HEAD, sniff

Opener: TypeAlias = Callable[[Blob, int | None], Iterator[PageSource]]

# Format -> what finds its pages; loaded when such a file is met.
OPENERS = {
    "bmp": "docbin.io.bmp:open_bmp",
    "jpeg": "docbin.io.jpeg:open_jpeg",
    "jpeg2000": "docbin.io.jpeg2000:open_jpeg2000",
    "pdf": "docbin.io.pdf:open_pdf",
    "png": "docbin.io.png:open_png",
    "pnm": "docbin.io.pnm:open_pnm",
    "tiff": "docbin.io.tiff:open_tiff",
    "webp": "docbin.io.webp:open_webp",
}


def open_source(source: Source, *, max_pixels: int | None = None) -> Iterator[PageSource]:
    """Yield the pages of a file, not decoded yet.

    The file is opened by what it contains, whatever its name says.

    Parameters
    ----------
    source
        A path, ``"-"`` for standard input, bytes, or an open binary file.
    max_pixels
        Largest page that is decoded, in pixels; None takes the limits of `docbin.io.limits`.

    Raises
    ------
    InputError
        If the file cannot be read or is of no known format.
    """
    found = blob(source)
    kind = sniff(found.head(HEAD), found.name)
    module, _, name = OPENERS[kind].partition(":")
    opener: Opener = getattr(importlib.import_module(module), name)
    yield from opener(found, max_pixels)


def read_pages(source: Source, *, max_pixels: int | None = None) -> Iterator[Page]:
    r"""Yield the decoded pages of a file; the parameters are those of `open_source`.

    Examples
    --------
    >>> [page.pixels.shape for page in read_pages(b"P5 3 2 255\n" + bytes(6))]
    [(2, 3)]
    """
    for page in open_source(source, max_pixels=max_pixels):
        yield page.load()
