"""PBM P4: a short header and the packed rows."""

from __future__ import annotations

import numpy as np

from docbin.errors import InputError
from docbin.image import Packed
from docbin.io.page import Dpi
from docbin.io.png_write import Sequential


class PbmWriter:
    """Writes one page to an open file: `begin`, `write` rows, `end`, and `close` at last.

    Parameters
    ----------
    file
        Writable; it need not be seekable, and is not closed.
    """

    def __init__(self, file: Sequential) -> None:
        self._file = file
        self._width = self._height = self._rows = 0

    def begin(self, width: int, height: int, dpi: Dpi | None = None) -> None:
        """Start the page of ``width`` by ``height`` pixels; PBM has no place for ``dpi``."""
        del dpi
        if self._width:
            raise InputError("a PBM file holds one page; TIFF and PDF hold more")
        if width < 1 or height < 1:
            raise InputError(f"a PBM page of {width} x {height} pixels cannot be written")
        self._width, self._height = width, height
        self._file.write(f"P4\n{width} {height}\n".encode())

    def write(self, packed: Packed) -> None:
        """Add rows, uint8 (any number, ceil(width / 8)), most significant bit first, 1 = ink."""
        if not self._width or self._rows + len(packed) > self._height:
            raise InputError("more rows were written than the page has")
        if self._width % 8:
            packed = packed.copy()
            packed[:, -1] &= np.uint8(0xFF00 >> self._width % 8 & 0xFF)
        self._file.write(packed.tobytes())
        self._rows += len(packed)

    def end(self) -> None:
        """Finish the page.

        Raises
        ------
        InputError
            If rows are missing.
        """
        if not self._width or self._rows != self._height:
            raise InputError("fewer rows were written than the page has")

    def close(self) -> None:
        """Check that there is a page."""
        if not self._width or self._rows != self._height:
            raise InputError("a PBM file needs a whole page")
