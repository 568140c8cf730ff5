"""The numpy twins of the byte codes of TIFF: LZW and PackBits undone, piece by piece."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]
Shorts = npt.NDArray[np.uint16]

_CLEAR, _END, _CODES = 256, 257, 4096
# What ``state`` holds, in this order: bits read but not used (24 at most), how many, the number of
# the next string, the code before (-1: none), the code whose string is being written (-1: none),
# how much of it is, and whether the end was read.
_BITS, _BIT_COUNT, _NEXT, _PREVIOUS, _PENDING, _SENT, _ENDED = range(7)


def lzw_decode(
    data: Bytes,
    out: Bytes,
    prefix: Shorts,
    length: Shorts,
    suffix: Bytes,
    state: npt.NDArray[np.int64],
) -> tuple[int, int]:
    """Undo LZW as TIFF has it (TIFF 6.0, section 13): codes of 9 to 12 bits, highest bit first.

    Parameters
    ----------
    data
        uint8 (n): the next piece of the code.
    out
        uint8 (m): filled from its start.
    prefix, length, suffix
        (4096) each: the strings; the first 256 have length 1 and their number as suffix.
    state
        int64 (7): 0, 0, 258, -1, -1, 0, 0 at the start.

    Returns
    -------
    tuple of int
        How many bytes of ``data`` were used and how many of ``out`` were filled.

    Raises
    ------
    ValueError
        If a code has no string yet.
    """
    used = made = 0
    while not state[_ENDED]:
        if state[_PENDING] >= 0:
            string = _string(int(state[_PENDING]), prefix, length, suffix)
            part = string[state[_SENT] :][: len(out) - made]
            out[made : made + len(part)] = np.frombuffer(part, np.uint8)
            made += len(part)
            state[_SENT] += len(part)
            if state[_SENT] < len(string):
                break
            state[_PENDING] = -1
        if made == len(out):
            break
        width = 9 + sum(int(state[_NEXT]) >= limit for limit in (511, 1023, 2047))
        while state[_BIT_COUNT] < width and used < len(data):
            state[_BITS] = (int(state[_BITS]) << 8 | int(data[used])) & 0xFFFFFF
            used += 1
            state[_BIT_COUNT] += 8
        if state[_BIT_COUNT] < width:
            break
        state[_BIT_COUNT] -= width
        code = int(state[_BITS]) >> int(state[_BIT_COUNT]) & ((1 << width) - 1)
        if code == _END:
            state[_ENDED] = 1
        elif code == _CLEAR:
            state[_NEXT], state[_PREVIOUS] = 258, -1
        else:
            _learn(code, prefix, length, suffix, state)
            state[_PREVIOUS] = state[_PENDING] = code
            state[_SENT] = 0
    return used, made


def _string(code: int, prefix: Shorts, length: Shorts, suffix: Bytes) -> bytes:
    string = bytearray()
    for _ in range(int(length[code])):
        string.append(suffix[code])
        code = int(prefix[code])
    return bytes(reversed(string))


def _learn(
    code: int, prefix: Shorts, length: Shorts, suffix: Bytes, state: npt.NDArray[np.int64]
) -> None:
    following, previous = int(state[_NEXT]), int(state[_PREVIOUS])
    if previous < 0:
        if code >= _CLEAR:
            raise ValueError("a code of LZW has no string yet")
        return
    if code > following or (code == following and following == _CODES):
        raise ValueError("a code of LZW has no string yet")
    if following < _CODES:
        first = _string(previous if code == following else code, prefix, length, suffix)[0]
        prefix[following] = previous
        length[following] = length[previous] + 1
        suffix[following] = first
        state[_NEXT] += 1


def packbits_decode(data: Bytes, out: Bytes) -> tuple[int, int]:
    """Undo PackBits (TIFF 6.0, section 9).

    Decoding stops before a run that is not whole in ``data`` or does not fit into ``out``.

    Returns
    -------
    tuple of int
        How many bytes of ``data`` were used and how many of ``out`` were filled.
    """
    used = made = 0
    while used < len(data):
        head = int(data[used])
        if head == 128:
            used += 1
            continue
        count = head + 1 if head < 128 else 257 - head
        taken = count + 1 if head < 128 else 2
        if taken > len(data) - used or count > len(out) - made:
            break
        out[made : made + count] = data[used + 1 : used + taken]
        used += taken
        made += count
    return used, made
