"""Names in the order in which people count: IMG_2 before IMG_10."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

_NUMBER = re.compile(r"([0-9]+)")


def natural_key(name: str) -> tuple[object, ...]:
    """Return what sorts paths in natural order: numbers by value, letters without case.

    Folders sort before what differs later in the path; of names that differ only in case or in
    leading zeros the order is that of their characters.

    Examples
    --------
    >>> sorted(["b1.png", "IMG_10.png", "img_2.png"], key=natural_key)
    ['b1.png', 'img_2.png', 'IMG_10.png']
    """
    return (tuple(_pieces(part) for part in Path(name).parts), name)


def same_name(name: str) -> str:
    """Return what is equal for names that are one file where case does not count."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def _pieces(text: str) -> tuple[tuple[int, int, str], ...]:
    # Text and numbers take turns, so that equal positions always compare the same kind.
    pieces = _NUMBER.split(same_name(text))
    return tuple((1, int(piece), "") if n % 2 else (0, 0, piece) for n, piece in enumerate(pieces))
