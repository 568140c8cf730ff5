"""Black around a page in its picture, to be left out of what is measured on the page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from docbin import kernels
from docbin.image import Gray, Mask
from docbin.ops.border import (
    ALL_SIDES,
    DARKEST_SHARE,
    MOST,
    Sides,
    solid_from_edges,
    tone_of_border,
)

Places = npt.NDArray[np.intp]

# About so many pixels are looked at.
_SAMPLES = 1 << 15
# Pictures of fewer pixels across are clips of a page: what is dark at their edges is text.
_LEAST_SIDE = 64
# Black takes at least this share of an edge, and a square of so many samples fits into it.
_LEAST_RUN = 1 / 8
_SOLID = 3
# By how many samples it is widened, for soft edges and what a codec makes of them.
_RIM = 2


class DarkEdges(NamedTuple):
    """Where a picture shows what is around the page, in cells.

    Parameters
    ----------
    cells
        bool (M, N), True is around the page.
    rows, columns
        Where the cells begin, and where the last ones end: (M + 1,) and (N + 1,).
    """

    cells: Mask
    rows: Places
    columns: Places

    def mask(self, rows: slice, columns: slice) -> Mask:
        """Return which pixels of a part of the picture are around the page, bool."""
        down, across = (
            np.searchsorted(bounds, np.arange(part.start, part.stop), "right") - 1
            for bounds, part in ((self.rows, rows), (self.columns, columns))
        )
        found: Mask = self.cells[down][:, across]
        return found

    def boxes(self) -> npt.NDArray[np.int32]:
        """Return rectangles that together are what is around the page, none over another.

        int32 (N, 4): top, left, bottom, right, the last two exclusive.
        """
        changed = np.flatnonzero((self.cells[1:] != self.cells[:-1]).any(axis=1)) + 1
        bounds = np.concatenate([[0], changed, [len(self.cells)]])
        which, start, stop = _runs(self.cells[bounds[:-1]])
        tops, bottoms = self.rows[bounds[which]], self.rows[bounds[which + 1]]
        sides = tops, self.columns[start], bottoms, self.columns[stop]
        return np.stack(sides, axis=1).astype(np.int32)

    def rectangles(self) -> Iterator[tuple[slice, slice]]:
        """Yield rows and columns of `boxes`."""
        for top, left, bottom, right in self.boxes().tolist():
            yield slice(top, bottom), slice(left, right)


def dark_edges(gray: Gray, tone: int | None = None, sides: Sides = ALL_SIDES) -> DarkEdges | None:
    """Return where black surrounds a page: a scanner's border, a table, what a torn corner shows.

    It takes at least an eighth of an edge of the picture, is at most 0.4 times as light as the
    paper, and hangs together by more than strokes of letters. It is looked for on a grid of about
    32 000 pixels, and widened by one and a half to two and a half steps of the grid. None: there is
    none, or hardly anything else.

    Parameters
    ----------
    gray
        uint8 (H, W), a page or a band of it.
    tone
        Lightest tone of the black (`docbin.ops.border.tone_of_border`); None: as the page has it.
    sides
        Which edges of the picture are edges of the page: top, bottom, left, right.

    Examples
    --------
    >>> page = np.full((240, 120), 220, np.uint8)
    >>> dark_edges(page) is None
    True
    >>> page[:, :20] = 10  # a border
    >>> page[100:102, 15:90] = 30  # a rule that touches it
    >>> found = dark_edges(page).mask(slice(0, 240), slice(0, 120))
    >>> found.sum(axis=1)[[0, 101, 239]].tolist()
    [22, 22, 22]
    """
    if min(gray.shape) < _LEAST_SIDE:
        return None
    step = max(1, round((gray.size / _SAMPLES) ** 0.5))
    rows, columns = (places(length, step) for length in gray.shape)
    # Paper is nowhere lighter than 255: most pages end here.
    highest = int(DARKEST_SHARE * 255) if tone is None else tone
    lines = (gray[0, columns], gray[-1, columns], gray[rows, 0], gray[rows, -1])
    if not _touched([line <= highest for line in lines], sides):
        return None
    return among(gray[rows][:, columns], rows, columns, tone, sides)


def places(length: int, step: int) -> Places:
    """Return where pixels are looked at: every ``step``, from its half on, and both ends."""
    inner = np.arange(step // 2 or step, length - 1, step)
    where: Places = np.concatenate([[0], inner, [length - 1]])
    return where[: min(length, len(where))]


def among(
    samples: Gray,
    rows: Places,
    columns: Places,
    tone: int | None = None,
    sides: Sides = ALL_SIDES,
) -> DarkEdges | None:
    """Return what `dark_edges` does, from the pixels at some rows and columns of a page.

    Parameters
    ----------
    samples
        uint8 (M, N).
    rows, columns
        Places of the samples, (M,) and (N,), from the first row or column to the last.
    tone, sides
        See `dark_edges`.
    """
    dark = samples <= (tone_of_border(samples) if tone is None else tone)
    if not _touched([dark[0], dark[-1], dark[:, 0], dark[:, -1]], sides):
        return None
    found = solid_from_edges(dark, _SOLID, sides)
    # A band of a page whose tone is known may lie in the black altogether.
    black = np.count_nonzero(found)
    if black == 0 or (tone is None and black > MOST * found.size):
        return None
    cells = kernels.local_maximum(found.view(np.uint8), 2 * _RIM + 1, 1).view(np.bool_)
    if tone is None and cells.all():
        return None
    return DarkEdges(cells, _bounds(rows), _bounds(columns))


class Watched:
    """Bands of a page on their way to elsewhere, and what is around the page.

    Parameters
    ----------
    bands
        Gray uint8 (n, W) bands of the page, from the top.

    Examples
    --------
    >>> page = np.full((240, 120), 220, np.uint8)
    >>> page[:, :20] = 10
    >>> watched = Watched([page[:100], page[100:]])
    >>> [band.shape for band in watched]
    [(100, 120), (140, 120)]
    >>> around, tone = watched.around()
    >>> around.mask(slice(100, 240), slice(0, 120)).sum(axis=1)[[0, 139]].tolist(), tone
    ([22, 22], 10)
    """

    def __init__(self, bands: Iterable[Gray]) -> None:
        self._bands = bands
        self._rows: list[int] = []
        self._lines: list[Gray] = []
        self._columns: Places = np.zeros(0, np.intp)

    def __iter__(self) -> Iterator[Gray]:
        """Yield the bands."""
        top = 0
        last: Gray | None = None
        for band in self._bands:
            step = max(1, round(band.shape[1] / _SAMPLES**0.5))
            self._columns = places(band.shape[1], step)
            for y in range(top, top + len(band)):
                if y == 0 or y % step == step // 2:
                    self._rows.append(y)
                    self._lines.append(band[y - top, self._columns])
            top += len(band)
            last = band[-1, self._columns]
            yield band
        if last is not None and self._rows[-1] < top - 1:
            self._rows.append(top - 1)
            self._lines.append(last)

    def around(self) -> tuple[DarkEdges | None, int]:
        """Return what `dark_edges` finds and the lightest tone of it; without any None and −1.

        All bands must have gone through.
        """
        if min(len(self._columns), len(self._rows)) == 0:
            return None, -1
        rows = np.array(self._rows, np.intp)
        if min(rows[-1], self._columns[-1]) + 1 < _LEAST_SIDE:
            return None, -1
        samples = np.stack(self._lines)
        found = among(samples, rows, self._columns)
        return found, -1 if found is None else tone_of_border(samples)


def _touched(lines: list[Mask], sides: Sides) -> bool:
    """Return whether one of the edges has a run of black that is long enough."""
    for line, side in zip(lines, sides, strict=True):
        if side and line.any():
            _, start, stop = _runs(line[None])
            if (stop - start).max() >= max(_SOLID, _LEAST_RUN * len(line)):
                return True
    return False


def _runs(lines: Mask) -> tuple[Places, Places, Places]:
    """Return row, begin and end of every run of True in the rows of a mask, in their order."""
    framed = np.zeros((lines.shape[0], lines.shape[1] + 2), np.bool_)
    framed[:, 1:-1] = lines
    row, steps = np.nonzero(framed[:, 1:] != framed[:, :-1])
    return row[0::2], steps[0::2], steps[1::2]


def _bounds(where: Places) -> Places:
    """Return the bounds of the cells around places: the middles between them."""
    middles = (where[1:] + where[:-1] + 1) // 2
    return np.concatenate([[0], middles, [where[-1] + 1]]).astype(np.intp)
