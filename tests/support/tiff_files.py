"""TIFF files of every kind that the reader knows, written byte by byte."""

from __future__ import annotations

import struct
import zlib

import numpy as np

NONE, LZW, DEFLATE, PACKBITS = 1, 5, 8, 32773


def packbits(data: bytes) -> bytes:
    """Code runs of three and more; the rest literally."""
    out, literal, at = bytearray(), bytearray(), 0

    def flush():
        for k in range(0, len(literal), 128):
            part = literal[k : k + 128]
            out.extend((len(part) - 1, *part))
        literal.clear()

    while at < len(data):
        run = 1
        while run < 128 and at + run < len(data) and data[at + run] == data[at]:
            run += 1
        if run >= 3:
            flush()
            out.extend((257 - run, data[at]))
        else:
            literal.extend(data[at : at + run])
        at += run
    flush()
    return bytes(out)


def lzw(data: bytes) -> bytes:
    """Code with a table that grows to 12 bits and is cleared then."""
    bits, table, word = ["100000000"], {bytes([k]): k for k in range(256)}, b""
    following, width = 258, 9
    for byte in data:
        longer = word + bytes([byte])
        if longer in table:
            word = longer
            continue
        bits.append(f"{table[word]:0{width}b}")
        table[longer] = following
        following += 1
        width = 9 + sum(following >= limit for limit in (512, 1024, 2048))
        if following == 4095:
            bits.append(f"{256:0{width}b}")
            table, following, width = {bytes([k]): k for k in range(256)}, 258, 9
        word = bytes([byte])
    if word:
        bits.append(f"{table[word]:0{width}b}")
        following += 1
        width = 9 + sum(following >= limit for limit in (512, 1024, 2048))
    bits.append(f"{257:0{width}b}")
    text = "".join(bits)
    text += "0" * (-len(text) % 8)
    return int(text, 2).to_bytes(len(text) // 8, "big")


CODERS = {NONE: bytes, LZW: lzw, DEFLATE: zlib.compress, PACKBITS: packbits}


def as_bytes(samples: np.ndarray, bits: int, order: str) -> bytes:
    """Pack samples (H, W, C) row by row."""
    if bits == 16:
        return samples.astype(f"{order}u2").tobytes()
    if bits == 8:
        return samples.astype(np.uint8).tobytes()
    flat = samples.reshape(len(samples), -1)
    single = (flat[:, :, None] >> np.arange(bits - 1, -1, -1)) & 1
    return np.packbits(single.reshape(len(flat), -1).astype(np.uint8), axis=1).tobytes()


def blocks_of(samples, tile, rows):
    """Cut into strips of ``rows`` rows, or into tiles that are filled up with zeros."""
    height, width, count = samples.shape
    if tile is None:
        return [samples[top : top + rows] for top in range(0, height, rows)]
    wide, high = tile
    padded = np.zeros((-(-height // high) * high, -(-width // wide) * wide, count), samples.dtype)
    padded[:height, :width] = samples
    return [
        padded[top : top + high, left : left + wide]
        for top in range(0, height, high)
        for left in range(0, width, wide)
    ]


def tiff_file(
    *pages,
    bits=8,
    photometric=1,
    compression=NONE,
    predictor=1,
    order="<",
    big=False,
    tile=None,
    rows=7,
    tags=(),
) -> bytes:
    """Return a file; pages are samples (H, W) or (H, W, C); ``tags`` adds (tag, type, values)."""
    entry, room = ("Q", 8) if big else ("I", 4)
    mark = b"II" if order == "<" else b"MM"
    head = struct.pack(f"{order}HHHQ", 43, 8, 0, 0) if big else struct.pack(f"{order}HI", 42, 0)
    file = bytearray(mark + head)
    link = 8 if big else 4
    for page in pages:
        samples = page if page.ndim == 3 else page[:, :, None]
        offsets, sizes = [], []
        for block in blocks_of(samples, tile, rows):
            if predictor == 2:
                first = np.zeros_like(block[:, :1])
                block = np.diff(block, axis=1, prepend=first)
            data = CODERS[compression](as_bytes(block, bits, order))
            offsets.append(len(file))
            sizes.append(len(data))
            file += data + bytes(len(data) % 2)
        height, width, count = samples.shape
        listed = {
            256: (4, [width]),
            257: (4, [height]),
            258: (3, [bits] * count),
            259: (3, [compression]),
            262: (3, [photometric]),
            277: (3, [count]),
            317: (3, [predictor]),
        }
        if tile is None:
            listed |= {273: (4, offsets), 278: (4, [rows]), 279: (4, sizes)}
        else:
            listed |= {322: (4, [tile[0]]), 323: (4, [tile[1]]), 324: (4, offsets)}
            listed[325] = (4, sizes)
        listed |= {tag: (kind, values) for tag, kind, values in tags}
        entries = b""
        for tag in sorted(listed):
            kind, values = listed[tag]
            letter = {1: "B", 3: "H", 4: "I", 5: "I", 7: "B"}[kind]
            data = struct.pack(f"{order}{len(values)}{letter}", *values)
            length = len(values) // 2 if kind == 5 else len(values)
            if len(data) > room:
                where = len(file)
                file += data + bytes(len(data) % 2)
                data = struct.pack(f"{order}{entry}", where)
            entries += struct.pack(f"{order}HH{entry}", tag, kind, length) + data.ljust(room, b"\0")
        struct.pack_into(f"{order}{entry}", file, link, len(file))
        file += struct.pack(f"{order}{'Q' if big else 'H'}", len(listed)) + entries
        link = len(file)
        file += bytes(room)
    return bytes(file)
