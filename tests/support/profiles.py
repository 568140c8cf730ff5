"""Colour profiles whose effect can be worked out by hand."""

from __future__ import annotations

import itertools
import struct

from PIL import ImageCms

WHITE = (0.9642, 1.0, 0.8249)


def gray_profile(gamma=1.0):
    """Return a profile of gray pixels: light = value ^ gamma."""
    curve = b"curv" + bytes(4) + struct.pack(">IH", 1, round(gamma * 256)) + bytes(2)
    return _profile(b"mntr", b"GRAY", b"XYZ ", {b"kTRC": curve})


def swapped_profile():
    """Return sRGB with the colours of red and blue exchanged: RGB in it is BGR in sRGB."""
    data = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    head, tags = data[:128], bytearray(data[128:])
    (count,) = struct.unpack_from(">I", tags)
    for number in range(count):
        at = 4 + 12 * number
        other = {b"rXYZ": b"bXYZ", b"bXYZ": b"rXYZ"}.get(bytes(tags[at : at + 4]))
        tags[at : at + 4] = other or tags[at : at + 4]
    return head + bytes(tags)


def cmyk_profile():
    """Return a profile of inks: full black is L* 0, each colour takes 20 of 100 without a hue."""
    ramp = bytes(range(256))
    nodes = b"".join(
        bytes((0 if black else round((100 - 20 * sum(colors)) * 2.55), 128, 128))
        for *colors, black in itertools.product((0, 1), repeat=4)
    )
    unity = struct.pack(">9i", *(65536 if k % 4 == 0 else 0 for k in range(9)))
    table = b"mft1" + bytes(4) + bytes((4, 3, 2, 0)) + unity + ramp * 4 + nodes + ramp * 3
    return _profile(b"prtr", b"CMYK", b"Lab ", {b"A2B0": table})


def _profile(kind, space, connection, tags):
    text = b"text" + bytes(4) + b"none\0"
    white = b"XYZ " + bytes(4) + struct.pack(">3i", *(round(v * 65536) for v in WHITE))
    title = b"desc" + bytes(4) + struct.pack(">I", 5) + b"test\0" + bytes(78)
    tags = {b"cprt": text, b"desc": title, b"wtpt": white, **tags}
    place = 128 + 4 + 12 * len(tags)
    entries, body = b"", b""
    for name, data in tags.items():
        entries += name + struct.pack(">II", place + len(body), len(data))
        body += data + bytes(-len(data) % 4)
    size = place + len(body)
    head = struct.pack(">I4sI4s4s4s", size, bytes(4), 0x02400000, kind, space, connection)
    date = struct.pack(">6H", 2020, 1, 1, 0, 0, 0)
    light = struct.pack(">3i", *(round(v * 65536) for v in WHITE))
    head += date + b"acsp" + bytes(28) + light
    return head.ljust(128, b"\0") + struct.pack(">I", len(tags)) + entries + body
