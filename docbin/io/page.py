"""One page: pixels and what the file said about them."""

from __future__ import annotations

from dataclasses import dataclass

from docbin.image import Color, Gray, Mask


@dataclass(frozen=True, slots=True)
class Page:
    """One decoded page.

    Parameters
    ----------
    pixels
        uint8 (H, W) gray, uint8 (H, W, 3) RGB, or bool (H, W) for a page that was 1-bit (True is
        ink). Orientation and colour profile are applied.
    dpi
        Horizontal and vertical resolution, or None where the file gives none.
    icc
        The file's ICC profile, already applied, for those who ask.
    orientation
        The EXIF orientation (1 to 8) that the file had, already applied.
    source, index
        File it came from and its number therein, from 0.
    """

    pixels: Gray | Color | Mask
    dpi: tuple[float, float] | None = None
    icc: bytes | None = None
    orientation: int = 1
    source: str = ""
    index: int = 0
