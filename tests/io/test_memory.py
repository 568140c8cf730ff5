"""Peak memory of large pages, measured in a process of its own."""

import struct
import subprocess
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest
from tiff_files import DEFLATE

# Reads, thresholds and writes a page in bands; prints its own peak in bytes.
CHILD = """
import sys
from docbin.api import create
from docbin.io import open_source, open_writer
from docbin.streaming import stream
import docbin.kernels
docbin.kernels.threads()
source = next(open_source(sys.argv[1]))
assert source.can_stream == (sys.argv[4] == "bands")
info = source.info
with open_writer(sys.argv[2], width=info.width, height=info.height) as writer:
    stream(source, create(sys.argv[3]), writer)
# Not ru_maxrss, which begins with the parent's.
(line,) = (line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(int(line.split()[1]) * 1024)
"""
SIDE = 30_000
pytestmark = pytest.mark.skipif(
    not Path("/proc/self/status").exists(), reason="peak memory is read from /proc"
)


def peak(path, method, how):
    run = subprocess.run(
        [sys.executable, "-c", CHILD, path, path.with_suffix(".out.png"), method, how],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return int(run.stdout)


def chunk(kind, data):
    check = struct.pack(">I", zlib.crc32(kind + data))
    return struct.pack(">I", len(data)) + kind + data + check


def row(width):
    """Return a row of text-like marks."""
    line = np.full(width, 220, np.uint8)
    line.reshape(-1, 20)[:, 3:7] = 30
    return line.tobytes()


def deflated(line, count):
    """Return the zlib stream of ``count`` equal rows; 100 of them are compressed once."""
    rows = 100
    assert count % rows == 0
    coder = zlib.compressobj(1, wbits=-15)
    # After a full flush nothing refers to what came before: the code may be repeated.
    piece = coder.compress(line * rows) + coder.flush(zlib.Z_FULL_FLUSH)
    check = 1
    for _ in range(count // rows):
        check = zlib.adler32(line * rows, check)
    return b"\x78\x01" + piece * (count // rows) + b"\3\0" + struct.pack(">I", check)


def write_png(path, side):
    packed = deflated(b"\0" + row(side), side)
    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")
    )


def write_tiff(path, side, tile):
    """Every block has the same content: it lies in the file once."""
    wide, high = tile or (side, side)
    block = deflated(row(wide), high)
    count = (side // wide) * (side // high)
    start = 8
    offsets, sizes = [start] * count, [len(block)] * count
    place = start + len(block) + len(block) % 2
    arrays = struct.pack(f"<{count}I{count}I", *offsets, *sizes)
    where = (place, place + 4 * count) if count > 1 else (offsets[0], sizes[0])
    tags = {256: side, 257: side, 258: 8, 259: DEFLATE, 262: 1, 277: 1}
    counts = {}
    if tile:
        tags |= {322: wide, 323: high, 324: where[0], 325: where[1]}
        counts = {324: count, 325: count}
    else:
        tags |= {273: where[0], 278: side, 279: where[1]}
    entries = b"".join(
        struct.pack("<HHII", tag, 4, counts.get(tag, 1), tags[tag]) for tag in sorted(tags)
    )
    head = struct.pack("<2sHI", b"II", 42, place + len(arrays))
    pad = bytes(len(block) % 2)
    directory = struct.pack("<H", len(tags)) + entries + bytes(4)
    path.write_bytes(head + block + pad + arrays + directory)


@pytest.mark.parametrize(
    ("kind", "method"),
    [("png", "sauvola"), ("strip", "otsu"), ("tile", "wolf")],
)
def test_30_000_by_30_000_pixels_in_400_mb(tmp_path, kind, method):
    path = tmp_path / f"page.{kind}"
    if kind == "png":
        write_png(path, SIDE)
    else:
        write_tiff(path, SIDE, (1000, 200) if kind == "tile" else None)
    assert peak(path, method, "bands") <= 400e6


@pytest.mark.parametrize("compression", ["jpeg", "group4"])
def test_other_formats_take_a_plane_and_64_mb(tmp_path, compression):
    from PIL import Image

    small, large = tmp_path / "small.tif", tmp_path / "large.tif"
    for path, side in ((small, 200), (large, 10_000)):
        page = np.frombuffer(row(side) * side, np.uint8).reshape(side, side)
        image = Image.fromarray(page if compression == "jpeg" else page > 100)
        image.save(path, compression=compression)
    plane = 10_000 * 10_000
    assert peak(large, "otsu", "plane") - peak(small, "otsu", "plane") <= plane + 64e6


def test_the_fixture_is_a_page(tmp_path):
    from docbin.io import read_pages

    for tile in (None, (1000, 200)):
        write_tiff(tmp_path / "a.tif", 2000, tile)
        pixels = next(read_pages(tmp_path / "a.tif")).pixels
        assert pixels.tobytes() == row(2000) * 2000
    write_png(tmp_path / "a.png", 2000)
    assert next(read_pages(tmp_path / "a.png")).pixels.tobytes() == row(2000) * 2000
