"""Group 4 coding (ITU-T T.6) of packed rows, whole pages or band by band."""

from __future__ import annotations

import numpy as np

from docbin import kernels
from docbin.errors import InputError
from docbin.image import Packed

# End of facsimile block: twice the end-of-line code.
_END = 0b000000000001_000000000001
_END_BITS = 24


class G4Coder:
    """Codes the rows of one page, or of one strip of it, as they come.

    The row above the next one and the bits that do not fill a byte yet are all that is kept.

    Parameters
    ----------
    width
        Pixels of a row, at least 1.
    """

    def __init__(self, width: int) -> None:
        if not 1 <= width <= 1 << 30:
            raise InputError(f"a page {width} pixels wide cannot be coded; 1 to 2^30 are allowed")
        self.width = width
        self._above: Packed = np.zeros((0, (width + 7) // 8), np.uint8)
        self._head = 0
        self._head_bits = 0

    def code(self, packed: Packed) -> bytes:
        """Return the bytes that the rows ``packed`` complete.

        ``packed`` is uint8 (H, ceil(width / 8)), most significant bit first, 1 = ink; the bits
        past ``width`` are ignored.
        """
        if packed.dtype != np.uint8 or packed.ndim != 2 or packed.shape[1] != (self.width + 7) // 8:
            raise InputError(
                f"packed rows of a page {self.width} pixels wide are uint8 "
                f"(H, {(self.width + 7) // 8}); got {packed.dtype} {packed.shape}"
            )
        if not len(packed):
            return b""
        packed = np.ascontiguousarray(packed)
        coded, bits = kernels.g4_encode(
            packed, self.width, self._above, self._head, self._head_bits
        )
        self._above = packed[-1:].copy()
        whole, self._head_bits = divmod(bits, 8)
        self._head = int(coded[whole]) if self._head_bits else 0
        return bytes(memoryview(coded)[:whole])

    def finish(self) -> bytes:
        """Return the last bytes: what is left and the end-of-block code."""
        bits = self._head_bits + _END_BITS
        value = (self._head >> (8 - self._head_bits)) << _END_BITS | _END
        size = (bits + 7) // 8
        return (value << (size * 8 - bits)).to_bytes(size, "big")


def g4_encode(packed: Packed, width: int) -> bytes:
    """Return the Group 4 code of a whole page, end-of-block code included.

    Parameters
    ----------
    packed
        uint8 (H, ceil(width / 8)), most significant bit first, 1 = ink.
    width
        Pixels of a row.

    Examples
    --------
    >>> import numpy as np
    >>> g4_encode(np.packbits(np.zeros((2, 8), bool), axis=1), 8).hex()
    'c0040040'
    """
    coder = G4Coder(width)
    return coder.code(packed) + coder.finish()
