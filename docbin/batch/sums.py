"""The sum of a file: SHA-256, as archives keep it."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from docbin.batch.found import Stamp
from docbin.io.names import Name, unreadable


def sha256_of(path: Name) -> str:
    """Return the SHA-256 of a file in hexadecimal.

    Raises
    ------
    InputError
        If it cannot be read.
    """
    try:
        with Path(path).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise unreadable(path, error) from error


def stamp(path: Name) -> Stamp | None:
    """Return size and time of the last change (ns) of a file; None: there is no such file."""
    try:
        status = os.stat(path)  # noqa: PTH116 - a hundred thousand of them in a few seconds
    except OSError:
        return None
    return Stamp(status.st_size, status.st_mtime_ns)
