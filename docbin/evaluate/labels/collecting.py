"""Labels of a page are collected here: what is odd about one is decided once, for all formats.

* A number that is missing or is none, fewer than three different corners, no area, more than 2048
  corners: there is no label, and the line is reported.
* An outline that crosses or touches itself: a label nobody cares for, so that training does not
  take the text below for background; reported. (Scoring drops it, as the contests do.)
* The outline of an earlier label, from any corner, either way round: left out and reported.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from docbin.errors import InputError
from docbin.evaluate.labels.label import Label, PageLabels, Problem
from docbin.ops.polygon import area, is_simple, ring
from docbin.regions import Polygon, TextRegion, as_polygon

# The test for crossings takes memory with the square of it.
MOST_CORNERS = 2048


class Collector:
    """Takes the labels of one page one by one; `done` returns them.

    Parameters
    ----------
    name
        Name of the page.
    file
        Where its labels stand.
    """

    def __init__(self, name: str, file: Path) -> None:
        self._name, self._file = name, file
        self._labels: list[Label] = []
        self._problems: list[Problem] = []
        self._seen: dict[bytes, int | None] = {}

    def refuse(self, line: int | None, reason: str) -> None:
        """Report something that gives no label."""
        self._problems.append(Problem(self._file, line, reason, left_out=True))

    def remark(self, line: int | None, reason: str) -> None:
        """Report something about a label that there is."""
        self._problems.append(Problem(self._file, line, reason, left_out=False))

    def add(
        self,
        points: Sequence[Sequence[float]],
        *,
        line: int | None,
        text: str | None = None,
        care: bool = True,
        kind: str = "text",
        language: str | None = None,
        score: float | None = None,
        what: str = "the region",
    ) -> None:
        """Take a label, or report why not; ``what`` names it in formats without lines."""
        if len(points) > MOST_CORNERS:
            self.refuse(line, f"{what} has {len(points)} corners; {MOST_CORNERS} are the most")
            return
        try:
            region = TextRegion(as_polygon(points), score, kind)
        except InputError as error:
            self.refuse(line, f"{what}: {error}")
            return
        corners = ring(region.polygon)
        if len(corners) < 3:
            self.refuse(line, f"{what} has fewer than three different corners")
            return
        if not is_simple(corners):
            # A bow tie has a net area of none, a line has none at all.
            if area(corners) == 0 and _is_flat(corners):
                self.refuse(line, f"{what} has no area")
                return
            self.remark(line, f"{what} crosses itself; taken as don't-care")
            care = False
        if (key := _outline(corners) + kind.encode()) in self._seen:
            first = self._seen[key]
            where = "an earlier one" if first is None else f"that of line {first}"
            self.refuse(line, f"{what} is the same as {where}")
            return
        self._seen[key] = line
        self._labels.append(Label(region, text, care, language, line))

    def done(self) -> PageLabels:
        """Return what was collected."""
        return PageLabels(self._name, self._file, tuple(self._labels), tuple(self._problems))


def _is_flat(corners: Polygon) -> bool:
    """Say whether all corners lie on one line."""
    (x, y), rest = corners[1] - corners[0], corners[2:] - corners[0]
    return bool((x * rest[:, 1] == y * rest[:, 0]).all())


def _outline(corners: Polygon) -> bytes:
    """Return the same bytes for the same outline, from whichever corner and way it is told."""
    tellings = []
    for way in (corners, corners[::-1]):
        start = min(range(len(way)), key=lambda index: tuple(way[index]))
        tellings.append(way[start:].tolist() + way[:start].tolist())
    best = min(tellings)
    return repr(best).encode()
