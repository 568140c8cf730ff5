"""From masks to files: the table of formats, and one way to write them all."""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from docbin.errors import InputError, UsageError
from docbin.image import Mask, Packed, as_mask, pack
from docbin.io.atomic import STDOUT, Target, replacing
from docbin.io.page import Dpi, Page
from docbin.registry import near_miss

# Format -> what writes it.
WRITERS = {
    "png": "docbin.io.png_write:PngWriter",
    "tiff": "docbin.io.tiff_write:TiffWriter",
    "pdf": "docbin.io.pdf_write:PdfWriter",
    "pbm": "docbin.io.pbm_write:PbmWriter",
}
MULTI_PAGE = ("tiff", "pdf")
_EXTENSIONS = {".png": "png", ".tif": "tiff", ".tiff": "tiff", ".pdf": "pdf", ".pbm": "pbm"}
# Rows are packed in pieces of about this many pixels.
_PIECE = 1 << 22


class MaskWriter(Protocol):
    """Takes the rows of a page."""

    def write(self, packed: Packed) -> None:
        """Add rows, uint8 (any number, ceil(width / 8)), most significant bit first, 1 = ink."""
        ...


class DocumentWriter(MaskWriter, Protocol):
    """Takes pages: `begin`, then the rows by `write`, then `end`, for each."""

    def begin(self, width: int, height: int, dpi: Dpi | None = None) -> None:
        """Start a page; ``dpi`` None: not known."""
        ...

    def end(self) -> None:
        """Finish the page; rows that are missing are an `InputError`."""
        ...


def format_of(target: Target, format: str | None = None) -> str:
    """Return the format to write: the one asked for, else by the target's name.

    Standard output is PBM where nothing else is asked for.

    Raises
    ------
    UsageError
        If there is no such format, or the name does not tell.
    """
    if format is not None:
        name = {"tif": "tiff"}.get(format.lower(), format.lower())
        if name not in WRITERS:
            raise UsageError(
                f"there is no format '{format}' to write.{near_miss(format, WRITERS)} "
                f"Known: {', '.join(WRITERS)}."
            )
        return name
    if not isinstance(target, str | os.PathLike) or os.fspath(target) == STDOUT:
        return "pbm"
    suffix = Path(target).suffix.lower()
    if suffix not in _EXTENSIONS:
        raise UsageError(
            f"the name ending '{suffix}' does not say what to write; docbin writes "
            f"{', '.join(_EXTENSIONS)}, or give --format"
        )
    return _EXTENSIONS[suffix]


@contextmanager
def open_document(
    target: Target,
    *,
    format: str | None = None,
    force: bool = False,
    **options: Any,
) -> Iterator[DocumentWriter]:
    """Open ``target`` for any number of pages; it appears when all of them are written.

    Parameters
    ----------
    target
        A path, ``"-"`` for standard output, or an open binary file.
    format
        ``"png"``, ``"tiff"``, ``"pdf"`` or ``"pbm"``; None goes by the name.
    force
        Overwrite an existing file.
    **options
        Of the format's writer, such as ``paper`` for PDF.
    """
    kind = format_of(target, format)
    module, _, name = WRITERS[kind].partition(":")
    with replacing(target, force=force) as file:
        writer = getattr(importlib.import_module(module), name)(file, **options)
        yield writer
        writer.close()


@contextmanager
def open_writer(
    target: Target,
    *,
    width: int,
    height: int,
    dpi: Dpi | None = None,
    format: str | None = None,
    force: bool = False,
    **options: Any,
) -> Iterator[MaskWriter]:
    """Open ``target`` for one page whose rows come in bands; see `open_document`."""
    with open_document(target, format=format, force=force, **options) as document:
        document.begin(width, height, dpi)
        yield document
        document.end()


def write_mask(
    target: Target,
    mask: Mask,
    *,
    dpi: Dpi | None = None,
    format: str | None = None,
    force: bool = False,
) -> None:
    r"""Write a mask, bool (H, W) with True for ink, as black on white.

    Examples
    --------
    >>> import io
    >>> import numpy as np
    >>> file = io.BytesIO()
    >>> write_mask(file, np.eye(3, dtype=bool), format="pbm")
    >>> file.getvalue()
    b'P4\n3 3\n\x80@ '
    """
    write_document(target, [Page(as_mask(mask), dpi=dpi)], format=format, force=force)


def write_document(
    target: Target,
    pages: Iterable[Page],
    *,
    format: str | None = None,
    force: bool = False,
    **options: Any,
) -> None:
    """Write pages of bool pixels to one file, each with its own resolution."""
    with open_document(target, format=format, force=force, **options) as document:
        for page in pages:
            mask = as_mask(page.pixels)
            height, width = mask.shape
            if not mask.size:
                raise InputError(f"a mask without pixels was given, shape {mask.shape}")
            document.begin(width, height, page.dpi)
            step = max(1, _PIECE // width)
            for top in range(0, height, step):
                document.write(pack(mask[top : top + step]))
            document.end()
