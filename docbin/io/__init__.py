"""Pages in and out."""

from docbin.io.masks import read_mask
from docbin.io.page import Page, PageInfo, PageSource
from docbin.io.reader import open_source, read_pages
from docbin.io.writers import (
    DocumentWriter,
    MaskWriter,
    open_document,
    open_writer,
    write_document,
    write_mask,
)

__all__ = [
    "DocumentWriter",
    "MaskWriter",
    "Page",
    "PageInfo",
    "PageSource",
    "open_document",
    "open_source",
    "open_writer",
    "read_mask",
    "read_pages",
    "write_document",
    "write_mask",
]
