"""The eight EXIF orientations."""

from __future__ import annotations

from typing import Any

ORIENTATIONS = range(1, 9)


def upright(pixels: Any, orientation: int) -> Any:
    """Return a view of (H, W, ...) ``pixels`` as the page is meant to be seen.

    The value tells where the file's first row and first column belong: 1 top and left, 2 top and
    right, 3 bottom and right, 4 bottom and left, 5 left and top, 6 right and top, 7 right and
    bottom, 8 left and bottom.
    """
    if swaps_sides(orientation):
        pixels = pixels.swapaxes(0, 1)
    rows = slice(None, None, -1) if orientation in (3, 4, 7, 8) else slice(None)
    columns = slice(None, None, -1) if orientation in (2, 3, 6, 7) else slice(None)
    return pixels[rows, columns]


def swaps_sides(orientation: int) -> bool:
    """Whether width and height change places."""
    return orientation in (5, 6, 7, 8)


def valid_orientation(value: Any) -> int:
    """Return ``value`` where it is an orientation, else 1."""
    return int(value) if value in ORIENTATIONS else 1
