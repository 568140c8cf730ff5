"""Inputs as files of this machine, for as long as they are needed."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from docbin.batch.found import Found
from docbin.errors import InputError
from docbin.io.atomic import Sink, writing
from docbin.io.names import shown


@contextmanager
def local(found: Found, scratch: Path) -> Iterator[str]:
    """Give the path of a file with the bytes of an input.

    What has an origin is copied to a temporary file, which is gone after the ``with`` block.

    Parameters
    ----------
    found
        The input.
    scratch
        Folder for the copy; made where it is missing.

    Raises
    ------
    InputError
        If the input cannot be read, or is not the one any more that was found.
    OutputError
        If there is no room for the copy.
    """
    if found.origin is None:
        yield found.path
        return
    with writing(str(scratch)):
        scratch.mkdir(parents=True, exist_ok=True)
        file = tempfile.NamedTemporaryFile(dir=scratch)  # noqa: SIM115 - closed below
    with file:
        now = found.origin.copy(Sink(cast(BinaryIO, file), str(scratch)))
        with writing(str(scratch)):
            file.flush()
        if now != found.stamp:
            raise changed(found)
        yield file.name


def changed(found: Found) -> InputError:
    """Return the error for an input that is another one now."""
    return InputError(f"{shown(found.path)} was changed while it was read; run again")


def clear(scratch: Path) -> None:
    """Remove what a killed run has left of inputs and results on their way."""
    if scratch.is_dir():
        for path in scratch.iterdir():
            with writing(str(path)):
                if path.is_dir():
                    shutil.rmtree(path)
                else:
                    path.unlink(missing_ok=True)
