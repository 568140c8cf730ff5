"""Faces: what turns text into coverage, uint8 (H, W), 0 blank, 255 ink.

`Pen` writes with the strokes of `docbin.synth.glyphs` and needs nothing but numpy; `TrueType`
sets any font file that Pillow opens. Pixels of a `Pen` are the same on every machine; those of
a font file also depend on the version of FreeType.
"""

from __future__ import annotations

import functools
import itertools
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from docbin.dependencies import load
from docbin.errors import InputError
from docbin.synth import glyphs

Coverage = npt.NDArray[np.uint8]


class Face(Protocol):
    """A way to set text."""

    def length(self, text: str, size: float) -> float:
        """Return how wide ``text`` is at ``size`` pixels of the em."""
        ...

    def draw(self, canvas: Coverage, place: tuple[float, float], text: str, size: float) -> None:
        """Add ``text`` to ``canvas``; ``place`` is x and the baseline's y, in pixels."""
        ...


@dataclass(frozen=True, slots=True)
class Pen:
    """Writes with strokes.

    Parameters
    ----------
    breadth, thinness
        Width of upright and of level strokes, in units of the table (capitals are 16 high).
    slant
        Shift to the right for each unit up.
    serif
        Half the length of serifs, in units; 0 for none.
    shake
        Greatest shift of a letter, in units, as of a hand; it depends on the letter's place alone.
    """

    breadth: float = 2.6
    thinness: float = 1.6
    slant: float = 0.0
    serif: float = 0.0
    shake: float = 0.0

    def length(self, text: str, size: float) -> float:
        """Return how wide ``text`` is."""
        return sum(map(glyphs.width, text)) * _unit(size)

    def draw(self, canvas: Coverage, place: tuple[float, float], text: str, size: float) -> None:
        """Add ``text`` to ``canvas``."""
        unit = _unit(size)
        x, baseline = place
        for index, letter in enumerate(text):
            if letter != " ":
                lift = self.shake * ((index * 7 + ord(letter) * 5 + int(x)) % 11 - 5) / 5
                quarter = int(4 * x)
                tile, left, top = _letter(self, letter, unit, quarter % 4)
                _place(canvas, tile, quarter // 4 + left, int(baseline - lift * unit) + top)
            x += glyphs.width(letter) * unit


@functools.lru_cache(maxsize=2048)
def _letter(pen: Pen, letter: str, unit: float, phase: int) -> tuple[Coverage, int, int]:
    """Return a letter drawn ``phase`` quarters of a pixel to the right, and its left and top."""
    nib = (max(0.6, pen.breadth * unit / 2), max(0.5, pen.thinness * unit / 2))
    chains = list(glyphs.strokes(letter))
    if pen.serif:
        chains += [((x - pen.serif, y), (x + pen.serif, y)) for x, y in glyphs.stems(letter)]
    left = int((pen.serif + pen.slant * glyphs.BASELINE) * unit + nib[0]) + 3
    top = int((glyphs.CAPITAL + 2) * unit + nib[1]) + 3
    right = int((glyphs.width(letter) + pen.serif + pen.slant * glyphs.CAPITAL) * unit + nib[0])
    tile = np.zeros((top + int(glyphs.BASELINE * unit + nib[1]) + 4, left + right + 4), np.uint8)
    for chain in chains:
        points = [
            (
                left + phase / 4 + (x + pen.slant * (y - glyphs.BASELINE)) * unit,
                top - (y - glyphs.BASELINE) * unit,
            )
            for x, y in chain
        ]
        stroke(tile, points, nib)
    tile.flags.writeable = False
    return tile, -left, -top


def stroke(canvas: Coverage, points: list[tuple[float, float]], nib: tuple[float, float]) -> None:
    """Draw a chain of straight pieces with an elliptic nib of half axes ``nib``, in pixels.

    A pixel's distance d to the piece is measured in nibs; its coverage is
    255 (1/2 + (1 − d) min(nib)), cut to 0 … 255, so it is at least one half just where its centre
    is under the nib. Only sums, products, quotients and roots: the same on every machine.
    """
    sharp = min(nib)
    for (x0, y0), (x1, y1) in itertools.pairwise(points):
        left, right = int(min(x0, x1) - nib[0] - 2), int(max(x0, x1) + nib[0] + 3)
        top, bottom = int(min(y0, y1) - nib[1] - 2), int(max(y0, y1) + nib[1] + 3)
        rows, columns = slice(max(0, top), max(0, bottom)), slice(max(0, left), max(0, right))
        target = canvas[rows, columns]
        if target.size == 0:
            continue
        x = (np.arange(columns.start, columns.start + target.shape[1]) + 0.5 - x0) / nib[0]
        y = ((np.arange(rows.start, rows.start + target.shape[0]) + 0.5 - y0) / nib[1])[:, None]
        along, down = (x1 - x0) / nib[0], (y1 - y0) / nib[1]
        square = along * along + down * down
        t = np.clip((x * along + y * down) / square, 0, 1) if square else np.zeros_like(x + y)
        dx, dy = x - t * along, y - t * down
        reach = 0.5 + (1 - np.sqrt(dx * dx + dy * dy)) * sharp
        covered = np.rint(np.clip(reach, 0, 1) * 255).astype(np.uint8)
        np.maximum(target, covered, out=target)


@dataclass(frozen=True, slots=True)
class TrueType:
    """Sets a font file.

    Parameters
    ----------
    path
        A TrueType or OpenType file.
    """

    path: str

    def length(self, text: str, size: float) -> float:
        """Return how wide ``text`` is."""
        return float(self._font(size).getlength(text))

    def draw(self, canvas: Coverage, place: tuple[float, float], text: str, size: float) -> None:
        """Add ``text`` to ``canvas``."""
        picture = load("PIL.Image", purpose="setting text in a font")
        drawing = load("PIL.ImageDraw", purpose="setting text in a font")
        font = self._font(size)
        left, top, right, bottom = font.getbbox(text, anchor="ls")
        if right <= left or bottom <= top:
            return
        tile = picture.new("L", (int(right - left) + 2, int(bottom - top) + 2))
        drawing.Draw(tile).text((1 - left, 1 - top), text, fill=255, font=font, anchor="ls")
        _place(canvas, np.asarray(tile), int(place[0] + left) - 1, int(place[1] + top) - 1)

    def _font(self, size: float) -> Any:
        return _true_type(self.path, max(4, round(size)))


@functools.lru_cache(maxsize=32)
def _true_type(path: str, size: int) -> Any:
    fonts = load("PIL.ImageFont", purpose="setting text in a font")
    try:
        return fonts.truetype(path, size)
    except OSError as error:
        raise InputError(f"'{path}' cannot be used as a font: {error}") from error


def _place(canvas: Coverage, tile: Coverage, left: int, top: int) -> None:
    """Lay ``tile`` on ``canvas``, cut at the borders."""
    rows = slice(max(0, top), max(0, min(canvas.shape[0], top + tile.shape[0])))
    columns = slice(max(0, left), max(0, min(canvas.shape[1], left + tile.shape[1])))
    part = tile[rows.start - top : rows.stop - top, columns.start - left : columns.stop - left]
    target = canvas[rows, columns]
    if part.shape == target.shape:
        np.maximum(target, part, out=target)


def _unit(size: float) -> float:
    """Return a unit of the table in pixels: capitals are 0.7 of the em."""
    return 0.7 * size / (glyphs.CAPITAL - glyphs.BASELINE)


# Faces without a file, by name.
FACES: dict[str, Face] = {
    "book": Pen(2.6, 1.4, serif=2.0),
    "plain": Pen(2.2, 2.0),
    "bold": Pen(4.0, 2.2, serif=2.4),
    "hand": Pen(1.8, 1.3, slant=0.3, shake=0.8),
}


def face(name: str | os.PathLike[str]) -> Face:
    """Return one of `FACES` by name, else the font file at this path."""
    text = os.fspath(name)
    return FACES.get(text) or TrueType(text)


def font_files(*folders: str | Path) -> Iterator[Path]:
    """Yield the font files (.ttf, .otf, .ttc) in folders, sorted; none given: the system's."""
    places = folders or ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts")
    for place in places:
        found = Path(place).expanduser().rglob("*")
        yield from sorted(path for path in found if path.suffix.lower() in (".ttf", ".otf", ".ttc"))


@functools.cache
def system_fonts() -> tuple[Path, ...]:
    """Return the font files of the system, looked for once."""
    return tuple(font_files())
