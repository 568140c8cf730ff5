"""Pages: their pixels, and what the file said about them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from docbin.image import Color, Gray, Mask

Dpi = tuple[float, float]


def per_inch(pixels: float, units: float) -> float:
    """Return dpi, to a hundredth, from pixels in a unit of which an inch has ``units``.

    Whole pixels per metre cannot say 300 dpi: 11811 stands for 299.9994.
    """
    return round(pixels * units, 2)


@dataclass(frozen=True, slots=True)
class Page:
    """One decoded page.

    Parameters
    ----------
    pixels
        uint8 (H, W) gray, uint8 (H, W, 3) RGB, or bool (H, W) for a page that was 1-bit (True is
        ink). Orientation, colour profile, palette, CMYK, alpha and 16 bit are applied.
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
    dpi: Dpi | None = None
    icc: bytes | None = None
    orientation: int = 1
    source: str = ""
    index: int = 0


@dataclass(frozen=True, slots=True)
class PageInfo:
    """What the header of a page says, without decoding it.

    Parameters
    ----------
    width, height
        Pixels, after the orientation is applied.
    channels
        1 or 3: of the pixels as docbin gives them.
    bits
        Bits of one sample in the file. A page with ``bilevel`` has 1.
    format
        ``"png"``, ``"jpeg"``, ``"tiff"``, ``"pnm"``, ``"webp"``, ``"jpeg2000"``, ``"bmp"``,
        ``"pdf"``.
    dpi
        Horizontal and vertical resolution after the orientation is applied, or None.
    icc
        The file's ICC profile.
    orientation
        The EXIF orientation, 1 to 8.
    bilevel
        The page is black and white, one bit a pixel: its pixels are bool.
    source, index
        File it came from and its number therein, from 0.
    """

    width: int
    height: int
    channels: int
    bits: int
    format: str
    dpi: Dpi | None = None
    icc: bytes | None = None
    orientation: int = 1
    bilevel: bool = False
    source: str = ""
    index: int = 0


class PageSource(Protocol):
    """A page that can be read, whole or in bands, as often as one likes."""

    @property
    def info(self) -> PageInfo:
        """What the header says."""
        ...

    @property
    def can_stream(self) -> bool:
        """Whether `bands` holds only a part of the page in memory."""
        ...

    def load(self) -> Page:
        """Decode the whole page."""
        ...

    def bands(self, rows: int) -> Iterator[Gray]:
        """Yield the page as gray uint8 (``rows``, W), the last band with what is left.

        Colour becomes gray by the formula of `docbin.image`; of a bilevel page ink is 0 and paper
        255. Where `can_stream` is False, one decoded plane is held beside the band.
        """
        ...
