"""Lines of text set flat: what letters cover, and the box of every word."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from docbin.synth.faces import Coverage, Face

# Left, top, right, bottom in pixels.
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, eq=False)
class FlatWord:
    """A word, the number of its line, and its box."""

    text: str
    line: int
    box: Box


@dataclass(frozen=True, slots=True, eq=False)
class Lettering:
    """Text set flat.

    Parameters
    ----------
    cover
        uint8 (H, W), 255 where a letter covers the pixel.
    words
        In reading order.
    em
        Size of the letters in pixels.
    upright
        Whether lines run down.
    """

    cover: Coverage
    words: tuple[FlatWord, ...]
    em: float
    upright: bool


def lettered(
    lines: list[list[str]],
    face: Face,
    em: float,
    *,
    lead: float,
    tracking: float = 0.0,
    upright: bool = False,
    leftward: bool = False,
    align: float = 0.0,
) -> Lettering | None:
    """Set lines of words.

    Parameters
    ----------
    lines
        Words of each line.
    face, em
        In which and how large.
    lead
        From line to line, in ems.
    tracking
        Extra white after each letter, in ems.
    upright, leftward
        Lines run down, from right to left; words run from right to left.
    align
        0 left, 0.5 middle, 1 right.

    Returns
    -------
    Lettering or None
        None where the face shows none of it.
    """
    rows = []
    for words in lines:
        shown = ((word, _tile(word, face, em, tracking, upright=upright)) for word in words)
        tiles = [(word, tile) for word, tile in shown if tile is not None]
        if tiles:
            rows.append(tiles[::-1] if leftward else tiles)
    if not rows:
        return None
    placed = (_columns if upright else _rows)(rows, em, lead, align)
    pad = 0.35 * em
    left, top = (min(box[i] for *_, box in placed) - pad for i in (0, 1))
    right, bottom = (max(box[i] for *_, box in placed) + pad for i in (2, 3))
    cover = np.zeros((int(bottom - top) + 2, int(right - left) + 2), np.uint8)
    found = []
    for text, line, letters, box in placed:
        x, y = int(box[0] - left), int(box[1] - top)
        target = cover[y : y + letters.shape[0], x : x + letters.shape[1]]
        np.maximum(target, letters[: target.shape[0], : target.shape[1]], out=target)
        found.append(FlatWord(text, line, (x, y, x + letters.shape[1], y + letters.shape[0])))
    if leftward:
        found.sort(key=lambda word: (word.line, -word.box[0]))
    return Lettering(cover, tuple(found), em, upright)


# A word's tile and where its origin is: first column and row against the line's own.
_Tile = tuple[Coverage, int]
_Placed = list[tuple[str, int, Coverage, Box]]


def _tile(word: str, face: Face, em: float, tracking: float, *, upright: bool) -> _Tile | None:
    """Return a word's coverage without white around it, and how far its top is from the line's."""
    if upright:
        canvas = _stacked(word, face, em, tracking)
    else:
        room = int(face.length(word, em) + len(word) * tracking * em + 2 * em)
        canvas = np.zeros((int(2.6 * em) + 2, room), np.uint8)
        x = 0.6 * em
        for piece in list(word) if tracking else [word]:
            face.draw(canvas, (x, 1.6 * em), piece, em)
            x += face.length(piece, em) + tracking * em
    rows, columns = (np.flatnonzero(canvas.max(axis=axis) > 96) for axis in (1, 0))
    if not rows.size:
        return None
    tile = canvas[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return tile, int(rows[0])


def _stacked(word: str, face: Face, em: float, tracking: float) -> Coverage:
    """Return the letters of a word one below the other."""
    step = (1.05 + tracking) * em
    canvas = np.zeros((int(len(word) * step + 1.5 * em), int(2.2 * em)), np.uint8)
    for index, letter in enumerate(word):
        x = 1.1 * em - face.length(letter, em) / 2
        face.draw(canvas, (x, em + index * step), letter, em)
    return canvas


def _rows(rows: list[list[tuple[str, _Tile]]], em: float, lead: float, align: float) -> _Placed:
    blank = 0.33 * em
    widths = [sum(tile.shape[1] + blank for _, (tile, _) in row) - blank for row in rows]
    placed: _Placed = []
    for line, (row, width) in enumerate(zip(rows, widths, strict=True)):
        x = align * (max(widths) - width)
        for text, (tile, top) in row:
            y = line * lead * em + top
            placed.append((text, line, tile, (x, y, x + tile.shape[1], y + tile.shape[0])))
            x += tile.shape[1] + blank
    return placed


def _columns(rows: list[list[tuple[str, _Tile]]], em: float, lead: float, _: float) -> _Placed:
    placed: _Placed = []
    for line, row in enumerate(rows):
        y = 0.0
        for text, (tile, _top) in row:
            x = -line * lead * em - tile.shape[1] / 2
            placed.append((text, line, tile, (x, y, x + tile.shape[1], y + tile.shape[0])))
            y += tile.shape[0] + 0.5 * em
    return placed
