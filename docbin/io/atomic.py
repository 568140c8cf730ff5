"""Results appear whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import BinaryIO, TypeAlias

from docbin.errors import DocbinError, OutputError
from docbin.io.names import Name, reason, shown

Target: TypeAlias = Name | BinaryIO

STDOUT = "-"
# What waits in memory for standard output; more waits in a temporary file.
_WAITING = 1 << 24


_TEMPORARY = ".tmp"
_owner: ContextVar[str] = ContextVar("docbin_temporaries", default="")


def own_temporaries(owner: str) -> None:
    """Let the names of temporary files say from here on whose they are; see `remove_leftovers`."""
    _owner.set(owner)


def remove_leftovers(folder: Name, owner: str) -> None:
    """Remove what ``owner`` left in a folder when it was killed while it wrote."""
    for path in Path(folder).glob(f"{_prefix(owner)}*{_TEMPORARY}"):
        with contextlib.suppress(OSError):
            path.unlink()


def _prefix(owner: str) -> str:
    return f".docbin-{owner}-" if owner else ".docbin-"


class Sink:
    """A file to write to whose troubles are `OutputError`, with the name of the target."""

    def __init__(self, file: BinaryIO, name: str) -> None:
        self._file = file
        self._name = name

    def write(self, data: bytes | memoryview) -> int:
        """Write all of ``data``."""
        with writing(self._name):
            return self._file.write(data)

    def seek(self, offset: int, whence: int = 0) -> int:
        """Move to a position."""
        with writing(self._name):
            return self._file.seek(offset, whence)

    def tell(self) -> int:
        """Return the position."""
        return self._file.tell()


@contextmanager
def writing(name: str) -> Iterator[None]:
    """Turn trouble with the file system into an `OutputError` that names the target."""
    try:
        yield
    except DocbinError:
        raise
    except OSError as error:
        where = "standard output" if name == STDOUT else shown(name)
        missing = isinstance(error, FileNotFoundError)
        why = "its folder does not exist" if missing else reason(error)
        raise OutputError(f"{where} cannot be written: {why}") from error
    except ValueError as error:  # a zero byte in the name
        raise OutputError(f"{shown(name)} cannot be written: {error}") from error


@contextmanager
def replacing(target: Target, *, force: bool = False) -> Iterator[Sink]:
    """Give a file to write; it takes the name of ``target`` when everything went well.

    It is written under a temporary name in the folder of the target, flushed to the disk and
    renamed. After an error, and after Ctrl-C, the temporary file is gone and a target that was
    there is untouched. Standard output (``"-"``), devices and pipes get the bytes when all of
    them are there.

    Parameters
    ----------
    target
        A path, ``"-"`` or an open binary file.
    force
        Overwrite an existing file.

    Raises
    ------
    OutputError
        If the target exists and ``force`` is not set, or cannot be written.
    """
    if not isinstance(target, str | os.PathLike):
        with _spooled(str(getattr(target, "name", "<file>"))) as (sink, waiting):
            yield sink
            waiting.seek(0)
            with writing("<file>"):
                shutil.copyfileobj(waiting, target)
        return
    name = os.fspath(target)
    if name == STDOUT:
        with _spooled(name) as (sink, waiting):
            yield sink
            waiting.seek(0)
            with writing(name):
                shutil.copyfileobj(waiting, sys.stdout.buffer)
                sys.stdout.buffer.flush()
        return
    path = Path(name)
    if _is_device(path):
        with _spooled(name) as (sink, waiting):
            yield sink
            waiting.seek(0)
            with writing(name), path.open("wb") as device:
                shutil.copyfileobj(waiting, device)
        return
    with _temporary(path, force=force) as sink:
        yield sink


def check_target(target: Name, *, force: bool = False) -> None:
    """Refuse a target that exists or is a folder, before any work is done."""
    path = Path(target)
    with writing(os.fspath(target)):
        try:
            status = path.stat()
        except FileNotFoundError:
            if path.is_symlink():
                raise OutputError(f"{shown(target)} is a link to nothing") from None
            return
    if stat.S_ISDIR(status.st_mode):
        raise OutputError(f"{shown(target)} cannot be written: it is a folder")
    if stat.S_ISREG(status.st_mode) and not force:
        raise OutputError(f"{shown(target)} exists; give another name or --force")


def _is_device(path: Path) -> bool:
    with writing(str(path)):
        try:
            mode = path.stat().st_mode
        except FileNotFoundError:
            return False
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


@contextmanager
def _spooled(name: str) -> Iterator[tuple[Sink, BinaryIO]]:
    """Collect everything before any of it is passed on."""
    import tempfile  # with what it loads, a fortieth of the time of a page

    with tempfile.SpooledTemporaryFile(max_size=_WAITING) as waiting:
        yield Sink(waiting, name), waiting  # type: ignore[arg-type, misc]


@contextmanager
def _temporary(path: Path, *, force: bool) -> Iterator[Sink]:
    name = str(path)
    check_target(path, force=force)
    temporary = path.with_name(f"{_prefix(_owner.get())}{os.urandom(8).hex()}{_TEMPORARY}")
    with writing(name):
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        file = os.fdopen(os.open(temporary, flags, 0o666), "wb")
    try:
        with _closing(file, name):
            yield Sink(file, name)
            with writing(name):
                file.flush()
                os.fsync(file.fileno())
        with writing(name):
            _rename(temporary, path, force=force)
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


@contextmanager
def _closing(file: BinaryIO, name: str) -> Iterator[None]:
    """Close the file; after an error, what it still wants to write does not matter."""
    try:
        yield
    except BaseException:
        with contextlib.suppress(OSError):
            file.close()
        raise
    with writing(name):
        file.close()


def _rename(temporary: Path, path: Path, *, force: bool) -> None:
    """Give the finished file its name; without ``force`` only where nobody took it meanwhile."""
    if force:
        temporary.replace(path)
    else:
        try:
            os.link(temporary, path)
        except FileExistsError:
            raise OutputError(f"{shown(path)} exists; give another name or --force") from None
        except (OSError, AttributeError) as error:
            # A file system without hard links: look again, then rename.
            if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise
            check_target(path)
            temporary.replace(path)
    _flush_folder(path.parent)


def _flush_folder(folder: Path) -> None:
    """Make the new name last, where the system lets a folder be opened."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
