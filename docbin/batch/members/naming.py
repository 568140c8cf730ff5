"""Names in archives and stores: which are pictures, and which lead out of where they belong."""

from __future__ import annotations

import re
from pathlib import PurePath

from docbin.batch.inputs import is_picture
from docbin.errors import UsageError

_DRIVE = re.compile(r"[A-Za-z]:")


def picture_name(name: str) -> str | None:
    """Return the name under which a picture is taken; None for what is no picture, or hidden.

    Raises
    ------
    UsageError
        If the name is absolute, leads out of its folder, or is none that a file can have.

    Examples
    --------
    >>> picture_name("./box 1/a.png")
    'box 1/a.png'
    >>> picture_name("notes.txt") is None
    True
    """
    parts = [part for part in name.split("/") if part not in ("", ".")]
    if name.endswith("/") or not parts or not is_picture(parts[-1]):
        return None
    if name.startswith("/") or _DRIVE.match(name):
        raise UsageError("its name is absolute, as of an attack; rename it in the archive")
    if ".." in parts:
        raise UsageError("its name leads out with '..', as of an attack; rename it in the archive")
    if "\0" in name:
        raise UsageError("its name has a zero byte")
    if any(part.startswith(".") for part in parts):
        return None
    return "/".join(parts)


def folder_of(archive: str, endings: tuple[str, ...]) -> str:
    """Return an archive's own name without its ending: the folder of its results.

    Examples
    --------
    >>> folder_of("boxes/scans.tar.gz", (".tar.gz", ".gz"))
    'scans'
    """
    name = PurePath(archive).name
    ending = next(each for each in endings if name.lower().endswith(each))
    return name[: -len(ending)] or name
