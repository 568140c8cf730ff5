"""A file with another beginning."""

from __future__ import annotations

import io
from typing import BinaryIO


class Spliced(io.RawIOBase):
    """Reads ``head``, then ``file`` from ``start`` on, as one file.

    Parameters
    ----------
    head
        The bytes that replace what stands before ``start``.
    file
        A seekable file. It is not closed.
    start
        Where its own part begins.
    """

    def __init__(self, head: bytes, file: BinaryIO, start: int) -> None:
        super().__init__()
        self._head = head
        self._file = file
        self._start = start
        self._position = 0

    def readable(self) -> bool:
        """Return True."""
        return True

    def seekable(self) -> bool:
        """Return True."""
        return True

    def tell(self) -> int:
        """Return the position in the joined file."""
        return self._position

    def seek(self, offset: int, whence: int = 0) -> int:
        """Move to a position."""
        if whence == 1:
            offset += self._position
        elif whence == 2:
            offset += self._file.seek(0, 2) - self._start + len(self._head)
        self._position = max(0, offset)
        return self._position

    def read(self, size: int | None = -1) -> bytes:
        """Return up to ``size`` bytes, all that is left where it is negative."""
        whole = size is None or size < 0
        end = None if whole else self._position + (size or 0)
        data = self._head[self._position : end]
        self._position += len(data)
        if self._position >= len(self._head) and (end is None or self._position < end):
            self._file.seek(self._start + self._position - len(self._head))
            rest = self._file.read() if end is None else self._file.read(end - self._position)
            self._position += len(rest)
            data += rest
        return data
