"""Pictures that Pillow decodes, given out in bands.

The class of the format is called directly: `PIL.Image.open` would compare the size with a limit
that is global to the process, and would try formats that nobody asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO

import numpy as np

from docbin.dependencies import load
from docbin.errors import DocbinError
from docbin.io.color import (
    Bytes,
    cmyk_to_rgb,
    eight_bit,
    is_black_and_white,
    on_white,
    palette_table,
)
from docbin.io.damage import DamagedError, UnsupportedError
from docbin.io.icc import to_srgb
from docbin.io.raster import Pixels
from docbin.io.splice import Spliced

# Format -> module and class of Pillow.
_CLASSES = {
    "bmp": ("PIL.BmpImagePlugin", "BmpImageFile"),
    "jpeg": ("PIL.JpegImagePlugin", "JpegImageFile"),
    "jpeg2000": ("PIL.Jpeg2KImagePlugin", "Jpeg2KImageFile"),
    "tiff": ("PIL.TiffImagePlugin", "TiffImageFile"),
    "webp": ("PIL.WebPImagePlugin", "WebPImageFile"),
}
_COLORS = {
    "L": 1,
    "LA": 1,
    "RGB": 3,
    "RGBX": 3,
    "RGBA": 3,
    "YCbCr": 3,
    "CMYK": 4,
    "I;16": 1,
    "1": 1,
}
_PIECE = 1 << 22


def open_picture(kind: str, file: BinaryIO | Spliced) -> Any:
    """Return Pillow's picture of a known format; only its header is read.

    Raises
    ------
    DamagedError
        If Pillow cannot make sense of it.
    """
    module, name = _CLASSES[kind]
    loaded = load(module, purpose=f"reading {kind.upper()}")
    try:
        return getattr(loaded, name)(file)
    except (OSError, MemoryError, DocbinError):
        raise
    except Exception as error:  # Pillow raises nearly anything on broken files
        raise DamagedError(_text(error)) from error


def turn_to(picture: Any, index: int) -> None:
    """Go to a page of a file; trouble is as with `open_picture`."""
    try:
        picture.seek(index)
    except (OSError, MemoryError, DocbinError):
        raise
    except Exception as error:
        raise DamagedError(_text(error)) from error


def check_claim(picture: Any, width: int, height: int) -> None:
    """Refuse a picture that Pillow takes for another size than the one that was checked.

    A damaged file may give several; sides may be exchanged, since some pictures come turned.
    """
    if sorted(picture.size) != sorted((width, height)):
        found = " x ".join(map(str, picture.size))
        raise DamagedError(f"it says {width} x {height} pixels in one place, {found} in another")


def picture_bands(picture: Any) -> Iterator[Bytes]:
    """Decode a picture and yield its samples, uint8 or uint16 (n, W) or (n, W, C), in order.

    The decoded plane stays with Pillow, which needs one byte for a gray pixel and four for a
    coloured one.
    """
    try:
        picture.load()
    except (OSError, MemoryError, DocbinError):
        raise
    except Exception as error:
        raise DamagedError(_text(error)) from error
    width, height = picture.size
    step = max(1, _PIECE // width)
    for top in range(0, height, step):
        part = picture.crop((0, top, width, min(height, top + step)))
        yield np.asarray(part.convert("RGB") if picture.mode == "YCbCr" else part)


def picture_table(picture: Any) -> Bytes:
    """Return the palette of a picture of mode P, laid on white: gray (256,) or RGB (256, 3)."""
    return palette_table(_palette(picture))


def _palette(picture: Any) -> Bytes:
    """Return the entries of a palette (n, 3), which Pillow keeps as the file has them."""
    order, data = picture.palette.getdata()
    values = np.frombuffer(bytes(data), np.uint8)
    if order == "RGB;L":  # all reds first
        return values[: len(values) // 3 * 3].reshape(3, -1).T
    size = len(values) // len(order)
    entries = values[: size * len(order)].reshape(1, size, len(order))
    colors: Bytes = entries[..., [order.index(letter) for letter in "RGB"]]
    if "A" in order:
        colors = on_white(colors, entries[..., order.index("A")])
    opaque: Bytes = colors[0]
    return opaque


def _is_bilevel(picture: Any) -> bool:
    """Whether the palette of a picture has black and white and nothing else."""
    return len(_palette(picture)) == 2 and is_black_and_white(picture_table(picture), 1)


def picture_kind(picture: Any) -> tuple[int, bool]:
    """Return the channels of the pixels that a picture gives, and whether they are 1-bit."""
    if picture.mode == "1":
        return 1, True
    if picture.mode == "P":
        table = picture_table(picture)
        return (1 if table.ndim == 1 else 3), _is_bilevel(picture)
    return (1 if _colors(picture.mode) == 1 else 3), False


def picture_pixels(picture: Any, icc: bytes | None, bits: int = 8) -> Iterator[Pixels]:
    """Yield the pixels of a picture: gray, RGB or bool, in sRGB, on white.

    Parameters
    ----------
    picture
        From `open_picture`.
    icc
        Its colour profile.
    bits
        Bits of a sample where Pillow gives them left-aligned in 8 or 16.
    """
    mode = picture.mode
    if mode == "1":
        yield from (~band for band in picture_bands(picture))
        return
    if mode == "P":
        yield from _from_palette(picture)
        return
    colors = _colors(mode)
    transform = to_srgb(icc, colors) or (cmyk_to_rgb if colors == 4 else None)
    for samples in picture_bands(picture):
        if samples.dtype == np.uint16 or bits < 8:
            room = 16 if samples.dtype == np.uint16 else 8
            samples = eight_bit(np.right_shift(samples, room - bits), bits)
        pixels = samples[..., :colors] if samples.ndim == 3 else samples
        if colors == 1 and samples.ndim == 3:
            pixels = pixels[..., 0]
        if transform is not None:
            pixels = transform(pixels)
        yield on_white(pixels, samples[..., -1]) if mode in ("LA", "RGBA") else pixels


def _from_palette(picture: Any) -> Iterator[Pixels]:
    table = picture_table(picture)
    if _is_bilevel(picture):
        used: Pixels = np.equal(table, 0)
        yield from (used[band] for band in picture_bands(picture))
    else:
        yield from (table[band] for band in picture_bands(picture))


def _colors(mode: str) -> int:
    colors = _COLORS.get(mode)
    if colors is None:
        raise UnsupportedError(f"its pixels of kind {mode} are not supported")
    return colors


def _text(error: Exception) -> str:
    return str(error) or type(error).__name__
