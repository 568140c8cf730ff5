"""What sources give: inputs with a name, a stamp, and a way to their bytes.

A source is a function that yields `Found` and `Unreadable`; `docbin.batch.sources` has the table of
them. A file of this machine needs no more than its path. Anything else has an `Origin`, which is
sent to a worker and copies the bytes to a temporary file there, while the page is done.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, Protocol

from docbin.io.atomic import Sink


class Stamp(NamedTuple):
    """By what a file is known to be the same without reading it.

    Parameters
    ----------
    size
        Bytes.
    mtime_ns
        Time of the last change, nanoseconds since 1970; 0 where ``etag`` says more.
    etag
        What a store or an archive tells of the content: an ETag, a CRC; empty for files.
    """

    size: int
    mtime_ns: int
    etag: str = ""


class Origin(Protocol):
    """Where the bytes of an input are that is no file of this machine; it can be pickled."""

    def copy(self, file: Sink) -> Stamp:
        """Write the bytes to ``file``, piece by piece, and return the stamp that they have now.

        Raises
        ------
        InputError
            If they cannot be read, or are more than is allowed; the message has the address.
        """
        ...


@dataclass(frozen=True, slots=True)
class Found:
    """An input.

    Parameters
    ----------
    name
        Within the source, parts parted by ``/``. Its ending says what the result is.
    path
        The file, or the address of what has an origin: messages and records have it.
    size, mtime_ns, etag
        See `Stamp`.
    origin
        How the bytes are got; None: the path is a file of this machine.
    order
        Inputs are worked on in this order, those with the same in natural order: members of an
        archive that is read from beginning to end in that of their bytes.
    """

    name: str
    path: str
    size: int
    mtime_ns: int
    etag: str = ""
    origin: Origin | None = None
    order: tuple[str, int] = ("", 0)

    @property
    def stamp(self) -> Stamp:
        """Return by what the input is known again."""
        return Stamp(self.size, self.mtime_ns, self.etag)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A folder, file or member that cannot be looked at, and why."""

    path: str
    error: str
