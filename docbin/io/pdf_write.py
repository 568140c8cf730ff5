"""New PDF files of bilevel pages in Group 4 code, written as the rows come.

Objects are written one after the other and the tables at the end, so memory does not grow with
the pages. The same pages give the same bytes: the file has no date, and its identifier is a hash
of its contents.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from typing import Protocol

from docbin.errors import InputError, OutputError
from docbin.image import Packed
from docbin.io.g4 import G4Coder
from docbin.io.paper import Placement, place
from docbin.version import __version__

# 1.6 brings UserUnit, for pages larger than 200 inches.
_HEADER = b"%PDF-1.6\n%\xe2\xe3\xcf\xd3\n"
_LARGEST_SIDE = 14400
_CATALOG, _PAGES, _INFO = 1, 2, 3


class _Sink(Protocol):
    def write(self, data: bytes, /) -> object: ...


@dataclass(slots=True)
class _PdfPage:
    width: int
    height: int
    placement: Placement
    number: int
    coder: G4Coder
    rows: int = 0
    size: int = 0


class PdfWriter:
    """Writes pages to an open file: `begin`, `write` rows, `end` for each, and `close` at last.

    Parameters
    ----------
    file
        Writable; it need not be seekable, and is not closed.
    paper
        Size of the sheets: see `docbin.io.paper.place`.
    """

    def __init__(self, file: _Sink, *, paper: str | None = None) -> None:
        self._file = file
        self._paper = paper
        self._hash = hashlib.sha256()
        self._position = 0
        self._offsets = {_CATALOG: 0, _PAGES: 0, _INFO: 0}
        self._pages: list[int] = []
        self._open: _PdfPage | None = None
        self._put(_HEADER)

    def begin(self, width: int, height: int, dpi: tuple[float, float] | None = None) -> None:
        """Start a page of ``width`` by ``height`` pixels; ``dpi`` None counts as 300."""
        if self._open is not None:
            raise InputError("the page before is not finished")
        if height < 1:
            raise InputError(f"a page of {width} x {height} pixels cannot be written")
        placement = place(width, height, dpi, self._paper)
        number = len(self._offsets) + 1
        self._open = _PdfPage(width, height, placement, number, G4Coder(width))
        # The size comes after the data, as an object of its own: the rows are not here yet.
        self._start(number)
        self._put(
            f"<< /Type /XObject /Subtype /Image /Width {width} /Height {height} "
            "/ColorSpace /DeviceGray /BitsPerComponent 1 /Filter /CCITTFaxDecode "
            f"/DecodeParms << /K -1 /Columns {width} /Rows {height} /BlackIs1 false >> "
            f"/Length {number + 1} 0 R >>\nstream\n".encode()
        )

    def write(self, packed: Packed) -> None:
        """Add rows, uint8 (any number, ceil(width / 8)), most significant bit first, 1 = ink."""
        page = self._open
        if page is None or page.rows + len(packed) > page.height:
            raise InputError("more rows were written than the page has")
        data = page.coder.code(packed)
        page.rows += len(packed)
        page.size += len(data)
        self._put(data)

    def end(self) -> None:
        """Finish the page.

        Raises
        ------
        InputError
            If rows are missing.
        """
        page = self._open
        if page is None or page.rows != page.height:
            raise InputError("fewer rows were written than the page has")
        tail = page.coder.finish()
        self._put(tail + b"\nendstream\nendobj\n")
        sheet, number = page.placement, page.number
        unit = max(1, math.ceil(max(sheet.paper_width, sheet.paper_height) / _LARGEST_SIDE))
        content = page_content(sheet, unit)
        self._object(number + 1, str(page.size + len(tail)))
        self._object(number + 2, f"<< /Length {len(content)} >>\nstream\n{content}\nendstream")
        self._object(
            number + 3,
            f"<< /Type /Page /Parent {_PAGES} 0 R "
            f"/MediaBox [0 0 {_real(sheet.paper_width / unit)} {_real(sheet.paper_height / unit)}] "
            + (f"/UserUnit {unit} " if unit > 1 else "")
            + f"/Resources << /XObject << /Page {number} 0 R >> >> /Contents {number + 2} 0 R >>",
        )
        self._pages.append(number + 3)
        self._open = None

    def close(self) -> None:
        """Write the page tree, the table of objects and the trailer."""
        if not self._pages:
            raise InputError("a PDF file needs at least one page")
        kids = " ".join(f"{number} 0 R" for number in self._pages)
        self._object(_PAGES, f"<< /Type /Pages /Count {len(self._pages)} /Kids [{kids}] >>")
        self._object(_CATALOG, f"<< /Type /Catalog /Pages {_PAGES} 0 R >>")
        self._object(_INFO, f"<< /Producer (docbin {__version__}) >>")
        table = self._position
        if table >= 10**10:
            raise OutputError("a PDF file cannot be larger than 10 GB; write several files")
        rows = "".join(f"{self._offsets[n]:010d} 00000 n \n" for n in sorted(self._offsets))
        name = self._hash.hexdigest()[:32]
        size = len(self._offsets) + 1
        self._put(
            f"xref\n0 {size}\n0000000000 65535 f \n{rows}trailer\n"
            f"<< /Size {size} /Root {_CATALOG} 0 R /Info {_INFO} 0 R /ID [<{name}> <{name}>] >>\n"
            f"startxref\n{table}\n%%EOF\n".encode()
        )

    def _start(self, number: int) -> None:
        self._offsets[number] = self._position
        self._put(f"{number} 0 obj\n".encode())

    def _object(self, number: int, text: str) -> None:
        self._start(number)
        self._put(f"{text}\nendobj\n".encode())

    def _put(self, data: bytes) -> None:
        self._file.write(data)
        self._hash.update(data)
        self._position += len(data)


def page_content(placement: Placement, unit: float = 1) -> str:
    """Return the operators that paint the image ``/Page``; a unit is ``unit`` points."""
    numbers = (placement.width, 0, 0, placement.height, placement.left, placement.bottom)
    return f"q {' '.join(_real(value / unit) for value in numbers)} cm /Page Do Q"


def _real(value: float) -> str:
    """Write a number as PDF takes it: no exponent, six decimals at most."""
    return f"{value:.6f}".rstrip("0").rstrip(".")
