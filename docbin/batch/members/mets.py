"""The pictures of a METS file: those of one file group, one for each page, where they lie.

The file is read by expat, which fetches nothing, piece by piece; a document type is refused, and
with it every entity of its own. There are limits on its bytes (256 MiB), its depth and the number
of its files.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import NoReturn
from urllib.parse import unquote, urlsplit
from xml.parsers import expat

from docbin.batch.found import Found, Unreadable
from docbin.batch.inputs import is_picture
from docbin.batch.members.limits import Limits
from docbin.batch.stores.address import is_address
from docbin.batch.walk import file_at
from docbin.errors import InputError, UsageError
from docbin.io.names import shown, unreadable

# Where scans are, by what is usual in OCR-D and in libraries' METS files; case does not count.
GROUPS = ("OCR-D-IMG", "ORIGINAL", "MASTER", "MAX", "DEFAULT", "PRESENTATION")
_METS, _HREF = "http://www.loc.gov/METS/ ", "http://www.w3.org/1999/xlink href"
_OUTSIDE = "it lies outside of the folder of the METS file, and is not read"
_MOST = 1 << 28
_DEEPEST = 100
_PIECE = 1 << 16
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")


@dataclass(slots=True)
class _File:
    """A file of a group, and all that is said of where it is."""

    id: str
    kind: str
    places: list[str] = field(default_factory=list)

    def is_picture(self) -> bool:
        """Return whether it is a picture or a PDF, by its type or else its name."""
        if self.kind:
            return self.kind.startswith("image/") or self.kind == "application/pdf"
        return any(is_picture(PurePath(place).name) for place in self.places)


def members(path: str, limits: Limits, group: str | None = None) -> Iterator[Found | Unreadable]:
    """Yield the pictures that a METS file names, under their paths within its folder.

    Parameters
    ----------
    path
        The METS file.
    limits
        ``max_members`` is how many files it may name.
    group
        The file group, by its ``USE``; None: the first of `GROUPS` that it has.

    Raises
    ------
    UsageError
        If there is no such group; the message has those that there are.
    """
    if is_address(path):
        why = "a METS file in a store is not read; fetch its folder, or give the pictures' address"
        yield Unreadable(path, why)
        return
    try:
        reader = _Reader(limits)
        reader.read(path)
    except OSError as error:
        yield Unreadable(path, str(unreadable(path, error)))
        return
    except InputError as error:
        yield Unreadable(path, str(error))
        return
    name = _chosen(path, list(reader.groups), group)
    files = [each for each in reader.groups[name] if each.is_picture()]
    # What belongs to no page, such as a PDF of the whole book, is left out where pages are told.
    if any(each.id in reader.pages for each in files):
        files = [each for each in files if each.id in reader.pages]
    if not files:
        yield Unreadable(path, f"the file group '{name}' has no pictures; {_others(reader.groups)}")
    for file in files:
        yield _found(path, file, reader.pages.get(file.id, file.id), name)


def _chosen(path: str, groups: list[str], wanted: str | None) -> str:
    for name in GROUPS if wanted is None else [wanted]:
        for group in groups:
            if group == name or (wanted is None and group.upper() == name):
                return group
    what = "none of the usual file groups" if wanted is None else f"no file group '{wanted}'"
    raise UsageError(f"{shown(path)} has {what}; {_others(groups)}")


def _others(groups: object) -> str:
    assert isinstance(groups, list | dict)
    names = ", ".join(groups)
    return f"give --file-group with one of: {names}" if names else "it has no file groups"


def _found(mets: str, file: _File, page: str, group: str) -> Found | Unreadable:
    folder, far = os.path.dirname(mets), ""  # noqa: PTH120
    for place in file.places:
        local = _local(place)
        if local is None:
            far = far or place
            continue
        path = inside = None
        for spelt in dict.fromkeys((local, unquote(local))):
            inside = _inside(spelt, folder)
            if inside is None:
                return Unreadable(spelt, f"{_OUTSIDE} (page {page})")
            path = os.path.join(folder, inside)  # noqa: PTH118
            if os.path.isfile(path):  # noqa: PTH113
                return file_at(path, inside)
        why = "it is no file" if os.path.exists(path or "") else "there is no such file"  # noqa: PTH110
        return Unreadable(path or local, f"{why} (page {page} of the file group {group})")
    if far:
        why = "it is not on this machine; fetch it first, with 'ocrd workspace find --download'"
        return Unreadable(far, f"{why}, or give another --file-group (page {page})")
    return Unreadable(mets, f"the file {file.id} (page {page}) says not where it is")


def _local(place: str) -> str | None:
    """Return the path of a place; None: it is on another machine."""
    if place.lower().startswith("file:"):
        parts = urlsplit(place)
        return unquote(parts.path) if parts.netloc in ("", "localhost") else None
    return None if _SCHEME.match(place) else place


def _inside(path: str, folder: str) -> str | None:
    """Return a path within a folder, parts parted by ``/``; None: it leads out of it."""
    root = os.path.abspath(folder)  # noqa: PTH100 - links stay as they are
    whole = PurePath(os.path.normpath(os.path.join(root, path)))  # noqa: PTH118
    return whole.relative_to(root).as_posix() if whole.is_relative_to(root) else None


class _Reader:
    """Takes file groups and pages from the stream of elements."""

    def __init__(self, limits: Limits) -> None:
        self.groups: dict[str, list[_File]] = {}
        self.pages: dict[str, str] = {}
        self._limits = limits
        self._open: list[tuple[str, dict[str, str]]] = []
        self._file: _File | None = None
        self._count = 0

    def read(self, path: str) -> None:
        """Read a file."""
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartDoctypeDeclHandler = _refuse_doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        size = 0
        with open(path, "rb") as file:  # noqa: PTH123
            try:
                while piece := file.read(_PIECE):
                    size += len(piece)
                    if size > _MOST:
                        raise InputError(f"it has more than {_MOST >> 20} MiB, which is no METS")
                    parser.Parse(piece)
                parser.Parse(b"", True)  # noqa: FBT003
            except expat.ExpatError as error:
                raise InputError(f"it is no well-formed XML: {error}") from error

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.removeprefix(_METS) if name.startswith(_METS) else ""
        if not self._open and tag != "mets":
            raise InputError(f"it is no METS file: its root is <{name.rpartition(' ')[2]}>")
        self._open.append((tag, attributes))
        if len(self._open) > _DEEPEST:
            raise InputError(f"its elements are nested more than {_DEEPEST} deep")
        if tag == "file":
            self._begin_file(attributes)
        elif tag == "FLocat" and self._file is not None:
            place = attributes.get(_HREF, "").strip()
            self._file.places.extend([place] if place else [])
        elif tag in ("fptr", "area") and "FILEID" in attributes:
            page = next((each for each in reversed(self._open) if _is_page(*each)), None)
            if page is not None:
                self.pages.setdefault(attributes["FILEID"], page[1].get("ID", ""))

    def _begin_file(self, attributes: dict[str, str]) -> None:
        self._count += 1
        if self._count > self._limits.max_members:
            raise InputError(
                f"it names more than {self._limits.max_members} files; --max-members allows more"
            )
        self._file = _File(attributes.get("ID", ""), attributes.get("MIMETYPE", "").lower())
        uses = [told.get("USE") for tag, told in self._open if tag == "fileGrp"]
        named = [use for use in uses if use]
        self.groups.setdefault(named[-1] if named else "", []).append(self._file)

    def _end(self, name: str) -> None:
        del name
        if self._open.pop()[0] == "file":
            self._file = None


def _is_page(tag: str, attributes: dict[str, str]) -> bool:
    return tag == "div" and attributes.get("TYPE", "").lower() == "page"


def _refuse_doctype(*_: object) -> NoReturn:
    raise InputError("it has a document type, which METS does not need and may do harm; remove it")
