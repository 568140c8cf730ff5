"""Pages in and out."""

from docbin.io.page import Page
from docbin.io.raster import read_mask, read_pages, write_mask

__all__ = ["Page", "read_mask", "read_pages", "write_mask"]
