"""What a run works on: folders, patterns, files and lists become inputs with names."""

from __future__ import annotations

import dataclasses
import glob
import importlib
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from fnmatch import fnmatch
from pathlib import Path, PurePath
from typing import BinaryIO, TypeAlias

from docbin.batch.found import Found, Unreadable
from docbin.batch.inputs import is_picture
from docbin.batch.members.limits import Limits
from docbin.batch.order import natural_key
from docbin.batch.place import Place
from docbin.batch.stores.address import is_address, within
from docbin.batch.stores.objects import name_of, object_at, objects
from docbin.batch.walk import file_at, walk
from docbin.errors import InputError, UsageError
from docbin.io.blob import STDIN
from docbin.io.names import shown

_ANY_DEPTH = "**"

Members: TypeAlias = Callable[..., Iterable[Found | Unreadable]]
# Ending -> what finds the inputs in such a file, called with its path and what is allowed; the
# names that it gives begin with a folder. Loaded when such a file is met.
_ZIP, _TAR = "docbin.batch.members.zip_members:members", "docbin.batch.members.tar_members:members"
_METS = "docbin.batch.members.mets:members"
HOLDERS = {
    # Whatever its name, where it is named itself.
    "mets.xml": _METS,
    ".zip": _ZIP,
    **dict.fromkeys((".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz"), _TAR),
    **dict.fromkeys((".tar.zst", ".tzst", ".7z", ".rar"), "docbin.batch.sources:_others"),
}


def inputs_of(
    sources: Sequence[str],
    destination: Place,
    listed: BinaryIO | None = None,
    limits: Limits | None = None,
    *,
    file_group: str | None = None,
) -> tuple[list[Found], list[Unreadable]]:
    """Return the inputs behind ``sources``, in natural order, and what cannot be looked at.

    Parameters
    ----------
    sources
        Of each folder the pictures in it and in its folders, named by their path within it; of a
        pattern (``*``, ``?``, ``[]``, ``**``) what matches, named by the path behind its fixed
        part; a file, by its own name; ``"-"``: what standard input lists, one path a line, or
        parted by zero bytes, named by the path that is listed. A file that holds others (see
        `HOLDERS`) is a folder of its name without the ending; within folders there are none.
    destination
        Where results go: it may not lie within a folder whose pictures are taken.
    listed
        Instead of standard input.
    limits
        How much of an archive is taken.
    file_group
        Which pictures of METS files, see `docbin.batch.members.mets`.

    Raises
    ------
    UsageError
        If the destination lies within a source, or the list names files outside of where it is.
    InputError
        If a source is not there, or there is nothing to do.
    """
    found: dict[str, Found] = {}
    unreadable: list[Unreadable] = []
    allowed = limits or Limits()
    behind = (each for source in sources for each in _behind(source, destination, listed, allowed))
    for each in _opened(behind, allowed, file_group):
        if isinstance(each, Unreadable):
            unreadable.append(each)
        else:
            found.setdefault(_key(each), each)
    if not found and not unreadable:
        raise InputError(f"{', '.join(map(shown, sources))}: there is no picture and no PDF")
    return sorted(found.values(), key=lambda each: natural_key(each.name)), unreadable


def _key(found: Found) -> str:
    """Return what is equal for the same input."""
    if found.origin is not None:
        return f"{found.path}\0{found.order}"  # two members may have one name
    return os.path.abspath(found.path)  # noqa: PTH100 - not resolved


def holder(path: str) -> str | None:
    """Return what finds the inputs in a file, by its name; None: it is an input itself."""
    name = path.lower()
    return next((where for ending, where in HOLDERS.items() if name.endswith(ending)), None)


def _holder_named(path: str) -> str | None:
    """Return what finds the inputs in a file that was named itself, or by a pattern."""
    return holder(path) or (_METS if path.lower().endswith(".xml") else None)


def members_of(
    path: str, limits: Limits, file_group: str | None = None
) -> Iterable[Found | Unreadable]:
    """Return what a file holds for which there is a `holder`."""
    where = _holder_named(path) or ""
    module, _, name = where.partition(":")
    members: Members = getattr(importlib.import_module(module), name)
    return members(path, limits, *([file_group] if where == _METS else []))


