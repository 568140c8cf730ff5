"""rar through libarchive; the archives are made here, byte by byte, without compression."""

import struct
import sys
import zlib

import pytest
from pages import dibco2013

from docbin.errors import InputError, MissingDependencyError
from docbin.evaluate import archives, manifests
from docbin.evaluate.adding import add

pytest.importorskip("libarchive", reason="libarchive-c is not installed")


def block(kind, flags, body=b"", data=b""):
    """Return a block of a RAR 4 archive: its checksum, head and data."""
    head = struct.pack("<BHH", kind, flags, 7 + len(body)) + body
    return struct.pack("<H", zlib.crc32(head) & 0xFFFF) + head + data


def rar(target, files, unix=0o100644):
    """Write name -> bytes as an archive of stored files."""
    parts = [b"Rar!\x1a\x07\x00", block(0x73, 0, bytes(6))]
    for name, data in files.items():
        encoded = name.encode()
        body = struct.pack(
            "<IIBIIBBHI", len(data), len(data), 3, zlib.crc32(data), 0, 20, 0x30, len(encoded), unix
        )
        parts.append(block(0x74, 0x8000, body + encoded, data))
    target.write_bytes(b"".join([*parts, block(0x7B, 0x4000)]))
    return target


def test_add(tmp_path):
    folder = dibco2013(tmp_path / "d")
    files = {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.bmp")
    }
    archive = rar(tmp_path / "DIBCO2013-dataset.rar", files)
    assert add(manifests.load("dibco2013"), [archive], root=tmp_path / "store").pages == 3


@pytest.mark.parametrize("name", ["../evil", "/evil", "a/../../evil"])
def test_hostile_names(tmp_path, name):
    with pytest.raises(InputError, match="leaves the folder"):
        archives.unpack(rar(tmp_path / "x.rar", {"a": b"x", name: b"x"}), tmp_path / "deep" / "in")
    assert not (tmp_path / "deep").exists()
    assert not list(tmp_path.rglob("evil"))


def test_links(tmp_path):
    archive = rar(tmp_path / "x.rar", {"a": b"/etc/passwd"}, unix=0o120777)
    with pytest.raises(InputError, match="a link"):
        archives.unpack(archive, tmp_path / "in")
    assert not (tmp_path / "in").exists()


def test_limits_and_damage(tmp_path):
    archive = rar(tmp_path / "x.rar", {"a": bytes(1000)})
    with pytest.raises(InputError, match="more than"):
        archives.unpack(archive, tmp_path / "in", archives.Limits(member=999))
    archives.unpack(archive, tmp_path / "in")
    assert (tmp_path / "in" / "a").read_bytes() == bytes(1000)
    archive.write_bytes(archive.read_bytes()[:-600])
    with pytest.raises(InputError, match="cannot be unpacked"):
        archives.unpack(archive, tmp_path / "cut")


def test_without_libarchive(tmp_path, monkeypatch):
    archive = rar(tmp_path / "x.rar", {"a": b"x"})
    monkeypatch.setitem(sys.modules, "libarchive", None)
    with pytest.raises(MissingDependencyError, match=r"pip install 'docbin\[archives\]'"):
        archives.unpack(archive, tmp_path / "in")
