"""The files that a command line names: folders become their pictures."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from docbin.batch.order import natural_key
from docbin.errors import InputError
from docbin.io.blob import STDIN
from docbin.io.names import shown, unreadable

_PNM = (".pnm", ".pbm", ".pgm", ".ppm")
_JPEG_2000 = (".jp2", ".j2k", ".jpx", ".jpf")
EXTENSIONS = frozenset(
    [".png", ".jpg", ".jpeg", ".jpe", ".tif", ".tiff", ".webp", ".bmp", ".pdf", *_PNM, *_JPEG_2000]
)
# Between name and extension of what docbin itself wrote.
RESULT = ".bw"
PREVIEW = ".preview"


def expanded(names: Iterable[str]) -> list[str]:
    """Return the files behind ``names``: of a folder its pictures and PDFs, in natural order.

    Folders within the folder are not entered; hidden files and docbin's own results
    (``NAME.bw.EXT``, ``NAME.preview.png``) are left out.

    Raises
    ------
    InputError
        If a folder cannot be read or holds no picture.
    """
    files: list[str] = []
    for name in names:
        if name != STDIN and Path(name).is_dir():
            files.extend(_pictures(name))
        else:
            files.append(name)
    return files


def _pictures(folder: str) -> list[str]:
    try:
        found = [path for path in Path(folder).iterdir() if is_picture(path.name)]
        found = [path for path in found if path.is_file()]
    except OSError as error:
        raise unreadable(folder, error) from error
    if not found:
        raise InputError(
            f"the folder {shown(folder)} has no picture and no PDF in it (folders within it are "
            "not entered)"
        )
    return sorted(map(str, found), key=natural_key)


def is_picture(name: str) -> bool:
    """Return whether a file in a folder is an input, by its name."""
    stem, ending = os.path.splitext(name)  # noqa: PTH122 - of a hundred thousand names
    if name.startswith(".") or ending.lower() not in EXTENSIONS:
        return False
    return not stem.endswith((RESULT, PREVIEW))
