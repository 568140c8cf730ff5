"""Layouts: where the text of a page stands. Each draws coverage on a canvas."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from docbin.synth.faces import Coverage, Face
from docbin.synth.scripts import LATIN, Script


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a layout draws with.

    Parameters
    ----------
    canvas
        Coverage, uint8 (H, W); drawn on.
    rng
        Source of words and sizes.
    dpi
        Resolution.
    faces
        Text face, and the face of headings.
    script
        What is written.
    points
        The em of body text in points.
    inset
        The white around the text in inches; a tenth of a small page.
    lead
        Factor of the distance between lines.
    """

    canvas: Coverage
    rng: np.random.Generator
    dpi: float
    faces: tuple[Face, Face]
    script: Script = LATIN
    points: float = 11
    inset: float = 0.75
    lead: float = 1

    @property
    def size(self) -> float:
        """The em of body text in pixels."""
        return self.points * self.dpi / 72

    @property
    def margin(self) -> float:
        """The white around the text."""
        return float(min(self.inset * self.dpi, 0.1 * min(self.canvas.shape)))

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom of the text."""
        height, width = self.canvas.shape
        return self.margin, self.margin, width - self.margin, height - self.margin

    def words(self) -> Iterator[str]:
        """Yield words without end."""
        return self.script.words(self.rng)

    def phrase(self, count: int) -> str:
        """Return some words without marks."""
        words = self.words()
        marks = "".join(self.script.marks)
        return " ".join(next(words).strip(marks) for _ in range(count))

    def text(
        self, place: tuple[float, float], text: str, size: float = 1, *, face: int = 0
    ) -> None:
        """Draw text at x and baseline; ``size`` counts ems of body text."""
        self.faces[face].draw(self.canvas, place, text, size * self.size)

    def block(self, box: tuple[float, float, float, float], lead: float = 1.5) -> float:
        """Fill a box with lines and return the baseline below the last."""
        left, top, right, bottom = box
        words = self.words()
        word = next(words)
        y = top + self.size
        while y + 0.3 * self.size <= bottom:
            line = word
            word = next(words)
            while left + self.faces[0].length(f"{line} {word}", self.size) <= right:
                line = f"{line} {word}"
                word = next(words)
            length = self.faces[0].length(line, self.size)
            if left + length <= right:
                self.text((right - length if self.script.leftward else left, y), line)
            y += lead * self.lead * self.size
        return y

    def title(self, place: tuple[float, float], size: float) -> None:
        """Draw a heading of two words, of one where the page is narrow."""
        text, room = self.phrase(2).title(), self.box[2] - place[0]
        if self.faces[1].length(text, size * self.size) > room:
            text = text.partition(" ")[0]
        self.text(place, text, size, face=1)

    def rule(self, x0: int, y0: int, x1: int, y1: int) -> None:
        """Fill a rectangle with ink."""
        self.canvas[max(0, y0) : y1, max(0, x0) : x1] = 255


def book(sheet: Sheet) -> None:
    """Draw a heading, paragraphs and a page number."""
    left, top, right, bottom = sheet.box
    sheet.title((left, top + 1.5 * sheet.size), 1.7)
    y = top + 2.5 * sheet.size
    while y < bottom - 5 * sheet.size:
        lines = 3 + int(sheet.rng.integers(0, 8))
        end = min(bottom - 2 * sheet.size, y + lines * 1.5 * sheet.size)
        y = sheet.block((left, y, right, end)) + 0.2 * sheet.size
    number = str(int(sheet.rng.integers(1, 500)))
    sheet.text(((left + right) / 2, bottom), number)


def letter(sheet: Sheet) -> None:
    """Draw a date, a salutation, the body and a signature."""
    left, top, right, bottom = sheet.box
    date = f"{sheet.phrase(1).title()}, {int(sheet.rng.integers(1, 31))} May 18{_two(sheet)}"
    start = max(left, right - sheet.faces[0].length(date, sheet.size))
    sheet.text((start, top + sheet.size), date)
    sheet.text((left, top + 4 * sheet.size), f"Dear {sheet.phrase(1).title()},")
    end = sheet.block((left, top + 5 * sheet.size, right, bottom - 4 * sheet.size), 1.9)
    sheet.text(((left + right) / 2, end + 1.2 * sheet.size), sheet.phrase(2).title(), 1.6)


def table(sheet: Sheet) -> None:
    """Draw a ruled table of names and numbers; its rules are ink."""
    left, top, right, bottom = (int(side) for side in sheet.box)
    row, thick = int(2.2 * sheet.size), max(1, round(sheet.dpi / 100))
    count = max(2, int((right - left) / (7 * sheet.size)))
    stops = [left + (right - left) * column // count for column in range(count + 1)]
    rows = max(1, (bottom - top) // row)
    for line in range(rows + 1):
        sheet.rule(left, top + line * row, right + thick, top + line * row + thick)
    for x in stops:
        sheet.rule(x, top, x + thick, top + rows * row)
    for line in range(rows):
        for column, x in enumerate(stops[:-1]):
            number = f"{int(sheet.rng.integers(1, 1000))}.{_two(sheet)}"
            cell = sheet.phrase(1) if line == 0 or column == 0 else number
            while cell and sheet.faces[0].length(cell, sheet.size) > stops[1] - left - sheet.size:
                cell = cell[:-1]
            place = (x + 0.5 * sheet.size, top + (line + 0.72) * row)
            sheet.text(place, cell, face=int(line == 0))


def columns(sheet: Sheet) -> None:
    """Draw a heading over two columns with a rule between them."""
    left, top, right, bottom = sheet.box
    sheet.title((left, top + 2 * sheet.size), 2.2)
    middle, gap = (left + right) / 2, sheet.size
    head = top + 3.5 * sheet.size
    sheet.block((left, head, middle - gap, bottom))
    sheet.block((middle + gap, head, right, bottom))
    thick = max(1, round(sheet.dpi / 150))
    sheet.rule(int(middle), int(head), int(middle) + thick, int(bottom))


def initials(sheet: Sheet) -> None:
    """Draw paragraphs that start with an initial four lines high."""
    left, top, right, bottom = sheet.box
    y, line = top, 1.5 * sheet.size
    while y + 8 * line < bottom or y == top:
        big = 4.2
        first = sheet.phrase(1)[0].upper()
        sheet.text((left, y + sheet.size + 3 * line), first, big * 1.4, face=1)
        inset = left + sheet.faces[1].length(first, big * 1.4 * sheet.size) + 0.6 * sheet.size
        sheet.block((inset, y, right, min(bottom, y + 4 * line)))
        lines = 3 + int(sheet.rng.integers(0, 6))
        y = sheet.block((left, y + 4 * line, right, min(bottom, y + (4 + lines) * line))) + line / 2
    sheet.block((left, y, right, bottom))


def _two(sheet: Sheet) -> str:
    return f"{int(sheet.rng.integers(0, 100)):02}"


def upright(sheet: Sheet) -> None:
    """Draw columns that run down, the first at the right, some with white at their foot."""
    left, top, right, bottom = sheet.box
    step, column = 1.08 * sheet.size, 1.7 * sheet.size
    x = right - sheet.size
    words = sheet.words()
    while x >= left or x == right - sheet.size:
        y, end = top + sheet.size, bottom - step * int(sheet.rng.integers(0, 4))
        text = ""
        while y <= end:
            text = text or next(words)
            sheet.text((x, y), text[0])
            y += step
            text = text[1:]
        x -= column


def note(sheet: Sheet) -> None:
    """Draw a few lines, unevenly indented, some underlined, with wide gaps: a quick note."""
    left, top, right, bottom = sheet.box
    y = top + sheet.size
    thick = max(1, round(sheet.size / 18))
    while y < bottom or y == top + sheet.size:
        text = sheet.phrase(1 + int(sheet.rng.integers(0, 4)))
        length = sheet.faces[0].length(text, sheet.size)
        x = left + float(sheet.rng.random()) * max(0.0, right - left - length)
        sheet.text((x, y), text)
        if sheet.rng.integers(0, 5) == 0:
            under = int(y + 0.25 * sheet.size)
            sheet.rule(int(x), under, int(x + length), under + thick)
        y += sheet.lead * sheet.size * (1.3 + 1.5 * float(sheet.rng.random()))


# Name -> what draws it, and the names of the faces of text and headings.
LAYOUTS: dict[str, tuple[Callable[[Sheet], None], tuple[str, str]]] = {
    "page": (book, ("book", "bold")),
    "letter": (letter, ("hand", "hand")),
    "table": (table, ("plain", "bold")),
    "columns": (columns, ("book", "bold")),
    "initials": (initials, ("book", "bold")),
    "upright": (upright, ("plain", "bold")),
    "note": (note, ("hand", "hand")),
}
