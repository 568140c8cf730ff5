"""TIFF files of every kind that the reader knows, written byte by byte."""

from __future__ import annotations

import dataclasses
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


@dataclasses.dataclass(frozen=True)
class Form:
    """How a file is written; see `tiff_file`."""

    bits: int = 8
    photometric: int = 1
    compression: int = NONE
    predictor: int = 1
    order: str = "<"
    big: bool = False
    tile: tuple[int, int] | None = None
    rows: int = 7
    planar: bool = False
    tags: tuple = ()

    @property
    def word(self) -> str:
        """Letter of an offset."""
        return "Q" if self.big else "I"


def tiff_file(*pages, **form) -> bytes:
    """Return a file; pages are samples (H, W) or (H, W, C); ``tags`` adds (tag, type, values)."""
    how = Form(**form)
    mark = b"II" if how.order == "<" else b"MM"
    small = struct.pack(f"{how.order}HI", 42, 0)
    head = struct.pack(f"{how.order}HHHQ", 43, 8, 0, 0) if how.big else small
    file = bytearray(mark + head)
    link = 8 if how.big else 4
    for page in pages:
        samples = page if page.ndim == 3 else page[:, :, None]
        offsets, sizes = _add_blocks(file, samples, how)
        link = _add_directory(file, link, _tags(samples, offsets, sizes, how), how)
    return bytes(file)


def _add_blocks(file, samples, how):
    """Append all blocks and return where they lie, and how long they are."""
    offsets, sizes = [], []
    planes = np.split(samples, samples.shape[2], axis=2) if how.planar else [samples]
    for block in (block for plane in planes for block in blocks_of(plane, how.tile, how.rows)):
        if how.predictor == 2:
            block = np.diff(block, axis=1, prepend=np.zeros_like(block[:, :1]))
        data = CODERS[how.compression](as_bytes(block, how.bits, how.order))
        offsets.append(len(file))
        sizes.append(len(data))
        file += data + bytes(len(data) % 2)
    return offsets, sizes


def _tags(samples, offsets, sizes, how):
    """Return tag -> (type, values)."""
    height, width, count = samples.shape
    listed = {
        256: (4, [width]),
        257: (4, [height]),
        258: (3, [how.bits] * count),
        259: (3, [how.compression]),
        262: (3, [how.photometric]),
        277: (3, [count]),
        317: (3, [how.predictor]),
    }
    if how.planar:
        listed[284] = (3, [2])
    if how.tile is None:
        listed |= {273: (4, offsets), 278: (4, [how.rows]), 279: (4, sizes)}
    else:
        listed |= {322: (4, [how.tile[0]]), 323: (4, [how.tile[1]]), 324: (4, offsets)}
        listed[325] = (4, sizes)
    return listed | {tag: (kind, values) for tag, kind, values in how.tags}


def _add_directory(file, link, listed, how):
    """Append a directory, let ``link`` point to it, and return where the next link goes."""
    order, word, room = how.order, how.word, 8 if how.big else 4
    entries = b""
    for tag in sorted(listed):
        kind, values = listed[tag]
        letter = {1: "B", 3: "H", 4: "I", 5: "I", 7: "B"}[kind]
        data = struct.pack(f"{order}{len(values)}{letter}", *values)
        length = len(values) // 2 if kind == 5 else len(values)
        if len(data) > room:
            where = len(file)
            file += data + bytes(len(data) % 2)
            data = struct.pack(f"{order}{word}", where)
        entries += struct.pack(f"{order}HH{word}", tag, kind, length) + data.ljust(room, b"\0")
    struct.pack_into(f"{order}{word}", file, link, len(file))
    file += struct.pack(f"{order}{'Q' if how.big else 'H'}", len(listed)) + entries
    following = len(file)
    file += bytes(room)
    return following
