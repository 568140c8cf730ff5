"""EXIF blocks with orientation and resolution."""

from __future__ import annotations

import struct


def exif(orientation=1, dpi=None, unit=2, order="<"):
    """Return an EXIF block without its head; ``dpi`` is in the unit 2 (inch) or 3 (cm)."""
    tags = [(274, 3, 1, struct.pack(f"{order}HH", orientation, 0))]
    values = b""
    if dpi is not None:
        start = 8 + 2 + 12 * 4 + 4
        for number, value in enumerate(dpi):
            where = struct.pack(f"{order}I", start + 8 * number)
            tags.append((282 + number, 5, 1, where))
            values += struct.pack(f"{order}II", round(value * 100), 100)
        tags.append((296, 3, 1, struct.pack(f"{order}HH", unit, 0)))
    entries = b"".join(struct.pack(f"{order}HHI", *tag[:3]) + tag[3] for tag in tags)
    mark = b"II" if order == "<" else b"MM"
    head = mark + struct.pack(f"{order}HIH", 42, 8, len(tags))
    return head + entries + bytes(4) + values
