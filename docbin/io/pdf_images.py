"""Images of a PDF file at their own pixels, and whole pages drawn by PDFium.

PDFium is not safe to use from several threads; everything that touches it holds one lock.
"""

from __future__ import annotations

import dataclasses
import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from docbin.dependencies import load
from docbin.image import rgb_to_gray
from docbin.io.blob import Blob
from docbin.io.color import Bytes, on_white
from docbin.io.damage import DamagedError
from docbin.io.page import PageInfo
from docbin.io.raster import Pixels, turned

_PDFIUM = threading.RLock()
_TRANSPARENT = ("/SMask", "/Mask")


@contextmanager
def pdfium(file: Any) -> Iterator[Any]:
    """Open a file or bytes with PDFium, alone."""
    module = load("pypdfium2", purpose="reading PDF")
    with _PDFIUM:
        document = module.PdfDocument(file)
        try:
            yield document
        finally:
            document.close()


def image_filters(image: Any) -> list[str]:
    """Return the names of the filters of an image, the outermost first."""
    filters = image.get("/Filter")
    if filters is None:
        return []
    if isinstance(filters, load("pikepdf").Array):
        return [str(name) for name in filters]
    return [str(filters)]


def is_transparent(image: Any) -> bool:
    """Whether an image has a mask: soft, hard or a colour key."""
    return any(key in image for key in _TRANSPARENT) or int(image.get("/SMaskInData", 0)) > 0


def image_size(image: Any) -> tuple[int, int]:
    """Return width and height as the image's dictionary gives them.

    Raises
    ------
    DamagedError
        If the JPEG or JPEG 2000 file within says something else: its size would be decoded
        without having been checked.
    """
    width, height = int(image["/Width"]), int(image["/Height"])
    last = image_filters(image)[-1:]
    if last in (["/DCTDecode"], ["/JPXDecode"]) and len(image_filters(image)) == 1:
        inner = _file_info(image, last[0])
        if (inner.width, inner.height) != (width, height):
            raise DamagedError(
                f"an image of {width} x {height} pixels holds a picture of "
                f"{inner.width} x {inner.height}"
            )
    return width, height


def _file_info(image: Any, kind: str) -> PageInfo:
    """Return what the JPEG or JPEG 2000 file within an image says."""
    from docbin.io.jpeg import open_jpeg
    from docbin.io.jpeg2000 import open_jpeg2000

    data = bytes(image.read_raw_bytes())
    opener = open_jpeg if kind == "/DCTDecode" else open_jpeg2000
    info = next(opener(Blob("<image>", len(data), data=data), None)).info
    # The orientation in a file within a PDF has no meaning.
    return dataclasses.replace(turned(info), orientation=1)


def image_bits(image: Any) -> int:
    """Return the bits of a sample."""
    if bool(image.get("/ImageMask", False)) or image_filters(image)[-1:] in (
        ["/CCITTFaxDecode"],
        ["/JBIG2Decode"],
    ):
        return 1
    return int(image.get("/BitsPerComponent", 8))


def is_bilevel(image: Any) -> bool:
    """Whether an image is opaque and holds black and white only, one bit a pixel."""
    if image_bits(image) != 1 or is_transparent(image):
        return False
    space = image.get("/ColorSpace", "/DeviceGray")
    if not isinstance(space, load("pikepdf").Array):
        return str(space) in ("/DeviceGray", "/G", "/CalGray")
    kind = str(space[0])
    if kind in ("/Indexed", "/I"):
        size = {"/DeviceGray": 1, "/DeviceRGB": 3, "/G": 1, "/RGB": 3}.get(str(space[1]), 0)
        table = space[3]
        entries = bytes(table.read_bytes() if isinstance(table, load("pikepdf").Stream) else table)
        return size > 0 and sorted((entries[:size], entries[size : 2 * size])) == [
            b"\0" * size,
            b"\xff" * size,
        ]
    return kind in ("/CalGray", "/DeviceGray") or (
        kind == "/ICCBased" and int(space[1].get("/N", 0)) == 1
    )


