"""Results appear whole or not at all."""

import errno
import io
import os
import stat
from pathlib import Path

import numpy as np
import pytest

from docbin.errors import InputError, OutputError, UsageError
from docbin.io import open_writer, read_mask, write_mask
from docbin.io.atomic import check_target, replacing

MASK = np.random.default_rng(4).random((13, 21)) < 0.3


def put(target, data=b"1", then=lambda: None, *, force=False):
    """Write ``data``, then do something, and only then be done."""
    with replacing(target, force=force) as sink:
        sink.write(data)
        then()


def put_rows(target, rows, height):
    with open_writer(target, width=21, height=height) as writer:
        writer.write(rows)


def raising(error):
    def call(*_):
        raise error

    return call


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_the_name_appears_at_the_end(tmp_path):
    target = tmp_path / "a.bin"
    with replacing(target) as sink:
        sink.write(b"12")
        assert names(tmp_path) != ["a.bin"]
        assert not target.exists()
        assert sink.tell() == 2
        sink.seek(0)
        sink.write(b"3")
    assert names(tmp_path) == ["a.bin"]
    assert target.read_bytes() == b"32"


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, MemoryError])
def test_after_an_error_nothing_has_changed(tmp_path, error):
    target = tmp_path / "a.bin"
    for before in (None, b"old"):
        if before is not None:
            target.write_bytes(before)
        with pytest.raises(error):
            put(target, b"half", raising(error), force=True)
        assert names(tmp_path) == ([] if before is None else ["a.bin"])
    assert target.read_bytes() == b"old"


def test_what_is_there_stays_without_force(tmp_path):
    target = tmp_path / "a.bin"
    target.write_bytes(b"old")
    with pytest.raises(OutputError, match=r"a\.bin' exists; give another name or --force"):
        put(target)
    with replacing(target, force=True) as sink:
        sink.write(b"new")
    assert target.read_bytes() == b"new"


@pytest.mark.parametrize("links", [True, False], ids=["links", "no links"])
def test_what_comes_meanwhile_stays_too(tmp_path, monkeypatch, links):
    target = tmp_path / "a.bin"

    if not links:
        monkeypatch.setattr(os, "link", raising(OSError(errno.EPERM, "no links")))
    with pytest.raises(OutputError, match="exists"):
        put(target, b"late", lambda: target.write_bytes(b"first"))
    assert target.read_bytes() == b"first"
    assert names(tmp_path) == ["a.bin"]
    target.unlink()
    with replacing(target) as sink:
        sink.write(b"alone")
    assert target.read_bytes() == b"alone"
    assert names(tmp_path) == ["a.bin"]


def test_permissions_follow_the_umask(tmp_path):
    before = os.umask(0o027)
    try:
        with replacing(tmp_path / "a.bin") as sink:
            sink.write(b"1")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "a.bin").stat().st_mode) == 0o640


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EIO])
def test_a_full_disk_at_the_end(tmp_path, monkeypatch, number):
    monkeypatch.setattr(os, "fsync", raising(OSError(number, "trouble")))
    with pytest.raises(OutputError, match=r"a\.bin' cannot be written: "):
        put(tmp_path / "a.bin")
    assert names(tmp_path) == []


def test_targets_that_cannot_be(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    (tmp_path / "dangling").symlink_to("nowhere")
    for name, words in [
        (".", "a folder"),
        ("nowhere/a", "its folder does not exist"),
        ("file/a", "not a folder"),
        ("dangling", "a link to nothing"),
        ("x" * 300, "too long"),
        ("a\0b", "null"),
    ]:
        for force in (False, True):
            with pytest.raises(OutputError, match=words):
                put(tmp_path / name, force=force)
    assert names(tmp_path) == ["dangling", "file"]
    check_target(tmp_path / "new")
    check_target(tmp_path / "file", force=True)


def test_open_files_get_all_or_nothing():
    file = io.BytesIO()
    with replacing(file) as sink:
        sink.write(b"12")
        assert file.getvalue() == b""
        sink.seek(0)
        sink.write(b"3")
    assert file.getvalue() == b"32"
    with pytest.raises(KeyError):
        put(file, b"lost", raising(KeyError))
    assert file.getvalue() == b"32"
    with pytest.raises(OutputError, match="cannot be written"):
        put(Broken())


class Broken(io.RawIOBase):
    def write(self, data):
        raise OSError(errno.ENOSPC, "full")


def test_standard_output(monkeypatch):
    out = io.TextIOWrapper(io.BytesIO())
    monkeypatch.setattr("sys.stdout", out)
    write_mask("-", MASK)
    data = out.buffer.getvalue()
    assert data.startswith(b"P4\n21 13\n")
    np.testing.assert_array_equal(read_mask(data), MASK)


@pytest.mark.skipif(not Path("/dev/null").exists(), reason="there is no /dev/null here")
def test_devices_are_written_not_replaced():
    write_mask("/dev/null", MASK, format="png")
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
def test_named_pipes_are_written(tmp_path):
    import threading

    path = tmp_path / "pipe"
    os.mkfifo(path)
    found = []
    reader = threading.Thread(target=lambda: found.append(path.read_bytes()))
    reader.start()
    write_mask(path, MASK, format="pbm")
    reader.join()
    np.testing.assert_array_equal(read_mask(found[0]), MASK)
    assert stat.S_ISFIFO(path.stat().st_mode)


@pytest.mark.parametrize("suffix", [".png", ".tif", ".pdf", ".pbm"])
def test_a_page_with_missing_rows_is_not_written(tmp_path, suffix):
    target = tmp_path / f"a{suffix}"
    rows = np.packbits(MASK, axis=1)
    with pytest.raises(InputError, match="fewer rows"):
        put_rows(target, rows[:5], 13)
    with pytest.raises(InputError, match="more rows"):
        put_rows(target, rows, 3)
    assert names(tmp_path) == []


@pytest.mark.parametrize("suffix", [".png", ".tif", ".pdf", ".pbm"])
def test_written_and_read(tmp_path, suffix):
    target = tmp_path / f"a{suffix}"
    write_mask(target, MASK, dpi=(300, 300))
    np.testing.assert_array_equal(read_mask(target), MASK)
    assert names(tmp_path) == [target.name]


def test_formats_that_there_are_not():
    with pytest.raises(UsageError, match="there is no format 'pngg'"):
        write_mask(io.BytesIO(), MASK, format="pngg")
    with pytest.raises(UsageError, match=r"'\.jpg' does not say what to write"):
        write_mask("a.jpg", MASK)
