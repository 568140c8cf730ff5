"""What ``docbin clean`` cannot use: a clear message and the right exit code each."""

import json
import os
import struct
import subprocess
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from program import PROGRAM, clean, letters

GRAY, _ = letters(120, 160)


def save(path, pixels=GRAY):
    Image.fromarray(pixels).save(path)
    return path


def refused(tmp_path, name, data, *words, code=3):
    """A file with this content is refused, and nothing is written."""
    path = tmp_path / name
    path.write_bytes(data)
    run = clean(name, cwd=tmp_path, code=code)
    assert run.stdout == b""
    assert run.stderr.startswith("docbin: ")
    assert run.stderr.count("\n") == 1
    for word in (f"'{name}'", *words):
        assert word in run.stderr
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("kind", ["png", "jpg", "tif", "pgm", "webp", "bmp", "jp2"])
def test_truncated(tmp_path, kind):
    source = tmp_path / f"whole.{kind}"
    save(source)
    data = source.read_bytes()
    source.unlink()
    refused(tmp_path, f"half.{kind}", data[: len(data) // 2])


@pytest.mark.parametrize("name", ["a.png", "a.tif", "a.pdf", "a"])
def test_empty(tmp_path, name):
    refused(tmp_path, name, b"", "it is empty")


def test_missing(tmp_path):
    run = clean("nowhere.png", cwd=tmp_path, code=3)
    assert run.stderr == "docbin: 'nowhere.png' cannot be read: there is no such file\n"
    run = clean("nowhere/a.png", cwd=tmp_path, code=3)
    assert run.stderr == "docbin: 'nowhere/a.png' cannot be read: there is no such file\n"
    save(tmp_path / "a.png")
    run = clean("a.png", "-o", "nowhere/a.png", cwd=tmp_path, code=5)
    assert "there is no folder 'nowhere'" in run.stderr


def test_no_picture(tmp_path):
    refused(tmp_path, "a.png", b"just text, no picture\n", "docbin reads PNG")
    (tmp_path / "a.png").unlink()
    refused(tmp_path, "b.png", b"GIF89a" + bytes(50), "GIF")


def test_a_wrong_extension_does_not_matter(tmp_path):
    save(tmp_path / "a.jpg").rename(tmp_path / "a.png")
    save(tmp_path / "b.tif").rename(tmp_path / "b.jpg")
    run = clean("a.png", "b.jpg", cwd=tmp_path)
    assert run.stdout == b"a.bw.png\nb.bw.tif\n"


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width, height, bits=8, color=0):
    head = struct.pack(">IIBBBBB", width, height, bits, color, 0, 0, 0)
    rows = zlib.compress(bytes(64))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.mark.parametrize("data", [png(0, 5), png(5, 0), b"P5 0 5 255\n", b"P5 5 0 255\n"])
def test_pages_without_pixels(tmp_path, data):
    refused(tmp_path, "a", data)


def test_unsupported_depth(tmp_path):
    refused(tmp_path, "a.png", png(5, 5, bits=5))


def test_floats_and_nan(tmp_path):
    pixels = np.full((20, 30), np.nan, np.float32)
    Image.fromarray(pixels).save(tmp_path / "source.tif")
    data = (tmp_path / "source.tif").read_bytes()
    (tmp_path / "source.tif").unlink()
    refused(tmp_path, "a.tif", data, "cannot be read: its samples have 32 bits")


def test_nan_as_a_parameter(tmp_path):
    save(tmp_path / "a.png")
    run = clean("a.png", "-m", "kittler", "--dpi", "nan", cwd=tmp_path, code=2)
    assert "--dpi" in run.stderr
    run = clean("a.png", "-m", "isauvola", "--set", "k=nan", cwd=tmp_path, code=2)
    assert "k is nan" in run.stderr


def test_enormous_claims_and_the_flag_that_allows_them(tmp_path):
    refused(tmp_path, "bomb.png", png(100_000, 100_000), "--max-pixels 10000000000")
    (tmp_path / "bomb.png").unlink()
    save(tmp_path / "a.png")
    run = clean("a.png", "--max-pixels", "100", cwd=tmp_path, code=3)
    assert "the limit is" in run.stderr
    clean("a.png", "--max-pixels", "19200", cwd=tmp_path)


@pytest.mark.parametrize("shape", [(1, 1), (1, 50), (50, 1), (3, 3)])
@pytest.mark.parametrize("method", ["auto", "sauvola", "otsu"])
def test_tiny_pages_and_windows_larger_than_the_page(tmp_path, shape, method):
    save(tmp_path / "a.png", np.resize(np.array([0, 255], np.uint8), shape))
    clean("a.png", "-m", method, cwd=tmp_path)
    with Image.open(tmp_path / "a.bw.png") as result:
        assert result.size == shape[::-1]


@pytest.mark.parametrize("value", [7, 128, 255])
def test_flat_pages_become_blank(tmp_path, value):
    save(tmp_path / "a.png", np.full((40, 50), value, np.uint8))
    clean("a.png", cwd=tmp_path)
    with Image.open(tmp_path / "a.bw.png") as result:
        assert np.asarray(result).all()


def test_names_that_are_no_utf_8(tmp_path):
    name = os.fsdecode(b"sc\xffn.png")
    save(tmp_path / "a.png").rename(tmp_path / name)
    run = clean(name, cwd=tmp_path)
    assert run.stdout == b"sc\xffn.bw.png\n"
    run = clean(name, "--json", "--force", cwd=tmp_path)
    assert json.loads(run.stdout)["results"][0]["inputs"] == [name]
    run = clean(name, cwd=tmp_path, code=5)
    assert r"'sc\xffn.bw.png' exists" in run.stderr


def test_names_with_newlines_and_dashes(tmp_path):
    save(tmp_path / "two\nlines.png")
    run = clean("two\nlines.png", cwd=tmp_path)
    assert run.stdout == b"two\nlines.bw.png\n"
    run = clean("two\nlines.png", cwd=tmp_path, code=5)
    assert r"'two\nlines.bw.png' exists" in run.stderr
    save(tmp_path / "-x.png")
    clean("--", "-x.png", cwd=tmp_path)
    assert (tmp_path / "-x.bw.png").is_file()


def without_privileges(tmp_path, *arguments):
    """Run the program with the rights of its files only, also as root."""
    command = [PROGRAM, *arguments]
    if os.geteuid() == 0:
        command = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", *command]
    return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)