def is_gray(image: Any) -> bool:
    """Whether an image is gray by what its colour space says."""
    space = image.get("/ColorSpace")
    if space is None:
        if image_filters(image) == ["/JPXDecode"]:
            return _file_info(image, "/JPXDecode").channels == 1
        return image_bits(image) == 1
    if isinstance(space, load("pikepdf").Array):
        kind = str(space[0])
        return kind in ("/CalGray", "/DeviceGray") or (
            kind == "/ICCBased" and int(space[1].get("/N", 0)) == 1
        )
    return str(space) in ("/DeviceGray", "/G", "/CalGray")


def image_pixels(image: Any) -> Pixels:
    """Decode an image at its own pixels: bool, gray or RGB, in sRGB, laid on white.

    Filters, Decode, colour space and profile are PDFium's work, on a file that holds nothing but
    this image, so that nothing is resampled. A soft mask is applied.
    """
    if is_bilevel(image):
        return np.less(_gray(_native(image)), 128)
    pixels = _native(image)
    if is_gray(image) and pixels.ndim == 3:
        pixels = np.ascontiguousarray(pixels[..., 0])
    if not is_transparent(image):
        return pixels
    drawn = _native(image, masked=True)
    return _gray(drawn) if pixels.ndim == 2 else drawn


def _gray(pixels: Bytes) -> Bytes:
    return rgb_to_gray(np.ascontiguousarray(pixels)) if pixels.ndim == 3 else pixels


def _native(image: Any, *, masked: bool = False) -> Bytes:
    """Decode with PDFium; ``masked`` draws it pixel for pixel on white."""
    width, height = image_size(image)
    with pdfium(_alone(image, width, height, keep_masks=masked)) as document:
        page = document[0]
        if masked:
            return drawn_page(page, width, height)
        for thing in page.get_objects():
            if thing.type == 3:
                pixels = _array(thing.get_bitmap())
                break
        else:
            raise DamagedError("an image cannot be decoded")
    if pixels.shape[:2] != (height, width):
        raise DamagedError(f"an image of {width} x {height} pixels decodes to {pixels.shape[:2]}")
    return pixels


def _alone(image: Any, width: int, height: int, *, keep_masks: bool) -> io.BytesIO:
    """Return a PDF file of one page, a point for a pixel, that holds the image alone."""
    pikepdf = load("pikepdf")
    single = pikepdf.new()
    single.add_blank_page(page_size=(width, height))
    page = single.pages[0].obj
    copied = single.copy_foreign(image)
    if not keep_masks:
        for key in (*_TRANSPARENT, "/SMaskInData"):
            if key in copied:
                del copied[key]
    page["/Resources"] = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im=copied))
    page["/Contents"] = single.make_stream(f"q {width} 0 0 {height} 0 0 cm /Im Do Q".encode())
    file = io.BytesIO()
    single.save(file, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    file.seek(0)
    return file


def _array(bitmap: Any) -> Bytes:
    """Copy a bitmap of PDFium's as gray (H, W) or RGB (H, W, 3) on white."""
    pixels = bitmap.to_numpy()
    if pixels.ndim == 2 or pixels.shape[2] == 1:
        return np.array(pixels.reshape(pixels.shape[:2]), np.uint8)
    colors = np.ascontiguousarray(pixels[..., 2::-1])
    if bitmap.mode == "BGRA":
        return on_white(colors, pixels[..., 3])
    return colors


def drawn_page(page: Any, width: int, height: int) -> Bytes:
    """Draw an open page to RGB of the given size, on white."""
    raw = load("pypdfium2.raw")
    module = load("pypdfium2")
    bitmap = module.PdfBitmap.new_native(width, height, raw.FPDFBitmap_BGR)
    bitmap.fill_rect((255, 255, 255, 255), 0, 0, width, height)
    raw.FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, 0, raw.FPDF_ANNOT)
    return _array(bitmap)
