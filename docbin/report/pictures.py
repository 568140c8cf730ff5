"""Small pictures of pages before and after, made in bounded memory."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from docbin.dependencies import load
from docbin.image import Mask, as_gray, as_rgb, to_uint8
from docbin.io.page import PageSource
from docbin.report.measures import INK_PART, MEASURED_SIDE, histogram_of

Pixels = npt.NDArray[np.uint8]

# Pixels of the longer side: of what the slider shows, and of each half in the list.
SIDE = 1000
_LIST = 144
# A larger scan is read in bands.
HELD_PIXELS = 1 << 26
_BAND = 256
# Levels of gray are counted on about so many pixels.
_COUNTED = 1 << 20
_LINE = 128


@dataclass(frozen=True, slots=True)
class Small:
    """A page in small: uint8 (h, w) or (h, w, 3), and the gray levels of the page itself."""

    pixels: Pixels
    histogram: npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class SmallResult:
    """A result in small: gray uint8 (h, w), the share of ink, and a mask to measure lines on."""

    pixels: Pixels
    ink: float
    mask: Mask


def small(source: PageSource) -> Small:
    """Return a scan in small; a huge one is read in bands, as gray."""
    if _is_huge(source):
        pixels, histogram = _from_bands(source, SIDE)
        return Small(pixels, histogram)
    loaded: Any = source.load().pixels
    pixels = to_uint8(loaded) if loaded.dtype == np.bool_ else loaded
    step = max(1, round((pixels.shape[0] * pixels.shape[1] / _COUNTED) ** 0.5))
    levels = as_gray(np.ascontiguousarray(pixels[::step, ::step]))
    return Small(shrunk(pixels, SIDE), histogram_of(levels))


def small_result(source: PageSource) -> SmallResult:
    """Return a result in small; a huge one is read in bands.

    One that somebody made gray since is cut in the middle.
    """
    if _is_huge(source):
        light, histogram = _from_bands(source, MEASURED_SIDE)
        ink = float(histogram[:128].sum() / histogram.sum())
    else:
        loaded: Any = source.load().pixels
        mask: Mask = loaded if loaded.dtype == np.bool_ else np.less(as_gray(loaded), 128)
        ink = float(np.count_nonzero(mask)) / mask.size
        light = shrunk(to_uint8(mask), MEASURED_SIDE)
    return SmallResult(shrunk(light, SIDE), ink, np.less(light, INK_PART))


def _is_huge(source: PageSource) -> bool:
    return source.info.width * source.info.height > HELD_PIXELS


def _from_bands(source: PageSource, side: int) -> tuple[Pixels, npt.NDArray[np.int64]]:
    """Return the means of blocks of a huge page, and its levels."""
    info = source.info
    factor = -(-max(info.width, info.height) // side)
    parts, histogram = [], np.zeros(256, np.int64)
    for band in source.bands(factor * max(1, _BAND // factor)):
        size = (-(-info.width // factor), -(-band.shape[0] // factor))
        parts.append(cv2.resize(band, size, interpolation=cv2.INTER_AREA))
        histogram += histogram_of(band)
    return np.concatenate(parts).astype(np.uint8), histogram


def shrunk(pixels: Pixels, side: int) -> Pixels:
    """Return a page whose longer side has ``side`` pixels at most, as means of areas."""
    scale = side / max(pixels.shape[:2])
    if scale >= 1:
        return pixels
    size = (max(1, round(pixels.shape[1] * scale)), max(1, round(pixels.shape[0] * scale)))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)


def jpeg(pixels: Pixels, quality: int) -> bytes:
    """Return a picture as JPEG."""
    return _coded(pixels, "JPEG", quality=quality)


def gray_png(pixels: Pixels) -> bytes:
    """Return a gray picture as PNG of 16 levels, which is enough for shrunk letters."""
    pillow = load("PIL.Image", purpose="a report")
    levels = ((pixels.astype(np.uint16) * 15 + 127) // 255).astype(np.uint8)
    image = pillow.fromarray(levels)
    image.putpalette([17 * level for level in range(16) for _ in range(3)])
    return _saved(image, "PNG", bits=4)


def pair(before: Pixels | None, after: Pixels) -> bytes:
    """Return both pages beside each other, for the list."""
    halves = [shrunk(as_rgb(each), _LIST) for each in (before, after) if each is not None]
    height = max(half.shape[0] for half in halves)
    line = np.full((height, 2, 3), _LINE, np.uint8)
    filled = []
    for half in halves:
        short = height - half.shape[0]
        filled += [line, np.pad(half, ((0, short), (0, 0), (0, 0)), constant_values=_LINE)]
    return jpeg(np.concatenate(filled[1:], axis=1), 72)


def _coded(pixels: Pixels, kind: str, **options: int) -> bytes:
    return _saved(load("PIL.Image", purpose="a report").fromarray(pixels), kind, **options)


def _saved(image: Any, kind: str, **options: int) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()
