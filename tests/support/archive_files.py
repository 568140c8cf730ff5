"""Zip and tar files for tests, harmless and hostile."""

from __future__ import annotations

import io
import struct
import tarfile
import zipfile
import zlib

from PIL import Image
from program import letters

ENTRY = struct.Struct("<4s4B4H3L5H2L")


def page(seed=0, height=120, width=160):
    """Return the bytes of a page as PNG."""
    gray, _ = letters(height, width, seed)
    file = io.BytesIO()
    Image.fromarray(gray).save(file, "PNG", dpi=(300, 300))
    return file.getvalue()


def zipped(path, members, method=zipfile.ZIP_DEFLATED):
    """Write a zip file of ``(name, bytes)``; names may be there twice."""
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, data in members:
            info = zipfile.ZipInfo(name, (2020, 1, 2, 3, 4, 6))
            info.compress_type, info.external_attr = method, 0o100644 << 16
            archive.fp.flush()
            archive.NameToInfo.pop(name, None)
            archive.writestr(info, data)
    return path


def tarred(path, members, mode="w"):
    """Write a tar file of ``(name, bytes)`` or `tarfile.TarInfo`."""
    with tarfile.open(path, mode) as archive:
        for each in members:
            if isinstance(each, tarfile.TarInfo):
                archive.addfile(each)
                continue
            info = tarfile.TarInfo(each[0])
            info.size, info.mtime = len(each[1]), 1_600_000_000
            archive.addfile(info, io.BytesIO(each[1]))
    return path


def special(name, kind, target=""):
    """Return a member of a tar file that is no file."""
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info


def zip_of_entries(path, entries, local=b""):
    """Write a zip file whose directory says what it likes.

    Each entry is a dictionary with ``name`` and, where they matter, ``flags``, ``method``, ``crc``,
    ``packed``, ``size``, ``offset``, ``mode``.
    """
    directory = b"".join(
        ENTRY.pack(
            *(b"PK\1\2", 20, 3, 20, 0, each.get("flags", 0), each.get("method", 0), 0, 0x21),
            *(each.get("crc", 0), each.get("packed", 0), each.get("size", 0), len(each["name"])),
            *(0, 0, 0, 0, each.get("mode", 0o100644) << 16, each.get("offset", 0)),
        )
        + each["name"]
        for each in entries
    )
    count = min(len(entries), 0xFFFF)
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, count, count, len(directory), len(local), 0)
    path.write_bytes(local + directory + end)
    return path


def deflated(data):
    """Return bytes as a member of a zip file has them, with a header before them."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(data) + packer.flush()
    return struct.pack("<4s5H3L2H", b"PK\3\4", 20, 0, 8, 0, 0, 0, 0, 0, 0, 0) + packed, len(packed)
