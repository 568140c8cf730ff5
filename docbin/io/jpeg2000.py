"""JPEG 2000: the boxes and the size marker are read here, the pixels by Pillow."""

from __future__ import annotations

import struct
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np

from docbin.dependencies import load
from docbin.io.blob import Blob
from docbin.io.color import eight_bit, on_white
from docbin.io.damage import DamagedError
from docbin.io.icc import to_srgb, usable_profile
from docbin.io.page import Dpi, PageInfo, per_inch
from docbin.io.pillow import check_claim, open_picture, picture_kind, picture_pixels
from docbin.io.raster import Pixels, Raster, opening, regroup

_SIZE_MARKER = b"\xff\x4f\xff\x51"
_LARGEST_BOX = 1 << 24
_MOST_BOXES = 1000


@dataclass(slots=True)
class _Header:
    """What boxes and codestream say; of the resolutions, that of capture comes first."""

    width: int = 0
    height: int = 0
    bits: int = 0
    components: int = 0
    capture: Dpi | None = None
    display: Dpi | None = None
    icc: bytes = b""


def open_jpeg2000(source: Blob, max_pixels: int | None) -> Iterator[Raster]:
    """Yield the one page of a JPEG 2000 file."""
    with opening(source) as file:
        header = _read_header(file)
        file.seek(0)
        picture = open_picture("jpeg2000", file)
        check_claim(picture, header.width, header.height)
        channels, _ = picture_kind(picture)
    deep = header.bits > 8 and header.components > 1
    info = PageInfo(
        header.width,
        header.height,
        channels,
        header.bits,
        "jpeg2000",
        dpi=header.capture or header.display,
        icc=usable_profile(header.icc, channels),
        source=source.name,
    )

    def decode(rows: int) -> Generator[Pixels, None, None]:
        with source.open() as file:
            if deep:
                pixels = _deep_pixels(file.read(), header, info)
            else:
                picture = open_picture("jpeg2000", file)
                pixels = picture_pixels(picture, info.icc, header.bits)
            yield from regroup(pixels, rows, header.height)

    yield Raster(info, decode, max_pixels=max_pixels)


def _deep_pixels(data: bytes, header: _Header, info: PageInfo) -> Iterator[Pixels]:
    """Decode more than 8 bits of colour by OpenCV: Pillow cuts them off."""
    cv2 = load("cv2", purpose="JPEG 2000 with more than 8 bits of colour")
    try:
        picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    except cv2.error as error:
        raise DamagedError(str(error)) from error
    if picture is None or picture.ndim != 3 or picture.shape[:2] != (header.height, header.width):
        raise DamagedError("its pixels cannot be decoded")
    transform = to_srgb(info.icc, 3)
    step = max(1, (1 << 20) // header.width)
    for top in range(0, header.height, step):
        samples = eight_bit(picture[top : top + step], header.bits)
        pixels = np.ascontiguousarray(samples[..., 2::-1])
        if transform is not None:
            pixels = transform(pixels)
        yield on_white(pixels, samples[..., 3]) if samples.shape[2] == 4 else pixels


def _read_header(file: BinaryIO) -> _Header:
    header = _Header()
    start = file.read(4)
    file.seek(0)
    if start != _SIZE_MARKER:
        _read_boxes(file, header)
    _read_size(file, header)
    return header


def _read_boxes(file: BinaryIO, header: _Header) -> None:
    """Go through the boxes, into the header's own ones, up to the codestream."""
    for _ in range(_MOST_BOXES):
        head = file.read(8)
        if len(head) < 8:
            break
        length, kind = struct.unpack(">I4s", head)
        if kind == b"jp2c":
            if length == 1:
                file.seek(8, 1)
            return
        if kind in (b"jp2h", b"res "):
            continue
        if not 8 <= length <= _LARGEST_BOX:
            break
        body = file.read(length - 8)
        if kind == b"resc":
            header.capture = _resolution(body)
        elif kind == b"resd":
            header.display = _resolution(body)
        elif kind == b"colr" and body[:1] == b"\2":
            header.icc = body[3:]
    raise DamagedError("it has no codestream")


def _resolution(body: bytes) -> Dpi | None:
    """Grid points per metre, as fractions with an exponent of ten, to dpi."""
    if len(body) < 10:
        return None
    above_y, below_y, above_x, below_x, power_y, power_x = struct.unpack_from(">HHHHbb", body)
    if not (above_y and below_y and above_x and below_x):
        return None
    return (
        per_inch(above_x / below_x * 10.0**power_x, 0.0254),
        per_inch(above_y / below_y * 10.0**power_y, 0.0254),
    )


def _read_size(file: BinaryIO, header: _Header) -> None:
    """Read SIZ, the first segment of a codestream."""
    body = file.read(4 + 38)
    if not body.startswith(_SIZE_MARKER) or len(body) < 42:
        raise DamagedError("its codestream does not start with its size")
    right, bottom, left, top = struct.unpack_from(">IIII", body, 8)
    (header.components,) = struct.unpack_from(">H", body, 40)
    depths = {byte & 0x7F for byte in file.read(3 * min(header.components, 4))[::3]}
    if len(depths) != 1 or header.components > 4:
        raise DamagedError("its components differ in depth, or are more than four")
    header.bits = depths.pop() + 1
    header.width, header.height = right - left, bottom - top
    if not 1 <= header.bits <= 16:
        raise DamagedError(f"it has {header.bits} bits a sample; 1 to 16 are read")
