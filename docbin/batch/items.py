"""Where each result of a run goes, settled before any work starts."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256

from docbin.batch.found import Found, Unreadable
from docbin.batch.order import same_name
from docbin.batch.place import Place
from docbin.errors import UsageError
from docbin.io.names import shown
from docbin.io.writers import format_of

# Where a run keeps its books, in the destination.
BOOKS = ".docbin"
# What holds several pages stays what it is; everything else becomes PNG.
_KEPT = {".tif": "tiff", ".tiff": "tiff", ".pdf": "pdf"}
_ENDINGS = {"png": ".png", "tiff": ".tif", "pdf": ".pdf", "pbm": ".pbm"}


@dataclass(frozen=True, slots=True)
class Item:
    """An input, and its result within the destination.

    Parameters
    ----------
    found
        The input.
    target
        Path of the result within the destination, parts parted by ``/``.
    format
        ``"png"``, ``"tiff"``, ``"pdf"`` or ``"pbm"``.
    """

    found: Found
    target: str
    format: str


@dataclass(frozen=True, slots=True)
class Shard:
    """One of ``count`` parts of a run, ``number`` from 1, told apart by a hash of the names.

    Examples
    --------
    >>> [Shard(number, 2).has("a/1.png") for number in (1, 2)]
    [True, False]
    """

    number: int
    count: int

    def __post_init__(self) -> None:
        """Refuse a part that there is not."""
        if not 1 <= self.number <= self.count:
            raise UsageError(
                f"--shard is {self.number}/{self.count}; give I/N with I from 1 to N, such as 2/4"
            )

    @classmethod
    def of(cls, text: str) -> Shard:
        """Read ``"I/N"``."""
        number, _, count = text.partition("/")
        if not (number.isdecimal() and count.isdecimal()):
            raise UsageError(f"--shard is '{text}'; give I/N with I from 1 to N, such as 2/4")
        return cls(int(number), int(count))

    def has(self, name: str) -> bool:
        """Return whether an input belongs to this part."""
        number = int.from_bytes(sha256(os.fsencode(name)).digest()[:8])
        return number % self.count == self.number - 1


def items_of(
    found: Iterable[Found], place: Place, format: str | None
) -> tuple[list[Item], list[Unreadable]]:
    """Return what is to be made of inputs, and members of archives whose results would collide.

    Parameters
    ----------
    found
        The inputs.
    place
        Where results go.
    format
        Format of all results; None: TIFF stays TIFF and PDF stays PDF, by the names' endings, and
        everything else becomes PNG.

    Raises
    ------
    UsageError
        If two inputs would be written to one result (letters' case does not count), or a result is
        an input.
    """
    items, refused = items_unchecked(found, format)
    refuse(items, place)
    return items, refused


def items_unchecked(
    found: Iterable[Found], format: str | None
) -> tuple[list[Item], list[Unreadable]]:
    """Return the same, whatever collides."""
    kind = None if format is None else format_of("-", format)
    return _without_doubles([_item(each, kind) for each in found])


def refuse(items: list[Item], place: Place) -> None:
    """Refuse items that collide, or whose results are inputs; see `items_of`."""
    _refuse_collisions(items)
    _refuse_inputs(items, place)


def _item(found: Found, format: str | None) -> Item:
    stem, ending = os.path.splitext(found.name)  # noqa: PTH122 - of a hundred thousand names
    kept = _KEPT.get(ending.lower())
    kind = format or kept or "png"
    return Item(found, stem + (ending if kind == kept else _ENDINGS[kind]), kind)


def _without_doubles(items: list[Item]) -> tuple[list[Item], list[Unreadable]]:
    """Return the items without members of archives that another member is in the way of.

    Whoever packed the archive may mean harm, so that the others are done, and these are failures.
    """
    taken: dict[str, Item] = {}
    files = {same_name(item.target) for item in items}
    kept, refused = [], []
    for item in items:
        key = same_name(item.target)
        other = taken.setdefault(key, item)
        if item.found.origin is None or (other is item and files.isdisjoint(_parents(key))):
            kept.append(item)
            continue
        why = f"another result would be the folder of its own, {shown(item.target)}"
        if other is not item:
            why = f"{shown(other.found.path)} has the same result, {shown(item.target)}"
        told = f"{why} (letters' case does not count); rename one of them"
        refused.append(Unreadable(item.found.path, told))
    return kept, refused


def _parents(key: str) -> Iterator[str]:
    while key := key.rpartition("/")[0]:
        yield key


def _refuse_collisions(items: list[Item]) -> None:
    taken: dict[str, Item] = {}
    folders: dict[str, Item] = {}
    for item in items:
        key = same_name(item.target)
        other = taken.setdefault(key, item)
        if other is not item:
            raise UsageError(
                f"{shown(other.found.path)} and {shown(item.found.path)} would both be written to "
                f"{shown(item.target)} (letters' case does not count); give them in separate runs "
                "with destinations of their own"
            )
        parent = key.rpartition("/")[0]
        while parent and parent not in folders:
            folders[parent] = item
            parent = parent.rpartition("/")[0]
        if key.partition("/")[0] == BOOKS:
            raise UsageError(f"{shown(item.found.path)}: {BOOKS} is where a run keeps its books")
    for key in taken.keys() & folders.keys():
        raise UsageError(
            f"{shown(taken[key].target)} would be a file for {shown(taken[key].found.path)} and a "
            f"folder for {shown(folders[key].found.path)}; give them in separate runs with "
            "destinations of their own"
        )


def _refuse_inputs(items: list[Item], place: Place) -> None:
    real = lru_cache(maxsize=None)(os.path.realpath)
    if place.folder is None:
        inputs = {item.found.path for item in items}
        results = {place.path(item.target): item for item in items}
    else:
        inputs = {_resolved(item.found.path, real) for item in items if item.found.origin is None}
        results = {_resolved(place.path(item.target), real): item for item in items}
    for path, item in results.items():
        if path in inputs:
            raise UsageError(
                f"the result {shown(item.target)} would be an input itself; give another "
                "destination"
            )


def _resolved(path: str, real: Callable[[str], str]) -> str:
    """Return a path without links in its folders, which most files share."""
    folder, name = os.path.split(path)
    return os.path.join(real(folder), name)  # noqa: PTH118
