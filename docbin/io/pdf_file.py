"""PDF files as pikepdf opens them, and what a page inherits."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from docbin.dependencies import load
from docbin.errors import DocbinError, InputError
from docbin.io.blob import Blob
from docbin.io.damage import DamagedError
from docbin.io.names import shown, unreadable
from docbin.io.raster import reading

# More levels of page tree or of forms within forms than any program makes.
DEEPEST = 32
_MOST_PAGES = 100_000


@contextmanager
def pdf_reading(name: str, index: int = 0) -> Iterator[None]:
    """Turn whatever pikepdf and PDFium raise on a broken file into an `InputError`."""
    try:
        with reading(name, index):
            yield
    except (DocbinError, MemoryError):
        raise
    except Exception as error:  # broken objects show up as nearly any exception
        where = f", page {index + 1}," if index else ""
        what = str(error) or type(error).__name__
        raise InputError(f"{shown(name)}{where} cannot be read, it is damaged: {what}") from error


@contextmanager
def opened_pdf(source: Blob) -> Iterator[Any]:
    """Open a PDF file with pikepdf.

    Raises
    ------
    InputError
        If it is encrypted (also with an empty password), has no pages, or is beyond repair.
    """
    pikepdf = load("pikepdf", purpose="reading PDF")
    with pdf_reading(source.name):
        try:
            pdf = pikepdf.open(source.open() if source.path is None else source.path)
        except pikepdf.PasswordError:
            raise _encrypted(source.name) from None
    with pdf:
        with pdf_reading(source.name):
            if pdf.is_encrypted:
                raise _encrypted(source.name)
            count = len(pdf.pages)
            if not 0 < count <= _MOST_PAGES:
                raise DamagedError(f"it has {count} pages; 1 to {_MOST_PAGES} are read")
        yield pdf


def _encrypted(name: str) -> InputError:
    return unreadable(name, "it is encrypted; decrypt it first: qpdf --decrypt IN.pdf OUT.pdf")


def inherited(page: Any, key: str) -> Any:
    """Return what a page object or the nodes above it say under ``key``, or None."""
    for _ in range(DEEPEST):
        if key in page:
            return page[key]
        if "/Parent" not in page:
            return None
        page = page["/Parent"]
    raise DamagedError(f"its page tree is more than {DEEPEST} levels deep")


def rotation(page: Any) -> int:
    """Return by how many degrees clockwise a page is turned for view: 0, 90, 180 or 270."""
    return int(inherited(page, "/Rotate") or 0) // 90 * 90 % 360


def visible_box(page: Any) -> tuple[float, float, float, float]:
    """Return left, bottom, right and top of what is seen of a page: crop within media box."""
    media = _box(inherited(page, "/MediaBox")) or (0.0, 0.0, 612.0, 792.0)
    crop = _box(inherited(page, "/CropBox")) or media
    low = (max(media[0], crop[0]), max(media[1], crop[1]))
    high = (min(media[2], crop[2]), min(media[3], crop[3]))
    return (*low, *high) if low[0] < high[0] and low[1] < high[1] else media


def _box(values: Any) -> tuple[float, float, float, float] | None:
    if values is None or len(values) != 4:
        return None
    x0, y0, x1, y1 = (float(value) for value in values)
    box = (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))
    return box if box[0] < box[2] and box[1] < box[3] else None
