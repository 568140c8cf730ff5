"""The three things that docbin takes from EXIF: orientation and resolution."""

from __future__ import annotations

import struct

from docbin.io.orientation import valid_orientation
from docbin.io.page import Dpi, per_inch

_ORIENTATION, _HORIZONTAL, _VERTICAL, _UNIT = 274, 282, 283, 296
_SHORT, _RATIONAL = 3, 5
# Resolution unit -> how many of it make an inch.
_PER_INCH = {2: 1.0, 3: 2.54}


def orientation_and_dpi(exif: bytes) -> tuple[int, Dpi | None]:
    """Read the first directory of an EXIF block, which has the form of a TIFF file.

    Whatever is broken counts as absent: orientation 1, no resolution.
    """
    exif = exif.removeprefix(b"Exif\0\0")
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(exif[:4])
    if order is None:
        return 1, None
    try:
        tags = _first_directory(exif, order)
    except struct.error:
        return 1, None
    horizontal, vertical = tags.get(_HORIZONTAL, 0.0), tags.get(_VERTICAL, 0.0)
    scale = _PER_INCH.get(int(tags.get(_UNIT, 2.0)))
    dpi = None
    if scale and 0 < horizontal < 1e6 and 0 < vertical < 1e6:
        dpi = (per_inch(horizontal, scale), per_inch(vertical, scale))
    return valid_orientation(tags.get(_ORIENTATION, 1.0)), dpi


def _first_directory(exif: bytes, order: str) -> dict[int, float]:
    """Return the tags that hold one short integer or one fraction."""
    (offset,) = struct.unpack_from(f"{order}I", exif, 4)
    (count,) = struct.unpack_from(f"{order}H", exif, offset)
    tags = {}
    for number in range(count):
        entry = offset + 2 + 12 * number
        tag, kind, values, where = struct.unpack_from(f"{order}HHII", exif, entry)
        if kind == _SHORT and values == 1:
            tags[tag] = float(struct.unpack_from(f"{order}H", exif, entry + 8)[0])
        elif kind == _RATIONAL and values == 1:
            above, below = struct.unpack_from(f"{order}II", exif, where)
            tags[tag] = above / below if below else 0.0
    return tags
