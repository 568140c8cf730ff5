"""What a seal prints: a frame of some shape, and characters cut in a brush font.

Coverage is uint8 (H, W), 0 bare, 255 paste. A shape is a gauge: a function of x and y, both from
-1 to 1, that is below 1 inside and 1 at the border.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from docbin.dependencies import load
from docbin.synth.faces import Coverage, Face, TrueType
from docbin.synth.fields import Field, to_bytes
from docbin.synth.scripts import KANJI, one

Gauge = Callable[[Field, Field], Field]

# Width of the narrow shapes, as a share of their height.
_NARROW = 0.62


def _square(x: Field, y: Field) -> Field:
    return np.maximum(abs(x), abs(y))


def _circle(x: Field, y: Field) -> Field:
    return np.asarray(np.sqrt(x * x + y * y))


def _tall(x: Field, y: Field) -> Field:
    return _square(x / _NARROW, y)


def _rounded(x: Field, y: Field) -> Field:
    fourth = (x * x) * (x * x) + (y * y) * (y * y)
    return np.asarray(np.sqrt(np.sqrt(fourth)))


def _ellipse(x: Field, y: Field) -> Field:
    return _circle(x / _NARROW, y)


def _octagon(x: Field, y: Field) -> Field:
    return np.maximum(_square(x, y), (abs(x) + abs(y)) / 1.4)


def _gourd(x: Field, y: Field) -> Field:
    return np.minimum(_circle(x, y + 0.52) / 0.48, _circle(x, y - 0.34) / 0.66)


# Name -> gauge, rings of the frame, half sides of the box in which characters stand, its middle.
SHAPES: dict[str, tuple[Gauge, int, tuple[float, float], float]] = {
    "square": (_square, 1, (0.98, 0.98), 0.0),
    "circle": (_circle, 1, (0.70, 0.70), 0.0),
    "tall": (_tall, 1, (0.60, 0.98), 0.0),
    "rounded": (_rounded, 1, (0.84, 0.84), 0.0),
    "ellipse": (_ellipse, 1, (0.43, 0.72), 0.0),
    "octagon": (_octagon, 1, (0.80, 0.80), 0.0),
    "gourd": (_gourd, 1, (0.46, 0.46), 0.34),
    "double": (_circle, 2, (0.70, 0.70), 0.0),
}
# Characters of a seal: columns, rows.
_GRIDS = ((1, 1), (1, 2), (2, 2), (2, 2), (2, 3), (3, 3))
_NARROW_GRIDS = ((1, 1), (1, 2), (1, 3), (1, 4), (2, 4))


def stamp(
    rng: np.random.Generator, shape: str, face: Face, side: int, *, frame: float, white: bool
) -> Coverage:
    """Return what a clean print of a seal covers, uint8 (side, side).

    Parameters
    ----------
    rng
        Chooses characters and how they stand.
    shape
        A key of `SHAPES`.
    face
        In which the characters are cut.
    side
        Longer side in pixels.
    frame
        Width of the frame, as a share of half the side.
    white
        Whether the characters are cut out of an area of paste rather than printed.
    """
    gauge, rings, (half_width, half_height), middle = SHAPES[shape]
    place = (np.arange(side) + 0.5) * 2 / side - 1
    level = gauge(place[None, :] + 0 * place[:, None], place[:, None] + 0 * place[None, :])
    sharp = side / 2
    inside = np.clip(0.5 + (1 - level) * sharp, 0, 1)
    inner = 1 - frame * (2.2 * rings - 1.2)
    room = 0.5 * (1 + inner) if white else inner - 0.5 * frame
    text = _characters(
        rng,
        face,
        (side, side),
        (half_width * room, half_height * room, middle * room),
        narrow=half_width < 0.75 * half_height,
    )
    if white:
        return to_bytes(255 * inside * (1 - text))
    lines = np.zeros_like(level)
    for ring in range(rings):
        outer = 1 - 2.2 * ring * frame
        cut = np.clip(0.5 + (outer - level) * sharp, 0, 1)
        hole = np.clip(0.5 + (outer - frame - level) * sharp, 0, 1)
        lines = np.maximum(lines, cut - hole)
    return to_bytes(255 * np.maximum(lines, text))


def _characters(
    rng: np.random.Generator,
    face: Face,
    size: tuple[int, int],
    box: tuple[float, float, float],
    *,
    narrow: bool,
) -> Field:
    """Return characters that fill their cells of the box, 0 to 1."""
    grids = _NARROW_GRIDS if narrow else _GRIDS
    columns, rows = grids[int(rng.integers(0, len(grids)))]
    half_width, half_height, middle = box
    result = np.zeros(size)
    half = size[0] / 2
    for column in range(columns):
        for row in range(rows):
            left = half * (1 - half_width + 2 * half_width * column / columns)
            top = half * (1 + middle - half_height + 2 * half_height * row / rows)
            wide, high = half * 2 * half_width / columns, half * 2 * half_height / rows
            tile = _filling(rng, face, max(4, int(0.88 * wide)), max(4, int(0.88 * high)))
            y, x = int(top + 0.06 * high), int(left + 0.06 * wide)
            target = result[y : y + tile.shape[0], x : x + tile.shape[1]]
            np.maximum(target, tile[: target.shape[0], : target.shape[1]] / 255.0, out=target)
    return result


def _filling(rng: np.random.Generator, face: Face, width: int, height: int) -> Coverage:
    """Return a character stretched to width and height, uint8; all 0 if the face has none."""
    letters = KANJI if isinstance(face, TrueType) else "ABCDEFGHKLMNPRSTVXZ"
    size = 2.0 * max(width, height)
    canvas = np.zeros((int(2.2 * size), int(2.2 * size)), np.uint8)
    for _ in range(8):
        face.draw(canvas, (0.4 * size, 1.5 * size), one(rng, letters), size)
        rows, columns = (np.flatnonzero(canvas.any(axis=axis)) for axis in (1, 0))
        if rows.size:
            break
    else:
        return np.zeros((height, width), np.uint8)
    drawn = canvas[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    picture: Any = load("PIL.Image", purpose="cutting seals")
    return np.asarray(picture.fromarray(drawn).resize((width, height), picture.Resampling.BOX))