def _others(path: str, limits: Limits) -> Iterator[Unreadable]:
    """Say of an archive that it is not read."""
    del limits
    yield Unreadable(
        path, "such archives are not read: unpack it, or pack it as .zip, .tar, .tar.gz or .tar.xz"
    )


def _opened(
    found: Iterable[Found | Unreadable], limits: Limits, file_group: str | None
) -> Iterator[Found | Unreadable]:
    """Yield inputs, and in place of files that hold others what they hold."""
    taken: set[str] = set()
    metses = 0
    for each in found:
        where = None if isinstance(each, Unreadable) else _holder_named(each.path)
        if where is None or isinstance(each, Unreadable):
            yield each
            continue
        real = each.path if is_address(each.path) else os.path.realpath(each.path)
        if real in taken:
            continue
        taken.add(real)
        folder = each.name.rpartition("/")[0]
        metses += where == _METS
        for member in members_of(each.path, limits, file_group):
            if folder and isinstance(member, Found):
                yield dataclasses.replace(member, name=f"{folder}/{member.name}")
            else:
                yield member
    if file_group is not None and not metses:
        raise UsageError("--file-group is for METS files, and no source is one")


def _behind(
    source: str, destination: Place, listed: BinaryIO | None, limits: Limits
) -> Iterable[Found | Unreadable]:
    if source == STDIN:
        return _listed(listed or sys.stdin.buffer, limits)
    if is_address(source):
        if within(destination.name, source):
            raise _inside(destination, source)
        return objects(source, limits)
    path = Path(source)
    if path.is_dir():
        _refuse_within(destination, path, source)
        return walk(source)
    if path.is_file():
        return [file_at(source, path.name)]
    if glob.has_magic(source):
        return _matching(source, destination)
    raise InputError(f"{shown(source)} cannot be read: there is no such file or folder")


def _refuse_within(destination: Place, folder: Path, source: str) -> None:
    there = destination.folder
    if there is not None and there.resolve().is_relative_to(folder.resolve()):
        raise _inside(destination, source)


def _inside(destination: Place, source: str) -> UsageError:
    return UsageError(
        f"{shown(destination.name)} lies within {shown(source)}, so that results would become "
        "inputs of the next run; give a destination outside of it"
    )


def _matching(pattern: str, destination: Place) -> Iterator[Found | Unreadable]:
    parts = PurePath(pattern).parts
    fixed = next(index for index, part in enumerate(parts) if glob.has_magic(part))
    base = Path(*parts[:fixed])
    if ".." in parts[fixed:]:
        raise UsageError(f"{shown(pattern)} has a '..' behind a wildcard; leave it out")
    if _ANY_DEPTH in parts:
        _refuse_within(destination, base, pattern)
        # Not by `glob`, which follows links in circles, again and again.
        for each in walk(str(base), lambda name: is_picture(name) or holder(name) is not None):
            inside = PurePath(each.name).parts if isinstance(each, Found) else None
            if inside is None or _matches(inside, parts[fixed:]):
                yield each
        return
    for path in glob.iglob(pattern):  # noqa: PTH207 - a pattern is one string
        name = PurePath(path)
        if (is_picture(name.name) or holder(name.name)) and Path(path).is_file():
            yield file_at(path, name.relative_to(base).as_posix())


def _matches(name: tuple[str, ...], pattern: tuple[str, ...]) -> bool:
    """Return whether the parts of a name match those of a pattern, as `glob` has it."""
    if not pattern:
        return not name
    if pattern[0] == _ANY_DEPTH:
        return _matches(name, pattern[1:]) or (bool(name) and _matches(name[1:], pattern))
    return bool(name) and fnmatch(name[0], pattern[0]) and _matches(name[1:], pattern[1:])


def _listed(file: BinaryIO, limits: Limits) -> Iterator[Found | Unreadable]:
    data = file.read()
    for line in data.split(b"\0" if b"\0" in data else b"\n"):
        text = os.fsdecode(line.rstrip(b"\r"))
        if is_address(text):
            yield object_at(text, name_of(text), limits)
            continue
        if not text or Path(text).is_dir():
            continue
        path = PurePath(text)
        # As archivers do: what is absolute is taken from the root on.
        parts = path.parts[1:] if path.anchor else path.parts
        if ".." in parts:
            raise UsageError(
                f"{shown(text)} in the list leads out of it with '..'; list paths that do not, "
                "for example absolute ones"
            )
        yield file_at(text, "/".join(parts))
