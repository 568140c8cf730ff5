"""Text files as people and contests make them: with and without BOM, any line ends, UTF-8."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from docbin.errors import InputError
from docbin.io.names import shown, unreadable

# The largest file of labels of a public set has 40 MB.
MOST_BYTES = 1 << 28

_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
# Not str.splitlines: a transcription may have one of Unicode's other separators in it.
_LINE_END = re.compile(r"\r\n|\n|\r")


def read_text(path: Path) -> str:
    """Return the text of a file without BOM; what is no UTF-8 is an `InputError` with its line."""
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise unreadable(path, error) from error
    if len(data) > MOST_BYTES:
        raise InputError(f"{shown(path)} has more than {MOST_BYTES >> 20} MB; that is no labels")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise InputError(
            f"{shown(path)}, line {line}: not UTF-8; convert it, for instance with "
            "iconv -f LATIN1 -t UTF-8"
        ) from error


def read_lines(path: Path) -> list[tuple[int, str]]:
    """Return (number from 1, line) of the lines that are not blank."""
    lines = enumerate(_LINE_END.split(read_text(path)), 1)
    return [(number, line) for number, line in lines if line.strip()]


def numbers(cells: Sequence[str]) -> list[float] | None:
    """Return the numbers in ``cells``; None if one is none (``nan``, ``1_0`` and blanks are none).

    Examples
    --------
    >>> numbers(["1", " -2.5"])
    [1.0, -2.5]
    """
    found = [_NUMBER.fullmatch(cell.strip()) for cell in cells]
    return [float(match[0]) for match in found if match] if all(found) else None


def pairs(values: Sequence[float]) -> list[tuple[float, float]]:
    """Return x, y, x, y, … as (x, y), (x, y), …; the count is even."""
    return list(zip(values[::2], values[1::2], strict=True))


def box(left: float, top: float, right: float, bottom: float) -> list[tuple[float, float]]:
    """Return the corners of an upright rectangle, clockwise from the upper left."""
    return [(left, top), (right, top), (right, bottom), (left, bottom)]
