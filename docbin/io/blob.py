"""The bytes behind a source: a file that can be opened again, or bytes in memory."""

from __future__ import annotations

import io
import os
import stat
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TypeAlias

from docbin.errors import InputError
from docbin.io.names import unreadable

Source: TypeAlias = "str | os.PathLike[str] | bytes | bytearray | memoryview | BinaryIO | Blob"

STDIN = "-"
# What is taken from a pipe, whose size nobody knows before.
_LARGEST_PIPE = 4 << 30
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Blob:
    """A file or bytes under a name; every `open` gives a reader of its own.

    Parameters
    ----------
    name
        What messages call it: a path, ``"-"`` for standard input, ``"<bytes>"`` for memory.
    size
        Number of bytes.
    path
        The file, where there is one.
    data
        The bytes, where there is none.
    """

    name: str
    size: int
    path: Path | None = None
    data: bytes = b""

    def open(self) -> BinaryIO:
        """Return a seekable reader at the start."""
        if self.path is None:
            return io.BytesIO(self.data)
        try:
            return self.path.open("rb")
        except OSError as error:
            raise unreadable(self.name, error) from error

    def head(self, size: int) -> bytes:
        """Return the first ``size`` bytes, or fewer."""
        if self.path is None:
            return self.data[:size]
        with self.open() as file:
            try:
                return file.read(size)
            except OSError as error:
                raise unreadable(self.name, error) from error


def blob(source: Source) -> Blob:
    """Find the bytes of ``source``.

    Parameters
    ----------
    source
        A path, ``"-"`` for standard input, bytes, or a file that is open for reading bytes.
        Pipes are read to their end. A blob is returned as it is.
    """
    if isinstance(source, Blob):
        return source
    if isinstance(source, bytes | bytearray | memoryview):
        data = bytes(source)
        return Blob("<bytes>", len(data), data=data)
    if isinstance(source, str | os.PathLike):
        name = os.fspath(source)
        if name == STDIN:
            return _drained(sys.stdin.buffer, STDIN)
        return _file(name)
    if hasattr(source, "read"):
        return _drained(source, str(getattr(source, "name", "<file>")))
    raise InputError(
        f"a {type(source).__name__} was given as a file; docbin reads from a path, '-', bytes or "
        "a file opened in binary mode"
    )


def _file(name: str) -> Blob:
    path = Path(name)
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise unreadable(name, "it is a folder, not a file")
        if stat.S_ISREG(status.st_mode):
            return Blob(name, status.st_size, path)
        with path.open("rb") as pipe:
            return _drained(pipe, name)
    except OSError as error:
        raise unreadable(name, error) from error
    except InputError:
        raise
    except ValueError as error:  # a zero byte in the name
        raise unreadable(name, str(error)) from error


def _drained(stream: BinaryIO, name: str) -> Blob:
    """Read a stream to its end."""
    pieces = []
    size = 0
    try:
        while piece := stream.read(_PIECE):
            if not isinstance(piece, bytes):
                raise unreadable(name, "it is opened as text; open it in binary mode ('rb')")
            pieces.append(piece)
            size += len(piece)
            if size > _LARGEST_PIPE:
                raise unreadable(name, f"it gives more than {_LARGEST_PIPE >> 30} GiB; save it")
    except OSError as error:
        raise unreadable(name, error) from error
    return Blob(name, size, data=b"".join(pieces))
