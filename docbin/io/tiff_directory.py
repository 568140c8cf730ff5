"""The directories of a TIFF or BigTIFF file: the tags of each page."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from docbin.io.damage import DamagedError

_MOST_PAGES = 100_000
_MOST_TAGS = 4096
# Offsets and sizes of the strips of any page that is read fit in.
_LARGEST_VALUE = 1 << 26
# Type of a value -> letter of `struct`, and how many of them make a value.
_TYPES = {
    1: ("B", 1),
    2: ("B", 1),
    3: ("H", 1),
    4: ("I", 1),
    5: ("I", 2),
    6: ("b", 1),
    7: ("B", 1),
    8: ("h", 1),
    9: ("i", 1),
    10: ("i", 2),
    11: ("f", 1),
    12: ("d", 1),
    13: ("I", 1),
    16: ("Q", 1),
    17: ("q", 1),
    18: ("Q", 1),
}
# What docbin needs; the rest is not read.
_WANTED = frozenset(
    (*range(254, 260), 262, 266, 273, 274, 277, 278, 279, 282, 283, 284, 296, 317, 320)
) | frozenset((322, 323, 324, 325, 338, 339, 34675))


@dataclass(frozen=True, slots=True)
class Directory:
    """The tags of a page that docbin knows; fractions come as two numbers.

    ``order`` is ``"<"`` or ``">"``, the byte order of the file.
    """

    order: str
    tags: dict[int, tuple[float, ...]] = field(default_factory=dict)

    def number(self, tag: int, default: int | None = None) -> int:
        """Return the first value of a tag."""
        values = self.tags.get(tag)
        if values:
            return int(values[0])
        if default is None:
            raise DamagedError(f"its directory lacks tag {tag}")
        return default

    def numbers(self, tag: int) -> tuple[int, ...]:
        """Return all values of a tag; none where it is absent."""
        return tuple(int(value) for value in self.tags.get(tag, ()))

    def fraction(self, tag: int) -> float:
        """Return a fraction, 0 where it is absent or senseless."""
        above, below = (*self.tags.get(tag, ()), 0, 0)[:2]
        return above / below if below else 0.0


@dataclass(frozen=True, slots=True)
class _Form:
    """What differs between TIFF and BigTIFF: letters of count, entry and offset."""

    order: str
    count: str
    length: str
    offset: str


def read_directories(file: BinaryIO) -> Iterator[Directory]:
    """Yield the directories of an open file, in the order of their chain."""
    form, offset = _start(file)
    seen: set[int] = set()
    while offset:
        if offset in seen:
            raise DamagedError("its pages form a ring")
        if len(seen) >= _MOST_PAGES:
            raise DamagedError(f"it has more than {_MOST_PAGES} pages")
        seen.add(offset)
        directory, offset = _directory(file, form, offset)
        yield directory


def _start(file: BinaryIO) -> tuple[_Form, int]:
    head = file.read(16)
    order = {b"II": "<", b"MM": ">"}.get(head[:2])
    if order is None or len(head) < 8:
        raise DamagedError("it is cut off in its header")
    (version,) = struct.unpack_from(f"{order}H", head, 2)
    if version == 42:
        return _Form(order, "H", "I", "I"), struct.unpack_from(f"{order}I", head, 4)[0]
    if version != 43 or len(head) < 16 or struct.unpack_from(f"{order}H", head, 4)[0] != 8:
        raise DamagedError("its header is damaged")
    return _Form(order, "Q", "Q", "Q"), struct.unpack_from(f"{order}Q", head, 8)[0]


def _directory(file: BinaryIO, form: _Form, offset: int) -> tuple[Directory, int]:
    (count,) = _unpacked(file, form, offset, form.count)
    if not 0 < count <= _MOST_TAGS:
        raise DamagedError(f"a directory has {count} tags")
    start = offset + struct.calcsize(f"={form.count}")
    room = struct.calcsize(f"={form.offset}")
    entry = struct.Struct(f"{form.order}HH{form.length}{room}s")
    data = _bytes(file, start, entry.size * count)
    tags: dict[int, tuple[float, ...]] = {}
    for tag, kind, length, value in entry.iter_unpack(data):
        if tag not in _WANTED or kind not in _TYPES or tag in tags:
            continue
        letter, parts = _TYPES[kind]
        size = struct.calcsize(f"={letter}") * parts * length
        if size > _LARGEST_VALUE:
            raise DamagedError(f"tag {tag} claims {size} bytes")
        if size > room:
            value = _bytes(file, struct.unpack(f"{form.order}{form.offset}", value)[0], size)
        tags[tag] = struct.unpack_from(f"{form.order}{parts * length}{letter}", value)
    (following,) = _unpacked(file, form, start + entry.size * count, form.offset)
    return Directory(form.order, tags), following


def _unpacked(file: BinaryIO, form: _Form, offset: int, letter: str) -> tuple[int, ...]:
    data = _bytes(file, offset, struct.calcsize(f"={letter}"))
    return struct.unpack(f"{form.order}{letter}", data)


def _bytes(file: BinaryIO, offset: int, size: int) -> bytes:
    if offset >= 1 << 62:
        raise DamagedError("an offset points nowhere")
    file.seek(offset)
    data = file.read(size)
    if len(data) < size:
        raise DamagedError("it is cut off in a directory")
    return data
