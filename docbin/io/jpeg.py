"""JPEG: the segments of the header are read here, the pixels by Pillow."""

from __future__ import annotations

import struct
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from docbin.io.blob import Blob
from docbin.io.damage import DamagedError, UnsupportedError
from docbin.io.exif import orientation_and_dpi
from docbin.io.icc import usable_profile
from docbin.io.page import Dpi, PageInfo, per_inch
from docbin.io.pillow import check_claim, open_picture, picture_pixels
from docbin.io.raster import Pixels, Raster, opening, regroup, turned
from docbin.io.splice import Spliced

_START_OF_SCAN, _END = 0xDA, 0xD9
_JFIF, _EXIF, _PROFILE, _ADOBE = 0xE0, 0xE1, 0xE2, 0xEE
# Frames of 8 bits: baseline, extended, progressive, and the last two with arithmetic coding.
_FRAMES = (0xC0, 0xC1, 0xC2, 0xC9, 0xCA)
_OTHER_FRAMES = (0xC3, 0xC5, 0xC6, 0xC7, 0xCB, 0xCD, 0xCE, 0xCF)
_LARGEST_HEADER = 1 << 26
# Each scan of a progressive file costs a pass over the page; real files have about ten.
_MOST_SCANS = 500
_PER_INCH = {1: 1.0, 2: 2.54}


@dataclass(slots=True)
class _Header:
    """What stands before the first scan.

    ``kept`` is the header without what only says things about the picture (EXIF, profiles,
    comments): Pillow would complain about broken ones in ways of its own.
    """

    width: int = 0
    height: int = 0
    bits: int = 0
    components: int = 0
    dpi: Dpi | None = None
    exif: bytes = b""
    profile: dict[int, bytes] = field(default_factory=dict)
    kept: bytearray = field(default_factory=lambda: bytearray(b"\xff\xd8"))
    scan: int = 0


def open_jpeg(source: Blob, max_pixels: int | None) -> Iterator[Raster]:
    """Yield the one page of a JPEG file."""
    with opening(source) as file:
        header = _read_header(file)
    orientation, dpi = orientation_and_dpi(header.exif)
    icc = b"".join(header.profile[number] for number in sorted(header.profile))
    info = PageInfo(
        header.width,
        header.height,
        1 if header.components == 1 else 3,
        header.bits,
        "jpeg",
        dpi=header.dpi or dpi,
        icc=usable_profile(icc, header.components),
        orientation=orientation,
        source=source.name,
    )

    def decode(rows: int) -> Generator[Pixels, None, None]:
        with source.open() as file:
            _check_scans(file, header.scan)
            picture = open_picture("jpeg", Spliced(bytes(header.kept), file, header.scan))
            check_claim(picture, header.width, header.height)
            bands = picture_pixels(picture, info.icc)
            yield from regroup(bands, rows, header.height)

    yield Raster(turned(info), decode, max_pixels=max_pixels)


def _read_header(file: BinaryIO) -> _Header:
    header = _Header()
    file.seek(2)
    while True:
        marker = _next_marker(file)
        if marker == _START_OF_SCAN:
            header.scan = file.tell() - 2
            break
        if marker == _END:
            raise DamagedError("it has no picture")
        if marker == 1 or 0xD0 <= marker <= 0xD8:
            continue  # markers without a segment
        _take(header, marker, _segment(file))
    if not header.components:
        raise DamagedError("its picture starts before its size is given")
    return header


def _next_marker(file: BinaryIO) -> int:
    """Skip to the next marker and return its number."""
    byte = file.read(1)
    while byte:
        if byte == b"\xff":
            following = file.read(1)
            if following not in (b"\xff", b"\0", b""):
                return following[0]
            byte = following if following == b"\xff" else file.read(1)
        else:
            byte = file.read(1)
        if file.tell() > _LARGEST_HEADER:
            raise DamagedError("its header is longer than 64 MB")
    raise DamagedError("it is cut off in its header")


def _segment(file: BinaryIO) -> bytes:
    size = file.read(2)
    if len(size) < 2 or size < b"\0\2":
        raise DamagedError("it is cut off in its header")
    body = file.read(int.from_bytes(size, "big") - 2)
    if len(body) < int.from_bytes(size, "big") - 2:
        raise DamagedError("it is cut off in its header")
    return body


def _take(header: _Header, marker: int, body: bytes) -> None:
    if marker in _FRAMES:
        _take_frame(header, body)
    elif marker in _OTHER_FRAMES:
        raise UnsupportedError("it is a lossless or hierarchical JPEG, which is not supported")
    elif marker == _JFIF and body.startswith(b"JFIF\0") and len(body) >= 12:
        unit, horizontal, vertical = struct.unpack_from(">BHH", body, 7)
        if unit in _PER_INCH and horizontal and vertical:
            header.dpi = (
                per_inch(horizontal, _PER_INCH[unit]),
                per_inch(vertical, _PER_INCH[unit]),
            )
    elif marker == _EXIF and body.startswith(b"Exif\0\0"):
        header.exif = header.exif or body
    elif marker == _PROFILE and body.startswith(b"ICC_PROFILE\0") and len(body) > 14:
        header.profile.setdefault(body[12], body[14:])
    if marker in (_JFIF, _ADOBE) or not (0xE0 <= marker <= 0xEF or marker == 0xFE):
        header.kept += bytes((0xFF, marker)) + (len(body) + 2).to_bytes(2, "big") + body


def _take_frame(header: _Header, body: bytes) -> None:
    if len(body) < 6:
        raise DamagedError("it is cut off in its header")
    bits, height, width, components = struct.unpack_from(">BHHB", body)
    if bits != 8:
        raise UnsupportedError(f"it has {bits} bits a sample; JPEG is read with 8")
    if components not in (1, 3, 4):
        raise UnsupportedError(f"it has {components} colours; JPEG is read with 1, 3 or 4")
    header.bits, header.height, header.width, header.components = bits, height, width, components


def _check_scans(file: BinaryIO, start: int) -> None:
    """Refuse files with a senseless number of scans."""
    file.seek(start)
    scans = 0
    last = b""
    while piece := file.read(1 << 20):
        scans += (last + piece).count(bytes((0xFF, _START_OF_SCAN)))
        last = piece[-1:]
        if scans > _MOST_SCANS:
            raise DamagedError(f"it has more than {_MOST_SCANS} scans, as only a trap has")
