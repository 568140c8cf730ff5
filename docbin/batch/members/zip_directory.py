"""The directory of a zip file, entry by entry, in little memory.

Formats: PKWARE's APPNOTE.TXT 6.3.10, sections 4.3.12 to 4.3.16 and 4.5.3.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from docbin.errors import InputError

_END = struct.Struct("<4s4H2LH")
_END_64 = struct.Struct("<4sQ2H2L4Q")
_LOCATOR = struct.Struct("<4sLQL")
_ENTRY = struct.Struct("<4s4B4H3L5H2L")
_COMMENT = 0xFFFF
_ALL_32 = 0xFFFFFFFF
_ALL_16 = 0xFFFF
_ZIP_64 = 1
_UTF_8 = 1 << 11
_UNIX = 3


@dataclass(frozen=True, slots=True)
class Entry:
    """What the directory says of a member.

    Parameters
    ----------
    name
        As it is written there, with ``/`` between parts.
    flags, method
        Bit 0 of the flags: it is encrypted; how it is packed.
    crc, packed, size
        CRC-32 of the bytes; how many there are in the archive, and unpacked.
    date
        Date and time as MS-DOS has them, in 32 bits.
    offset
        Where its own header begins in the file.
    mode
        Kind and permissions of a Unix file; 0 where the archive was made elsewhere.
    """

    name: str
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    date: int
    offset: int
    mode: int


def entries(file: BinaryIO) -> Iterator[Entry]:
    """Yield the entries of a zip file's directory.

    Raises
    ------
    InputError
        If there is no directory, or it is damaged; the message has no name of the file.
    """
    start, size, moved = _directory(file)
    file.seek(start)
    while size > 0:
        fixed = file.read(_ENTRY.size)
        if len(fixed) < _ENTRY.size or fixed[:4] != b"PK\1\2":
            raise InputError("its directory is damaged; what follows in it is not read")
        (_, _, system, _, _, flags, method, time, day, crc, packed, full, *rest) = _ENTRY.unpack(
            fixed
        )
        name_size, extra_size, comment_size, _, _, outside, offset = rest
        variable = file.read(name_size + extra_size + comment_size)
        if len(variable) < name_size + extra_size + comment_size:
            raise InputError("its directory is damaged; what follows in it is not read")
        extra = variable[name_size : name_size + extra_size]
        full, packed, offset = _wide(extra, [full, packed, offset])
        name = _name(variable[:name_size], utf8=bool(flags & _UTF_8))
        mode = outside >> 16 if system == _UNIX else 0
        date = day << 16 | time
        yield Entry(name, flags, method, crc, packed, full, date, offset + moved, mode)
        size -= _ENTRY.size + len(variable)


def _name(raw: bytes, *, utf8: bool) -> str:
    text = raw.decode("utf-8", "surrogateescape") if utf8 else raw.decode("cp437")
    # Some programs write Windows' separator, which the format forbids.
    return text.replace("\\", "/")


def _wide(extra: bytes, values: list[int]) -> list[int]:
    """Return sizes and offset, which stand elsewhere where 32 bits are too few."""
    place = 0
    while place + 4 <= len(extra):
        kind, length = struct.unpack_from("<2H", extra, place)
        field = extra[place + 4 : place + 4 + length]
        place += 4 + length
        if kind != _ZIP_64:
            continue
        for index, value in enumerate(values):
            if value == _ALL_32 and len(field) >= 8:
                (values[index],) = struct.unpack_from("<Q", field)
                field = field[8:]
    return values


def _directory(file: BinaryIO) -> tuple[int, int, int]:
    """Return where the directory begins, its bytes, and by how much all offsets are moved."""
    length = file.seek(0, 2)
    tail_at = max(0, length - _END.size - _COMMENT)
    file.seek(tail_at)
    tail = file.read(length - tail_at)
    place = tail.rfind(b"PK\5\6")
    if place < 0 or len(tail) - place < _END.size:
        raise InputError("it is no zip file, or its end is missing; copy it again")
    end = tail_at + place
    *_, count, size, offset, _ = _END.unpack_from(tail, place)
    if _ALL_32 in (size, offset) or count == _ALL_16:
        size, offset, end = _directory_64(file, end) or (size, offset, end)
    # What stands before the archive, such as a program that unpacks it, moves everything.
    moved = end - size - offset
    if moved < 0 or size > end:
        raise InputError("its directory is damaged, or its beginning is missing; copy it again")
    return end - size, size, moved


def _directory_64(file: BinaryIO, end: int) -> tuple[int, int, int] | None:
    """Return size and offset of the directory, and where it ends, from its 64-bit form."""
    if end < _LOCATOR.size:
        return None
    file.seek(end - _LOCATOR.size)
    mark, _, _, _ = _LOCATOR.unpack(file.read(_LOCATOR.size))
    if mark != b"PK\6\7":
        return None
    # As it stands right before the locator, unless it has fields that no program writes.
    at = end - _LOCATOR.size - _END_64.size
    if at < 0:
        raise InputError("its directory is damaged")
    file.seek(at)
    mark, *_, size, offset = _END_64.unpack(file.read(_END_64.size))
    if mark != b"PK\6\6":
        raise InputError("its directory is damaged")
    return size, offset, at
