"""What a run of `docbin.batch.run` keeps of each file."""

from __future__ import annotations

from dataclasses import dataclass

from docbin.batch.found import Stamp
from docbin.batch.setup import Setup

BEGUN, DONE, FAILED, QUARANTINED = "begun", "done", "failed", "quarantined"
STATUSES = (DONE, FAILED, QUARANTINED, BEGUN)


@dataclass(frozen=True, slots=True)
class PageRecord:
    """A page of a result.

    Parameters
    ----------
    number
        From 1.
    width, height
        Pixels; 0 for a page of a PDF without a scan, which stays as it is.
    method
        What made it, with all parameters, such as ``"Sauvola(window=25, k=0.2, r=128.0)"``;
        ``"untouched"`` for a page that was black and white.
    decode, binarize, encode
        Seconds. In a PDF that is cleaned in place and for the end of a file, the time for writing
        is part of the record's ``seconds`` alone.
    """

    number: int
    width: int
    height: int
    method: str
    decode: float
    binarize: float
    encode: float


@dataclass(frozen=True, slots=True)
class Written:
    """A result when it was written: bytes, nanoseconds since 1970, hexadecimal; see `Stamp`."""

    size: int
    mtime_ns: int
    sha256: str
    etag: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """An input and what became of it.

    Parameters
    ----------
    name
        The input's name within the source, parts parted by ``/``.
    source
        The input's path or address.
    target
        The result's path within the destination.
    status
        ``"done"``; ``"failed"``: it cannot be read or written, ``error`` says why;
        ``"quarantined"``: it crashed a worker or did not end, twice; ``"begun"``: a run ended while
        it was being worked on.
    size, mtime_ns, etag, sha256
        Of the input when it was read: see `docbin.batch.found.Stamp`; hexadecimal.
    setup
        By what the result was made: version, method, parameters, weights.
    written
        The result; of a file that failed the one that an earlier run wrote, if one did.
    error, exit_code
        Why it failed, and the exit code of such failures; see `docbin.errors`.
    attempts
        How often a worker was given the file.
    seconds
        From start to end, reading the sum and writing included.
    ended
        Seconds since 1970.
    pages
        The pages of the result.
    """

    name: str
    source: str
    target: str
    status: str
    size: int
    mtime_ns: int
    setup: Setup
    sha256: str | None = None
    written: Written | None = None
    error: str | None = None
    exit_code: int = 0
    attempts: int = 0
    seconds: float = 0.0
    ended: float = 0.0
    pages: tuple[PageRecord, ...] = ()
    etag: str = ""

    @property
    def input(self) -> Stamp:
        """Stamp of the input when it was read."""
        return Stamp(self.size, self.mtime_ns, self.etag)

    @property
    def output(self) -> Stamp | None:
        """Stamp of the result when it was written; None: none was written."""
        if self.written is None:
            return None
        return Stamp(self.written.size, self.written.mtime_ns, self.written.etag)
