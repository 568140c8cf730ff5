"""Archives from elsewhere, unpacked with care.

zip and tar by the standard library; rar, 7z and the rest through libarchive (the extra
``archives`` and the system's libarchive). All names and sizes are looked at before anything is
written: absolute paths, ``..``, links and devices are refused, and so is what unpacks to more
than `Limits`, also if the archive lied about its sizes.
"""

from __future__ import annotations

import contextlib
import re
import shutil
import tarfile
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, TypeAlias

from docbin.dependencies import load
from docbin.errors import DocbinError, InputError, MissingDependencyError
from docbin.io.atomic import writing
from docbin.io.names import shown

SUFFIXES = (".zip", ".rar", ".7z", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz")
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """How much an archive may unpack to.

    Parameters
    ----------
    total, member
        Bytes of all files and of a single one.
    count
        Number of members.
    """

    total: int = 8 << 30
    member: int = 1 << 30
    count: int = 50_000


@dataclass(frozen=True, slots=True)
class Member:
    """A file or folder in an archive.

    Parameters
    ----------
    name
        As the archive has it.
    size
        What the archive says, in bytes.
    kind
        ``"file"``, ``"folder"``, or what else it is.
    """

    name: str
    size: int
    kind: str


# Yields each member with a function that yields its bytes.
Walk: TypeAlias = Iterator[tuple[Member, Callable[[], Iterable[bytes]]]]


def is_archive(path: Path) -> bool:
    """Whether the name is that of an archive."""
    return path.name.lower().endswith(SUFFIXES)


def stem(path: Path) -> str:
    """Return an archive's name without its ending."""
    name = path.name
    for suffix in sorted(SUFFIXES, key=len, reverse=True):
        if name.lower().endswith(suffix):
            return name[: -len(suffix)]
    return name


def unpack(path: Path, folder: Path, limits: Limits | None = None) -> None:
    """Unpack the archive ``path`` into ``folder``, which is made.

    Raises
    ------
    InputError
        If it is damaged, encrypted, hostile or too large; nothing has been written for what its
        names and sizes tell.
    MissingDependencyError
        If it needs libarchive, which is not there.
    """
    bounds = limits or Limits()
    with _trouble(path):
        with contextlib.closing(_walk(path)) as members:
            _look(path, (member for member, _ in members), bounds)
        with contextlib.closing(_walk(path)) as members:
            _write(path, members, folder, bounds)


def _look(path: Path, members: Iterable[Member], limits: Limits) -> None:
    """Refuse an archive by its names and sizes."""
    total, count, seen = 0, 0, set()
    for count, member in enumerate(members, 1):
        place = inside(path, member)
        total += member.size
        if member.kind == "file":
            key = str(place).lower()
            if key in seen:
                raise InputError(f"{shown(path)} has '{member.name}' twice")
            seen.add(key)
        if count > limits.count:
            raise InputError(f"{shown(path)} has more than {limits.count} members")
        if member.size > limits.member or total > limits.total:
            raise InputError(
                f"{shown(path)} unpacks to more than {limits.total} bytes, or its "
                f"'{member.name}' to more than {limits.member}"
            )
    if not count:
        raise InputError(f"{shown(path)} is no archive, or an empty one")


def inside(path: Path, member: Member) -> PurePosixPath:
    """Return where a member goes, relative; a name or kind that is hostile is refused."""
    name = member.name.replace("\\", "/")
    place = PurePosixPath(name)
    bad = place.is_absolute() or ".." in place.parts or "\0" in name or re.match("[A-Za-z]:", name)
    if bad or not name:
        raise InputError(f"{shown(path)} has a member that leaves the folder: {shown(member.name)}")
    if member.kind not in ("file", "folder"):
        raise InputError(
            f"{shown(path)} has a {member.kind}, {shown(member.name)}: only files and folders "
            "are unpacked"
        )
    return place


def _write(path: Path, members: Walk, folder: Path, limits: Limits) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    total = 0
    for member, read in members:
        target = folder / inside(path, member)
        if member.kind == "folder":
            target.mkdir(parents=True, exist_ok=True)
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        size = 0
        # "x": two members never write to one file, whatever their names fold to.
        with writing(str(target)), target.open("xb") as file:
            for piece in _read(path, read):
                size += len(piece)
                if size > limits.member or total + size > limits.total:
                    raise InputError(f"{shown(path)}: '{member.name}' is larger than it says")
                file.write(piece)
        total += size


@contextlib.contextmanager
def _trouble(path: Path) -> Iterator[None]:
    """Turn what readers of archives raise into an `InputError`."""
    try:
        yield
    except DocbinError:
        raise
    except (OSError, EOFError, zipfile.BadZipFile, tarfile.TarError, RuntimeError) as error:
        raise InputError(f"{shown(path)} cannot be unpacked: {error}") from error
    except Exception as error:
        # zlib.error, lzma.LZMAError, libarchive's own, NotImplementedError of odd compressions.
        text = getattr(error, "msg", None) or f"{type(error).__name__}: {error}"
        raise InputError(f"{shown(path)} cannot be unpacked: {text}") from error


def _read(path: Path, read: Callable[[], Iterable[bytes]]) -> Iterator[bytes]:
    with _trouble(path):
        yield from read()


def _walk(path: Path) -> Any:
    if zipfile.is_zipfile(path):
        return _zip(path)
    return _tar(path) if tarfile.is_tarfile(path) else _other(path)


def _zip(path: Path) -> Walk:
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            mode = info.external_attr >> 28
            kind = "folder" if info.is_dir() else "link" if mode == 0o12 else "file"
            yield (
                Member(info.filename, info.file_size, kind),
                lambda info=info: _pieces(archive.open(info)),  # type: ignore[misc]
            )


def _tar(path: Path) -> Walk:
    with tarfile.open(path) as archive:
        for info in archive:
            kind = "file" if info.isreg() else "folder" if info.isdir() else "link or device"
            yield (
                Member(info.name, info.size, kind),
                lambda info=info: _pieces(archive.extractfile(info)),  # type: ignore[misc]
            )


def _other(path: Path) -> Walk:
    try:
        libarchive = load("libarchive", purpose=f"unpacking {shown(path)}")
    except (OSError, TypeError, AttributeError) as error:
        raise MissingDependencyError(
            f"unpacking {shown(path)} needs the system's libarchive, which was not found: install "
            "libarchive13 (Debian, Ubuntu) or libarchive (Fedora, Homebrew), or unpack it yourself "
            "and give the folder"
        ) from error
    with libarchive.file_reader(str(path)) as archive:
        for entry in archive:
            kind = "file" if entry.isreg else "folder" if entry.isdir else "link or device"
            yield Member(entry.pathname, entry.size or 0, kind), entry.get_blocks


def _pieces(stream: Any) -> Iterator[bytes]:
    with stream:
        while piece := stream.read(_PIECE):
            yield piece


def remove(folder: Path) -> None:
    """Delete a folder of ours with what is in it, if it is there."""
    shutil.rmtree(folder, ignore_errors=True)
