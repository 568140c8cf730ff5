"""What a PDF page paints: its images with their places, and whether there is more to see."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from docbin.dependencies import load
from docbin.io.damage import DamagedError
from docbin.io.pdf_file import DEEPEST, inherited, visible_box

# x' = a x + c y + e, y' = b x + d y + f, as PDF writes it.
Matrix: TypeAlias = tuple[float, float, float, float, float, float]

_IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_PATHS = frozenset(("S", "s", "f", "F", "f*", "B", "B*", "b", "b*", "sh"))
_TEXT = frozenset(("Tj", "TJ", "'", '"'))
_STATE = "q Q cm Do gs Tr W W* re BDC BI ID EI"
# Text modes that paint nothing: invisible, and adding to the clipping path only.
_UNSEEN_TEXT = (3, 7)
# A hidden text layer has some 100 kB a page; longer contents are drawings.
_LARGEST_CONTENT = 1 << 23
# What is allowed to be drawn at all.
_LARGEST_DRAWING = 1 << 28
_MOST_IMAGES = 10_000
# Annotations that show nothing by themselves.
_UNSEEN_ANNOTATIONS = ("/Link", "/Popup")


@dataclass(frozen=True, slots=True)
class Placed:
    """An image object and the matrix that maps the unit square to its place in points."""

    image: Any
    matrix: Matrix

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, bottom, right and top on the page."""
        a, b, c, d, e, f = self.matrix
        xs, ys = (e, e + a, e + c, e + a + c), (f, f + b, f + d, f + b + d)
        return min(xs), min(ys), max(xs), max(ys)

    @property
    def straight(self) -> bool:
        """Whether its sides run along those of the page."""
        a, b, c, d = self.matrix[:4]
        size = max(abs(a), abs(b), abs(c), abs(d)) * 1e-3
        return (abs(b) <= size and abs(c) <= size) or (abs(a) <= size and abs(d) <= size)


@dataclass(slots=True)
class Content:
    """What is painted: ``images`` in order; ``drawing`` is visible text, lines and the like."""

    images: list[Placed] = field(default_factory=list)
    drawing: bool = False


def page_content(pdf: Any, page: Any) -> Content:
    """Follow the operators of a page and of its forms.

    Everything that could change how an image looks (clipping to less than the page, transparency,
    layers that can be switched off, stamps) counts as drawing.
    """
    content = Content()
    box = visible_box(page)
    streams = page.get("/Contents")
    walk = _Walk(pdf, content, box)
    if streams is not None:
        parts = list(streams) if _is_array(streams) else [streams]
        walk.run(_joined(parts), inherited(page, "/Resources"), _IDENTITY, 0)
    for note in page.get("/Annots") or ():
        if note.get("/Subtype") not in _UNSEEN_ANNOTATIONS and not int(note.get("/F", 0)) & 2:
            content.drawing = True
    return content


def _is_array(value: Any) -> bool:
    return isinstance(value, load("pikepdf").Array)


def _joined(streams: list[Any]) -> bytes:
    """Return the contents; as much as is allowed and no more is ever inflated."""
    parts = []
    room = _LARGEST_DRAWING
    for stream in streams:
        part = _inflated(stream, room)
        room -= len(part)
        parts.append(part)
        if room <= 0:
            raise DamagedError("its contents are larger than 256 MB, as only a trap's are")
    return b"\n".join(parts)


def _inflated(stream: Any, room: int) -> bytes:
    filters = stream.get("/Filter")
    if filters is None:
        return bytes(stream.read_raw_bytes())
    names = [str(name) for name in filters] if _is_array(filters) else [str(filters)]
    if names == ["/FlateDecode"] and "/DecodeParms" not in stream:
        try:
            return zlib.decompressobj().decompress(stream.read_raw_bytes(), room)
        except zlib.error:
            pass  # qpdf saves what it can
    raw = len(stream.read_raw_bytes())
    if raw * 1032 ** len(names) > room and raw > 1 << 18:
        raise DamagedError(f"its contents are packed by {', '.join(names)} and too large")
    return bytes(stream.read_bytes())


