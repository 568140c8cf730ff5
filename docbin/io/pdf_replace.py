"""Clean a PDF in place: its scans become black and white, everything else stays as it is."""

from __future__ import annotations

import io
from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from docbin.dependencies import load
from docbin.errors import InputError
from docbin.image import Mask, Packed, pack
from docbin.io.atomic import Target, replacing
from docbin.io.blob import Source, blob
from docbin.io.g4 import g4_encode
from docbin.io.names import shown
from docbin.io.orientation import swaps_sides
from docbin.io.page import PageInfo, PageSource
from docbin.io.pdf import image_dpi, image_orientation
from docbin.io.pdf_content import Placed, page_content
from docbin.io.pdf_file import opened_pdf, pdf_reading, rotation, visible_box
from docbin.io.pdf_images import (
    image_bits,
    image_pixels,
    image_size,
    is_bilevel,
    is_gray,
    is_transparent,
)
from docbin.io.raster import Pixels, Raster, regroup, turned

# Given an image as it is seen, returns its rows: uint8 (n, ceil(width / 8)), 1 = ink.
BinarizePage: TypeAlias = Callable[[PageSource], Iterable[Packed]]

# The part of a page that an image must cover to count as its scan.
_SCAN_PART = 0.5
_STALE = (
    "/BitsPerComponent",
    "/ColorSpace",
    "/Decode",
    "/DecodeParms",
    "/F",
    "/FDecodeParms",
    "/FFilter",
    "/Filter",
    "/Intent",
    "/Interpolate",
    "/Mask",
    "/Matte",
    "/Metadata",
    "/SMask",
    "/SMaskInData",
    "/Alternates",
)


@dataclass(frozen=True, slots=True)
class PdfPageDone:
    """What happened to a page: how many images were replaced, and the info of the first."""

    index: int
    replaced: int
    info: PageInfo | None = None


def clean_pdf(
    source: Source,
    target: Target,
    binarize_page: BinarizePage,
    *,
    force: bool = False,
    max_pixels: int | None = None,
    watch: Callable[[PdfPageDone, int], None] | None = None,
) -> list[PdfPageDone]:
    """Replace the scans of a PDF file by their black-and-white versions in Group 4 code.

    An image counts as a scan where it covers at least half of the page that is seen. It is
    decoded at its own pixels, turned as it is seen, given to ``binarize_page``, and the result
    takes its place in the same object: filter, colour space, Decode, masks and profile go.
    Everything else is not touched: text layers, links, outlines, page boxes, small pictures, and
    pages of text and drawings only, which are crisp already. So are images that are black and
    white, stencils, and images with a mask on pages that show something besides. The same file
    gives the same bytes.

    Parameters
    ----------
    source
        A PDF file, as for `docbin.io.open_source`.
    target
        A path, ``"-"`` for standard output, or an open binary file; see
        `docbin.io.atomic.replacing`. It may be ``source`` with ``force``.
    binarize_page
        Called once for each scan, in order, with a `docbin.io.PageSource` whose ``info`` has
        size, dpi, and ``index`` of the page; returns packed rows of exactly that size.
    force
        Overwrite an existing file.
    max_pixels
        See `docbin.io.open_source`.
    watch
        Called after each page with what was done and the number of pages.

    Returns
    -------
    list of PdfPageDone
        One for each page.

    Raises
    ------
    InputError
        If the file is encrypted, damaged, signed, or too large.
    """
    found = blob(source)
    done: list[PdfPageDone] = []
    with opened_pdf(found) as pdf:
        with pdf_reading(found.name):
            _refuse_signed(pdf, found.name)
        with replacing(target, force=force) as sink:
            seen: set[tuple[int, int]] = set()
            count = len(pdf.pages)
            for index in range(count):
                with pdf_reading(found.name, index):
                    page = pdf.pages[index].obj
                    scans = _scans(pdf, page)
                    turn = rotation(page)
                    unit = float(page.get("/UserUnit", 1))
                fresh = [placed for placed in scans if placed.image.objgen not in seen]
                infos = []
                for placed in fresh:
                    seen.add(placed.image.objgen)
                    with pdf_reading(found.name, index):
                        raster = _raster(placed, turn, unit, (found.name, index), max_pixels)
                    _replace(placed.image, raster, binarize_page(raster))
                    infos.append(raster.info)
                done.append(PdfPageDone(index, len(fresh), infos[0] if infos else None))
                if watch is not None:
                    watch(done[-1], count)
            with pdf_reading(found.name):
                file = _saved(pdf)
            sink.write(file.getbuffer())
    return done


