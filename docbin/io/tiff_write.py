"""TIFF files of bilevel pages in Group 4 code, one page or many, written as the rows come.

Strips are written first and every directory at the end, so that neither the number of pages nor
the size of the file has to be known before: a file that outgrows 32-bit offsets becomes a BigTIFF.
The same pages give the same bytes: there is no date in the file.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import BinaryIO

from docbin.errors import InputError
from docbin.image import Packed
from docbin.io.g4 import G4Coder
from docbin.version import __version__

_SHORT, _LONG, _RATIONAL, _ASCII, _LONG8 = 3, 4, 5, 2, 16
_LAST_CLASSIC_OFFSET = 2**32 - 1
# The header of a BigTIFF; a classic file leaves the second half of it unused.
_HEADER_SIZE = 16

_Tag = tuple[int, int, Sequence[int] | bytes]


@dataclass(frozen=True, slots=True)
class _Layout:
    """How numbers are packed: the header, and count, entry and offset of a directory."""

    header: str
    magic: tuple[int, ...]
    count: str
    entry: str
    offset: str
    offset_type: int


_CLASSIC = _Layout("<2sHI", (42,), "<H", "<HHI", "<I", _LONG)
_BIG = _Layout("<2sHHHQ", (43, 8, 0), "<Q", "<HHQ", "<Q", _LONG8)


@dataclass(slots=True)
class _TiffPage:
    """A page whose strips are in the file, or on their way."""

    width: int
    height: int
    dpi: tuple[float, float] | None
    rows_per_strip: int
    rows: int = 0
    offsets: list[int] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)


class TiffWriter:
    """Writes pages to an open file: `begin`, `write` rows, `end` for each, and `close` at last.

    Parameters
    ----------
    file
        Writable and seekable, at its start. It is not closed.
    rows_per_strip
        Rows of a strip; None puts a page in one strip, which programs that make PDFs can copy
        without coding it again.
    last_offset
        The largest offset of a classic TIFF; a file that grows beyond it becomes a BigTIFF.
    """

    def __init__(
        self,
        file: BinaryIO,
        *,
        rows_per_strip: int | None = None,
        last_offset: int = _LAST_CLASSIC_OFFSET,
    ) -> None:
        self._file = file
        self._rows_per_strip = rows_per_strip
        self._last_offset = last_offset
        self._pages: list[_TiffPage] = []
        self._open: _TiffPage | None = None
        self._coder: G4Coder | None = None
        file.write(bytes(_HEADER_SIZE))

    def begin(self, width: int, height: int, dpi: tuple[float, float] | None = None) -> None:
        """Start a page of ``width`` by ``height`` pixels; ``dpi`` None writes no resolution."""
        if self._open is not None:
            raise InputError("the page before is not finished")
        if not (1 <= width < 2**31 and 1 <= height < 2**31):
            raise InputError(f"a TIFF page of {width} x {height} pixels cannot be written")
        self._open = _TiffPage(width, height, dpi, self._rows_per_strip or height)

    def write(self, packed: Packed) -> None:
        """Add rows, uint8 (any number, ceil(width / 8)), most significant bit first, 1 = ink."""
        page = self._open
        if page is None or page.rows + len(packed) > page.height:
            raise InputError("more rows were written than the page has")
        while len(packed):
            if self._coder is None:
                self._coder = G4Coder(page.width)
                page.offsets.append(self._file.tell())
            room = page.rows_per_strip - page.rows % page.rows_per_strip
            part, packed = packed[:room], packed[room:]
            self._file.write(self._coder.code(part))
            page.rows += len(part)
            if page.rows % page.rows_per_strip == 0 or page.rows == page.height:
                self._file.write(self._coder.finish())
                page.sizes.append(self._file.tell() - page.offsets[-1])
                self._coder = None

    def end(self) -> None:
        """Finish the page.

        Raises
        ------
        InputError
            If rows are missing.
        """
        page = self._open
        if page is None or page.rows != page.height:
            raise InputError("fewer rows were written than the page has")
        self._pages.append(page)
        self._open = None

    def close(self) -> None:
        """Write the directories and the header."""
        if not self._pages:
            raise InputError("a TIFF file needs at least one page")
        end = self._file.tell()
        start = end + end % 2
        layout = _BIG
        directories = self._directories(start, layout)
        if start + len(directories) <= self._last_offset:
            layout = _CLASSIC
            directories = self._directories(start, layout)
        self._file.write(bytes(start - end) + directories)
        self._file.seek(0)
        self._file.write(struct.pack(layout.header, b"II", *layout.magic, start))
        self._file.seek(0, 2)

    def _directories(self, start: int, layout: _Layout) -> bytes:
        """Return all directories, the first of them at the offset ``start``."""
        parts: list[bytes] = []
        for number, page in enumerate(self._pages):
            tags = _tags(page, number, len(self._pages), layout.offset_type)
            last = number == len(self._pages) - 1
            parts.append(_directory(tags, start, layout, last=last))
            start += len(parts[-1])
        return b"".join(parts)


def _tags(page: _TiffPage, number: int, pages: int, offset_type: int) -> list[_Tag]:
    """Return tag, type and values of one page, in the order of the tags."""
    dpi = page.dpi or (1.0, 1.0)
    tags: list[_Tag] = [
        (254, _LONG, [2 if pages > 1 else 0]),  # NewSubfileType: a page of several
        (256, _LONG, [page.width]),
        (257, _LONG, [page.height]),
        (258, _SHORT, [1]),  # BitsPerSample
        (259, _SHORT, [4]),  # Compression: Group 4
        (262, _SHORT, [0]),  # Photometric: 0 is white
        (266, _SHORT, [1]),  # FillOrder: most significant bit first
        (273, offset_type, page.offsets),
        (274, _SHORT, [1]),  # Orientation: first row on top
        (277, _SHORT, [1]),  # SamplesPerPixel
        (278, _LONG, [page.rows_per_strip]),
        (279, offset_type, page.sizes),
        (282, _RATIONAL, _rational(dpi[0])),
        (283, _RATIONAL, _rational(dpi[1])),
        (293, _LONG, [0]),  # T6Options
        (296, _SHORT, [2 if page.dpi else 1]),  # ResolutionUnit: inch, or none
        (305, _ASCII, f"docbin {__version__}\0".encode("ascii")),
    ]
    if 1 < pages < 65536:
        tags.insert(-1, (297, _SHORT, [number, pages]))  # PageNumber
    return tags


def _rational(value: float) -> list[int]:
    """Return ``value`` as numerator and denominator of 32 bits."""
    if not 0 < value < 2**31:
        raise InputError(f"a resolution of {value} dpi cannot be written")
    fraction = Fraction(value).limit_denominator(1000)
    return [max(fraction.numerator, 1), fraction.denominator]


def _directory(tags: list[_Tag], start: int, layout: _Layout, *, last: bool) -> bytes:
    """Return one directory, the values that do not fit into it, and the link to the next one."""
    room = struct.calcsize(layout.offset)
    size = struct.calcsize(layout.count) + room
    size += len(tags) * (struct.calcsize(layout.entry) + room)
    entries = [struct.pack(layout.count, len(tags))]
    values = b""
    for tag, kind, numbers in tags:
        data = numbers if isinstance(numbers, bytes) else _values(kind, numbers)
        count = len(numbers) // 2 if kind == _RATIONAL else len(numbers)
        entries.append(struct.pack(layout.entry, tag, kind, count))
        if len(data) > room:
            entries.append(struct.pack(layout.offset, start + size + len(values)))
            values += data + bytes(len(data) % 2)
        else:
            entries.append(data.ljust(room, b"\0"))
    link = 0 if last else start + size + len(values)
    return b"".join([*entries, struct.pack(layout.offset, link), values])


def _values(kind: int, numbers: Sequence[int]) -> bytes:
    letter = {_SHORT: "H", _LONG: "I", _RATIONAL: "I", _LONG8: "Q"}[kind]
    return struct.pack(f"<{len(numbers)}{letter}", *numbers)
