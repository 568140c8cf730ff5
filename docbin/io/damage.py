"""What decoders raise where a file breaks the rules of its format."""

from __future__ import annotations


class DamagedError(ValueError):
    """Says what is wrong, without the file's name: `docbin.io.raster.reading` adds it."""
