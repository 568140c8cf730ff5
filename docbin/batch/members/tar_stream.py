"""The bytes of a tar file, packed or not, read forwards; a bomb is noticed while it is unpacked."""

from __future__ import annotations

import bz2
import gzip
import lzma
from collections.abc import Callable
from typing import Any, BinaryIO

from docbin.batch.members.limits import Limits
from docbin.batch.stores.connection import opened
from docbin.errors import InputError

# Ending -> what unpacks it.
UNPACKERS: dict[str, Callable[[BinaryIO], Any] | None] = {
    ".tar": None,
    ".tar.gz": lambda file: gzip.GzipFile(fileobj=file, mode="rb"),
    ".tgz": lambda file: gzip.GzipFile(fileobj=file, mode="rb"),
    ".tar.bz2": bz2.BZ2File,
    ".tbz2": bz2.BZ2File,
    ".tar.xz": lzma.LZMAFile,
    ".txz": lzma.LZMAFile,
}
_PIECE = 1 << 18
# Long names and attributes of a member; tarfile holds them whole.
_LONGEST_HEADER = 1 << 20


class TarStream:
    """A file for `tarfile`, which reads headers only and skips what lies between them.

    Parameters
    ----------
    archive
        Path of the archive; its ending says how it is packed.
    limits
        What is allowed.
    """

    def __init__(self, archive: str, limits: Limits) -> None:
        self._limits = limits
        name = archive.lower()
        unpacker = next(UNPACKERS[each] for each in UNPACKERS if name.endswith(each))
        self._file = opened(archive)
        self._plain = unpacker is None
        self._stream: Any = self._file if unpacker is None else unpacker(self._file)
        self._at = 0
        self.last = b""

    def close(self) -> None:
        """Close the file."""
        self._stream.close()
        self._file.close()

    def __del__(self) -> None:
        # A thread that ends lets go of the archive that it has read from.
        for name in ("_stream", "_file"):
            if hasattr(self, name):
                getattr(self, name).close()

    def tell(self) -> int:
        """Return the position in the unpacked bytes."""
        return self._at

    def seek(self, place: int) -> None:
        """Move to a position; backwards, all before it is unpacked again.

        Raises
        ------
        InputError
            If what lies between is unpacked to too much.
        """
        if place < 0:
            raise InputError("a header has a negative size")
        if self._plain or place < self._at:
            self._stream.seek(0 if not self._plain else place)
            self._at = place if self._plain else 0
        while self._at < place and self._piece(min(_PIECE, place - self._at)):
            pass

    def read(self, size: int) -> bytes:
        """Return the next bytes of a header, and keep them as `last`; at the end fewer."""
        if size > _LONGEST_HEADER:
            raise InputError(f"a header has {size} bytes, more than any program writes")
        parts = []
        while size > 0 and (data := self._piece(size)):
            size -= len(data)
            parts.append(data)
        self.last = b"".join(parts)
        return self.last

    def piece(self, size: int) -> bytes:
        """Return some of the next bytes, at most ``size``; none at the end."""
        return self._piece(min(size, _PIECE))

    def _piece(self, size: int) -> bytes:
        data: bytes = self._stream.read(size)
        self._at += len(data)
        if not self._plain and self._limits.is_bomb(self._at, self._file.tell()):
            raise InputError(
                f"it unpacks to more than {self._limits.max_ratio} times its bytes, as a bomb "
                "does; --max-ratio allows more"
            )
        return data
