"""Small pictures of pages before and after, made in bounded memory."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from docbin.dependencies import load
from docbin.errors import InputError
from docbin.image import Mask, as_gray, as_rgb, to_uint8
from docbin.io.page import PageSource
from docbin.report.measures import histogram_of

Pixels = npt.NDArray[np.uint8]

# Pixels of the longer side: of what the slider shows, and of each half in the list.
SIDE = 1000
_LIST = 144
# A larger scan is read in bands.
_HELD_PIXELS = 1 << 26
_BAND = 256
# Levels of gray are counted on about so many pixels.
_COUNTED = 1 << 20
_LINE = 128


@dataclass(frozen=True, slots=True)
class Small:
    """A page in small: uint8 (h, w) or (h, w, 3), and the gray levels of the page itself."""

    pixels: Pixels
    histogram: npt.NDArray[np.int64]


def small(source: PageSource) -> Small:
    """Return a scan in small; a huge one is read in bands, as gray."""
    info = source.info
    if info.width * info.height > _HELD_PIXELS:
        return _from_bands(source)
    loaded: Any = source.load().pixels
    pixels: Pixels = to_uint8(loaded) if loaded.dtype == np.bool_ else loaded
    step = max(1, round((pixels.shape[0] * pixels.shape[1] / _COUNTED) ** 0.5))
    levels = as_gray(np.ascontiguousarray(pixels[::step, ::step]))
    return Small(shrunk(pixels, SIDE), histogram_of(levels))


def _from_bands(source: PageSource) -> Small:
    """Return the means of blocks of a huge page."""
    info = source.info
    factor = -(-max(info.width, info.height) // SIDE)
    parts, histogram = [], np.zeros(256, np.int64)
    for band in source.bands(factor * max(1, _BAND // factor)):
        size = (-(-info.width // factor), -(-band.shape[0] // factor))
        parts.append(cv2.resize(band, size, interpolation=cv2.INTER_AREA))
        histogram += histogram_of(band[::factor, ::factor])
    return Small(np.concatenate(parts).astype(np.uint8), histogram)


def result(source: PageSource) -> Mask:
    """Return a result as a mask; one that somebody made gray since is cut in the middle."""
    pixels: Any = source.load().pixels
    mask: Mask = pixels if pixels.dtype == np.bool_ else np.less(as_gray(pixels), 128)
    if mask.size == 0:
        raise InputError(f"{source.info.source} has no pixels")
    return mask


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