class _Walk:
    """Follows the graphics state through contents and forms."""

    def __init__(self, pdf: Any, content: Content, box: tuple[float, ...]) -> None:
        self._pdf = pdf
        self._content = content
        self._box = box
        self._pikepdf = load("pikepdf")

    def run(self, data: bytes, resources: Any, matrix: Matrix, depth: int) -> None:
        """Run one content stream; of one that is too long nothing is known but that it draws."""
        if depth > DEEPEST:
            raise DamagedError(f"its forms are nested more than {DEEPEST} deep")
        if len(data) > _LARGEST_CONTENT:
            self._content.drawing = True
            return
        resources = {} if resources is None else resources
        stack: list[tuple[Matrix, int]] = []
        text = 0
        rectangle: Matrix | None = None
        wanted = " ".join((_STATE, *sorted(_PATHS), *sorted(_TEXT)))
        stream = self._pikepdf.Stream(self._pdf, data)
        for operands, operator in self._pikepdf.parse_content_stream(stream, wanted):
            name = str(operator)
            if name == "q":
                stack.append((matrix, text))
            elif name == "Q" and stack:
                matrix, text = stack.pop()
            elif name == "cm":
                matrix = _times(_matrix(operands), matrix)
            elif name == "Tr":
                text = int(operands[0])
            elif name == "re":
                x, y, wide, high = (float(value) for value in operands)
                rectangle = _times((wide, 0.0, 0.0, high, x, y), matrix)
            elif name in ("W", "W*"):
                self._clip(rectangle)
            elif name == "Do":
                self._paint(resources, str(operands[0]), matrix, depth)
            elif name in _TEXT:
                self._content.drawing |= text not in _UNSEEN_TEXT
            elif name != "Q":
                self._other(name, operands, resources)

    def _clip(self, rectangle: Matrix | None) -> None:
        """Take a clipping path for drawing unless it holds the whole page."""
        if rectangle is None or not _holds(Placed(None, rectangle).box, self._box):
            self._content.drawing = True

    def _other(self, name: str, operands: Any, resources: Any) -> None:
        if name == "gs":
            state = resources["/ExtGState"][str(operands[0])]
            opaque = all(float(state.get(key, 1)) == 1 for key in ("/ca", "/CA"))
            plain = str(state.get("/BM", "/Normal")) in ("/Normal", "/Compatible")
            masked = str(state.get("/SMask", "/None")) != "/None"
            self._content.drawing |= masked or not (opaque and plain)
        elif name == "BDC":
            self._content.drawing |= str(operands[0]) == "/OC"
        else:
            self._content.drawing = True

    def _paint(self, resources: Any, name: str, matrix: Matrix, depth: int) -> None:
        thing = resources["/XObject"][name]
        if "/OC" in thing:
            self._content.drawing = True
        if str(thing.get("/Subtype")) == "/Image":
            if len(self._content.images) >= _MOST_IMAGES:
                raise DamagedError(f"a page paints more than {_MOST_IMAGES} images")
            self._content.images.append(Placed(thing, matrix))
            self._content.drawing |= bool(thing.get("/ImageMask", False))
            return
        if "/Group" in thing and str(thing["/Group"].get("/S")) == "/Transparency":
            self._content.drawing |= "/CS" in thing["/Group"] and bool(thing["/Group"].get("/K"))
        inner = _matrix(thing["/Matrix"]) if "/Matrix" in thing else _IDENTITY
        own = thing.get("/Resources", resources)
        self.run(_joined([thing]), own, _times(inner, matrix), depth + 1)


def _matrix(values: Any) -> Matrix:
    a, b, c, d, e, f = (float(value) for value in values)
    return a, b, c, d, e, f


def _times(first: Matrix, then: Matrix) -> Matrix:
    """Return the matrix that does ``first`` and ``then`` the other."""
    a, b, c, d, e, f = first
    k, m, n, p, q, r = then
    return (
        a * k + b * n,
        a * m + b * p,
        c * k + d * n,
        c * m + d * p,
        e * k + f * n + q,
        e * m + f * p + r,
    )


def _holds(outer: tuple[float, ...], inner: tuple[float, ...]) -> bool:
    slack = 1.0
    return (
        outer[0] <= inner[0] + slack
        and outer[1] <= inner[1] + slack
        and outer[2] >= inner[2] - slack
        and outer[3] >= inner[3] - slack
    )
