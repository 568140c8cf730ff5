"""The twin that defines the G4 kernel: two-dimensional coding of ITU-T T.6, row by row."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]

# Code words of runs of 0 to 63 pixels, then of 64, 128, … 1728 pixels (T.4, tables 2 and 3).
_WHITE_WORDS = """
00110101 000111 0111 1000 1011 1100 1110 1111 10011 10100 00111 01000 001000 000011 110100 110101
101010 101011 0100111 0001100 0001000 0010111 0000011 0000100 0101000 0101011 0010011 0100100
0011000 00000010 00000011 00011010 00011011 00010010 00010011 00010100 00010101 00010110 00010111
00101000 00101001 00101010 00101011 00101100 00101101 00000100 00000101 00001010 00001011 01010010
01010011 01010100 01010101 00100100 00100101 01011000 01011001 01011010 01011011 01001010 01001011
00110010 00110011 00110100
11011 10010 010111 0110111 00110110 00110111 01100100 01100101 01101000 01100111 011001100
011001101 011010010 011010011 011010100 011010101 011010110 011010111 011011000 011011001 011011010
011011011 010011000 010011001 010011010 011000 010011011
"""
_BLACK_WORDS = """
0000110111 010 11 10 011 0011 0010 00011 000101 000100 0000100 0000101 0000111 00000100 00000111
000011000 0000010111 0000011000 0000001000 00001100111 00001101000 00001101100 00000110111
00000101000 00000010111 00000011000 000011001010 000011001011 000011001100 000011001101
000001101000 000001101001 000001101010 000001101011 000011010010 000011010011 000011010100
000011010101 000011010110 000011010111 000001101100 000001101101 000011011010 000011011011
000001010100 000001010101 000001010110 000001010111 000001100100 000001100101 000001010010
000001010011 000000100100 000000110111 000000111000 000000100111 000000101000 000001011000
000001011001 000000101011 000000101100 000001011010 000001100110 000001100111
0000001111 000011001000 000011001001 000001011011 000000110011 000000110100 000000110101
0000001101100 0000001101101 0000001001010 0000001001011 0000001001100 0000001001101 0000001110010
0000001110011 0000001110100 0000001110101 0000001110110 0000001110111 0000001010010 0000001010011
0000001010100 0000001010101 0000001011010 0000001011011 0000001100100 0000001100101
"""
# Runs of 1792, 1856, … 2560 pixels, of either colour.
_LONG_WORDS = """
00000001000 00000001100 00000001101 000000010010 000000010011 000000010100 000000010101
000000010110 000000010111 000000011100 000000011101 000000011110 000000011111
"""
WHITE = _WHITE_WORDS.split()
BLACK = _BLACK_WORDS.split()
LONG = _LONG_WORDS.split()
PASS = "0001"
HORIZONTAL = "001"
# a1 lies 3, 2, 1 pixels left of b1, under it, or 1, 2, 3 right of it.
VERTICAL = ("0000010", "000010", "010", "1", "011", "000011", "0000011")


def _run(length: int, colour: int) -> str:
    """Return the code words of one run; ``colour`` is 0 for white and 1 for black."""
    words = []
    while length > 2560:
        words.append(LONG[-1])
        length -= 2560
    table = BLACK if colour else WHITE
    if length >= 1792:
        words.append(LONG[(length - 1792) // 64])
    elif length >= 64:
        words.append(table[63 + length // 64])
    words.append(table[length % 64])
    return "".join(words)


def _changes(row: Bytes, width: int) -> list[int]:
    """Return where the colour changes, from white before the row, then ``width`` four times."""
    bits = np.unpackbits(row, count=width)
    return [*np.flatnonzero(np.diff(bits, prepend=0) != 0).tolist(), width, width, width, width]


def _row(line: list[int], above: list[int], width: int) -> str:
    """Code one row by its changes and those of the row above it.

    An even index in a list of changes is a change to black, an odd one a change to white.
    """
    words = []
    a0 = -1
    i = j = 0
    while a0 < width:
        a1 = line[i]
        while above[j] <= a0 and above[j] < width:
            j += 2
        b1, b2 = above[j], above[j + 1]
        if b2 < a1:
            words.append(PASS)
            a0 = b2
        elif -3 <= a1 - b1 <= 3:
            words.append(VERTICAL[a1 - b1 + 3])
            a0 = a1
            i += 1
            j = j - 1 if j else 1
        else:
            a2 = line[i + 1]
            words += (HORIZONTAL, _run(a1 - max(a0, 0), i % 2), _run(a2 - a1, (i + 1) % 2))
            a0 = a2
            i += 2
    return "".join(words)


def g4_encode(
    packed: Bytes, width: int, above: Bytes, head: int = 0, head_bits: int = 0
) -> tuple[Bytes, int]:
    """Code rows by T.6, without the end-of-block code.

    Parameters
    ----------
    packed
        uint8 (H, ceil(width / 8)), most significant bit first, 1 = ink; bits past ``width`` are
        ignored.
    width
        Pixels of a row, at least 1.
    above
        The row before the first, uint8 (1, ceil(width / 8)), or (0, …) at the top: white.
    head, head_bits
        The bits that the call before left over in its last byte (0 to 7 of them, from the most
        significant): they come first in the result.

    Returns
    -------
    tuple
        The code bytes, the last one filled up with zeros, and the count of bits in them,
        ``head_bits`` included.
    """
    reference = _changes(above[-1], width) if len(above) else [width] * 4
    words = [f"{head >> 1:07b}"[:head_bits]]
    for row in packed:
        line = _changes(row, width)
        words.append(_row(line, reference, width))
        reference = line
    bits = np.frombuffer("".join(words).encode(), np.uint8) & 1
    return np.packbits(bits), len(bits)