def _refuse_signed(pdf: Any, name: str) -> None:
    """Refuse a signed file: a signature holds for its bytes as they are."""
    form = pdf.Root.get("/AcroForm")
    if form is not None and int(form.get("/SigFlags", 0)) & 1:
        raise InputError(
            f"{shown(name)} is signed; a cleaned copy would break the signature. Give "
            "--format tif or png to take its pages as pictures"
        )


def _scans(pdf: Any, page: Any) -> list[Placed]:
    """Return the images of a page that are to be replaced."""
    content = page_content(pdf, page)
    left, bottom, right, top = visible_box(page)
    least = _SCAN_PART * (right - left) * (top - bottom)
    alone = len(content.images) == 1 and not content.drawing
    found = []
    for placed in content.images:
        x0, y0, x1, y1 = placed.box
        covered = max(0.0, min(x1, right) - max(x0, left)) * max(
            0.0, min(y1, top) - max(y0, bottom)
        )
        if (
            covered >= least
            and placed.straight
            and not is_bilevel(placed.image)
            and not bool(placed.image.get("/ImageMask", False))
            and (alone or not is_transparent(placed.image))
        ):
            found.append(placed)
    return found


def _raster(
    placed: Placed, turn: int, unit: float, where: tuple[str, int], max_pixels: int | None
) -> Raster:
    """Return an image as it is seen, as a source for a binarizer."""
    image = placed.image
    width, height = image_size(image)
    name, index = where
    info = PageInfo(
        width,
        height,
        1 if is_gray(image) else 3,
        image_bits(image),
        "pdf",
        dpi=image_dpi(placed, (width, height), unit),
        orientation=image_orientation(placed, turn),
        source=name,
        index=index,
    )

    def decode(rows: int) -> Generator[Pixels, None, None]:
        with pdf_reading(name, index):
            pixels = image_pixels(image)
        yield from regroup(iter([pixels]), rows, height)

    return Raster(turned(info), decode, max_pixels=max_pixels)


def _replace(image: Any, raster: Raster, rows: Iterable[Packed]) -> None:
    """Put the rows, which are of the image as it is seen, into the image object."""
    pikepdf = load("pikepdf")
    info = raster.info
    packed = np.concatenate([np.asarray(piece) for piece in rows])
    if packed.shape != (info.height, (info.width + 7) // 8):
        raise InputError(
            f"a page of {info.width} x {info.height} pixels came back as rows of shape "
            f"{packed.shape}; a page of a PDF keeps its size"
        )
    width, height = info.width, info.height
    if info.orientation != 1:
        mask = np.unpackbits(packed, axis=1, count=width).view(np.bool_)
        packed = pack(np.ascontiguousarray(_turned_back(mask, info.orientation)))
        if swaps_sides(info.orientation):
            width, height = height, width
    for key in _STALE:
        if key in image:
            del image[key]
    image["/ColorSpace"] = pikepdf.Name.DeviceGray
    image["/BitsPerComponent"] = 1
    parameters = pikepdf.Dictionary(K=-1, Columns=width, Rows=height, BlackIs1=False)
    image.write(
        g4_encode(packed, width), filter=pikepdf.Name.CCITTFaxDecode, decode_parms=parameters
    )


def _turned_back(mask: Mask, orientation: int) -> Mask:
    """Undo `docbin.io.orientation.upright`."""
    rows = slice(None, None, -1) if orientation in (3, 4, 7, 8) else slice(None)
    columns = slice(None, None, -1) if orientation in (2, 3, 6, 7) else slice(None)
    turned_back: Mask = mask[rows, columns]
    return turned_back.swapaxes(0, 1) if swaps_sides(orientation) else turned_back


def _saved(pdf: Any) -> io.BytesIO:
    """Return the file; its identifier is a hash of its contents, its dates are those it had."""
    pikepdf = load("pikepdf")
    file = io.BytesIO()
    pdf.save(
        file,
        deterministic_id=True,
        fix_metadata_version=False,
        stream_decode_level=pikepdf.StreamDecodeLevel.none,
        object_stream_mode=pikepdf.ObjectStreamMode.preserve,
    )
    return file