def test_no_permission_to_read(tmp_path):
    save(tmp_path / "a.png").chmod(0)
    run = without_privileges(tmp_path, "clean", "a.png")
    assert run.returncode == 3
    assert run.stderr == "docbin: 'a.png' cannot be read: permission denied\n"


def test_no_permission_to_write(tmp_path):
    (tmp_path / "in").mkdir()
    save(tmp_path / "in/a.png")
    (tmp_path / "in").chmod(0o500)
    try:
        run = without_privileges(tmp_path, "clean", "in/a.png")
        assert run.returncode == 5
        assert "'in/a.bw.png' cannot be written: permission denied" in run.stderr
        run = without_privileges(tmp_path, "clean", "in/a.png", "-o", "in/new/")
        assert run.returncode == 5
    finally:
        (tmp_path / "in").chmod(0o700)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_a_full_device(tmp_path):
    save(tmp_path / "a.png")
    run = clean("a.png", "-o", "/dev/full", "--format", "png", cwd=tmp_path, code=5)
    assert "no space left" in run.stderr


def test_a_disk_that_runs_full_leaves_nothing_behind(tmp_path):
    noise = np.random.default_rng(1).integers(0, 256, (300, 400)).astype(np.uint8)
    save(tmp_path / "a.png", noise)
    save(tmp_path / "b.png", np.full((40, 50), 255, np.uint8))
    # The limit of 2 blocks of 512 or 1024 bytes stands for a disk with as much room.
    command = f"ulimit -f 2; exec '{PROGRAM}' clean a.png b.png -m otsu"
    run = subprocess.run(
        ["bash", "-c", command], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert run.returncode == 1
    assert "'a.bw.png' cannot be written" in run.stderr
    assert run.stdout == "b.bw.png\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.png", "b.bw.png", "b.png"]
