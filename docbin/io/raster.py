"""Raster files through Pillow."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from docbin.dependencies import load
from docbin.errors import InputError, OutputError
from docbin.image import Mask, as_array, as_mask
from docbin.io.page import Page


def read_pages(source: str | Path) -> Iterator[Page]:
    """Yield the pages of a file."""
    image_module = load("PIL.Image", purpose="reading images")
    try:
        with image_module.open(source) as image:
            image.load()
            dpi = image.info.get("dpi")
            yield Page(as_array(image), dpi=dpi, source=str(source))
    except OSError as error:
        raise InputError(f"'{source}' cannot be read as an image: {error}") from error


def read_mask(source: str | Path) -> Mask:
    """Read a black-on-white picture as a mask; any non-zero pixel is background."""
    page = next(read_pages(source))
    pixels = page.pixels if page.pixels.ndim == 2 else page.pixels.max(axis=2)
    return np.equal(pixels, 0)


def write_mask(
    target: str | Path, mask: Mask, *, dpi: tuple[float, float] | None = None, force: bool = False
) -> None:
    """Write a mask as 1-bit PNG under a temporary name, then rename."""
    target = Path(target)
    if target.exists() and not force:
        raise OutputError(f"'{target}' exists; give another name or --force")
    image_module = load("PIL.Image", purpose="writing images")
    image = image_module.fromarray(~as_mask(mask))
    temporary = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        image.save(temporary, format="PNG", **({"dpi": dpi} if dpi else {}))
        temporary.replace(target)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise OutputError(f"'{target}' cannot be written: {error}") from error
