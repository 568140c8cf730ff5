"""A page of 30 000 × 30 000 pixels in a few hundred megabytes, from the program's start to end."""

import struct
import subprocess
import sys
import zlib

import numpy as np
import pytest
from program import PROGRAM

from docbin.io import open_source

SIDE = 30_000
LIMIT = 400 << 20
# Runs a program and prints its peak. A process of its own, since the peak of a child begins with
# what its parent had, and a parent with many tests behind it has much.
WATCH = """
import resource, subprocess, sys
code = subprocess.run(sys.argv[1:]).returncode
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(code)
"""


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """Return a gray PNG with lines of strokes."""
    path = tmp_path_factory.mktemp("big") / "page.png"
    rows = np.full((60, 1 + SIDE), 210, np.uint8)
    rows[10:40, 1:][:, np.arange(SIDE) // 6 % 5 == 0] = 40
    rows[:, 0] = 0  # no filter
    data = rows.tobytes()
    deflate = zlib.compressobj(1)
    with path.open("wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n")
        write(file, b"IHDR", struct.pack(">IIBBBBB", SIDE, SIDE, 8, 0, 0, 0, 0))
        for _ in range(SIDE // 60):
            write(file, b"IDAT", deflate.compress(data))
        write(file, b"IDAT", deflate.flush())
        write(file, b"IEND", b"")
    return path


def write(file, kind, data):
    file.write(struct.pack(">I", len(data)) + kind + data)
    file.write(struct.pack(">I", zlib.crc32(data, zlib.crc32(kind))))


@pytest.mark.parametrize("method", ["wolf", "auto"])
def test_peak_memory(page, method):
    result = page.with_name(f"{method}.png")
    words = [PROGRAM, "clean", page, "-m", method, "-o", result, "--quiet"]
    done = subprocess.run([sys.executable, "-c", WATCH, *words], stdout=subprocess.PIPE, check=True)
    assert int(done.stdout.split()[-1]) * 1024 <= LIMIT
    source = next(open_source(result))
    assert (source.info.width, source.info.height) == (SIDE, SIDE)
    expected = np.full((60, SIDE), 255, np.uint8)
    expected[10:40, np.arange(SIDE) // 6 % 5 == 0] = 0
    for band in source.bands(600):
        assert np.array_equal(band[-60:], expected)
