"""Pictures in a zip file."""

from __future__ import annotations

import bz2
import calendar
import lzma
import stat
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from docbin.batch.found import Found, Stamp, Unreadable
from docbin.batch.members.damage import damaged
from docbin.batch.members.limits import Limits
from docbin.batch.members.naming import folder_of, picture_name
from docbin.batch.members.zip_directory import Entry, entries
from docbin.batch.stores.connection import opened
from docbin.errors import DocbinError, InputError, UsageError
from docbin.io.atomic import Sink
from docbin.io.names import unreadable

ENDINGS = (".zip",)
_STORED = 0
# Method -> what unpacks it, piece by piece.
_UNPACKERS: dict[int, Any] = {
    8: lambda: zlib.decompressobj(-zlib.MAX_WBITS),
    12: bz2.BZ2Decompressor,
    95: lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ),
}
_ENCRYPTED = 1
_PIECE = 1 << 18
_HEADER = struct.Struct("<4s5H3L2H")


def members(archive: str, limits: Limits) -> Iterator[Found | Unreadable]:
    """Yield the pictures in a zip file, and what is wrong with it, in the order of its directory.

    Memory is taken for pictures only, however many members there are.

    Parameters
    ----------
    archive
        Its path.
    limits
        What is allowed.
    """
    found: list[Found | Unreadable] = []
    held = 0
    try:
        with opened(archive) as file:
            length = file.seek(0, 2)
            for count, entry in enumerate(entries(file), 1):
                held += entry.packed
                if count > limits.max_members:
                    raise InputError(
                        f"it has more than {limits.max_members} members; --max-members allows more"
                    )
                if held > length:
                    found.clear()
                    raise InputError("its members overlap, as those of a bomb do; it is not read")
                each = _member(archive, entry, limits)
                if each is not None:
                    found.append(each)
    except OSError as error:
        found.append(Unreadable(archive, str(unreadable(archive, error))))
    except InputError as error:
        found.append(Unreadable(archive, str(error)))
    yield from found


def _member(archive: str, entry: Entry, limits: Limits) -> Found | Unreadable | None:
    address = f"zip://{entry.name}::{archive}"
    try:
        name = picture_name(entry.name)
    except UsageError as error:
        return Unreadable(address, str(error))
    if name is None:
        return None
    why = _refused(entry) or limits.refused(entry.size, entry.packed)
    if why is not None:
        return Unreadable(address, why)
    stamp = Stamp(entry.size, _nanoseconds(entry.date), f"crc32:{entry.crc:08x}")
    origin = ZipMember(archive, address, entry.offset, entry.method, entry.packed, stamp)
    inside = f"{folder_of(archive, ENDINGS)}/{name}"
    return Found(inside, address, *stamp, origin, (archive, entry.offset))


def _refused(entry: Entry) -> str | None:
    kind = stat.S_IFMT(entry.mode)
    if kind not in (0, stat.S_IFREG):
        return "it is a link or a device, which are not followed"
    if entry.flags & _ENCRYPTED:
        return "it is encrypted; unpack the archive with its password"
    if entry.method != _STORED and entry.method not in _UNPACKERS:
        return (
            f"it is packed by method {entry.method} of zip; docbin unpacks what is stored, "
            "deflated, or packed by bzip2 or xz"
        )
    return None


def _nanoseconds(date: int) -> int:
    """Return the time of an MS-DOS date, which knows no zone, as if it were UTC."""
    day, time = date >> 16, date & 0xFFFF
    parts = (
        *(1980 + (day >> 9), day >> 5 & 15, day & 31),
        *(time >> 11, time >> 5 & 63, time % 32 * 2),
    )
    try:
        return calendar.timegm(parts) * 10**9
    except ValueError:  # a month 13
        return 0


@dataclass(frozen=True, slots=True)
class ZipMember:
    """A member of a zip file, read without its directory; see `docbin.batch.found.Origin`."""

    archive: str
    address: str
    offset: int
    method: int
    packed: int
    stamp: Stamp

    def copy(self, file: Sink) -> Stamp:
        """Unpack the bytes; the sum that the directory has must be theirs."""
        try:
            with opened(self.archive) as source:
                crc = self._unpacked(source, file)
        except DocbinError:
            raise
        except (OSError, EOFError, zlib.error, lzma.LZMAError) as error:
            raise damaged(self.address, error) from error
        if self.stamp.etag != f"crc32:{crc:08x}":
            raise unreadable(self.address, "its sum is not that in the archive's directory")
        return self.stamp

    def _unpacked(self, source: BinaryIO, file: Sink) -> int:
        """Write the bytes and return their CRC-32."""
        source.seek(self.offset)
        header = source.read(_HEADER.size)
        if len(header) < _HEADER.size or header[:4] != b"PK\3\4":
            raise unreadable(self.address, "the archive is damaged, or was changed; run again")
        *_, name_size, extra_size = _HEADER.unpack(header)
        source.seek(name_size + extra_size, 1)
        crc = size = 0
        for piece in self._pieces(source):
            size += len(piece)
            if size > self.stamp.size:
                raise unreadable(self.address, f"it has more than {self.stamp.size} bytes")
            crc = zlib.crc32(piece, crc)
            file.write(piece)
        if size < self.stamp.size:
            raise unreadable(self.address, "the archive ends in it, or is damaged")
        return crc

    def _pieces(self, source: BinaryIO) -> Iterator[bytes]:
        left = self.packed
        unpacker = None if self.method == _STORED else _UNPACKERS[self.method]()
        while left > 0 and (data := source.read(min(_PIECE, left))):
            left -= len(data)
            if unpacker is None:
                yield data
                continue
            while True:
                piece = unpacker.decompress(data, _PIECE)
                yield piece
                # zlib gives back what it has not used; the others keep it.
                data = getattr(unpacker, "unconsumed_tail", b"")
                if unpacker.eof:
                    return
                if not data and len(piece) < _PIECE:
                    break
