"""What decoders raise where a file breaks the rules of its format, or is of a kind not read."""

from __future__ import annotations


class DamagedError(ValueError):
    """Says what is wrong, without the file's name: `docbin.io.raster.reading` adds it."""


class UnsupportedError(ValueError):
    """Says what is not read in a sound file, without the file's name, as `DamagedError` does."""
