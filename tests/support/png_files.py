"""PNG files of every kind, written byte by byte."""

from __future__ import annotations

import struct
import zlib

import numpy as np

GRAY, RGB, PALETTE, GRAY_ALPHA, RGBA = 0, 2, 3, 4, 6
# Column and row of the first pixel of each pass, and the steps to the next.
PASSES = (
    (0, 0, 8, 8),
    (4, 0, 8, 8),
    (0, 4, 4, 8),
    (2, 0, 4, 4),
    (0, 2, 2, 4),
    (1, 0, 2, 2),
    (0, 1, 1, 2),
)


def chunk(kind, data=b""):
    """Return a chunk with its checksum."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def packed(row, depth):
    """Return the bytes of a row of samples, (W, C)."""
    flat = row.reshape(-1)
    if depth == 16:
        return flat.astype(">u2").tobytes()
    bits = (flat[:, None] >> np.arange(depth - 1, -1, -1)) & 1
    return np.packbits(bits.reshape(-1).astype(np.uint8)).tobytes()


def paeth(a, b, c):
    """Return which of left, above and above left is nearest to a + b - c."""
    guess = a + b - c
    return min((a, b, c), key=lambda value: abs(guess - value))


def filtered(row, above, step, kind):
    """Return a row of bytes after filter ``kind``, with the filter's number."""
    out = bytearray([kind])
    for k, byte in enumerate(row):
        left = row[k - step] if k >= step else 0
        corner = above[k - step] if k >= step else 0
        guess = (0, left, above[k], (left + above[k]) // 2, paeth(left, above[k], corner))[kind]
        out.append((byte - guess) & 255)
    return bytes(out)


def png_file(samples, depth=8, color=GRAY, *, interlaced=False, before=(), after=(), parts=1):
    """Return a file of samples (H, W) or (H, W, C); all five filters take turns.

    ``before`` and ``after`` are chunks around the image data, which comes in ``parts`` chunks.
    """
    samples = samples if samples.ndim == 3 else samples[:, :, None]
    height, width, count = samples.shape
    step = max(1, count * depth // 8)
    data = b""
    for left, top, across, down in PASSES if interlaced else ((0, 0, 1, 1),):
        part = samples[top::down, left::across]
        if not part.size:
            continue
        above = bytes(len(packed(part[0], depth)))
        for number, row in enumerate(part):
            line = packed(row, depth)
            data += filtered(line, above, step, number % 5)
            above = line
    coded = zlib.compress(data)
    size = -(-len(coded) // parts)
    pieces = [chunk(b"IDAT", coded[k : k + size]) for k in range(0, len(coded), size)]
    head = struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, interlaced)
    return b"".join(
        [b"\x89PNG\r\n\x1a\n", chunk(b"IHDR", head), *before, *pieces, *after, chunk(b"IEND")]
    )


def physical(horizontal, vertical, unit=1):
    """Return a pHYs chunk."""
    return chunk(b"pHYs", struct.pack(">IIB", horizontal, vertical, unit))


def profile(icc):
    """Return an iCCP chunk."""
    return chunk(b"iCCP", b"test\0\0" + zlib.compress(icc))
