"""Pages as woodblocks printed them: columns of running hand in a frame, headings, and drawings.

Characters of a column overlap and hang together by hairlines, as in Kuzushiji; columns have the
same distance, but not the same length. Beside a column small characters may tell how to read it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from docbin.synth.faces import Coverage, Face, stroke
from docbin.synth.fields import Range, drawn

# Left, top, right and bottom in pixels.
Box = tuple[float, float, float, float]

# Share of the pages that have each.
_FRAMED, _RULED, _JOINED, _READINGS, _DRAWING = 0.65, 0.5, 0.7, 0.3, 0.4
# What is less high than so many ems is a dot or a stroke, and no column.
_LEAST_EMS = 0.6


@dataclass(frozen=True, slots=True)
class Block:
    """What is the same on all pages of a book.

    Parameters
    ----------
    face
        The hand.
    columns
        How many there are in a page.
    em
        Size of a character, as a share of the distance between columns.
    step
        Distance of characters in ems.
    joined
        How often a character hangs on the one before; 0 in print.
    framed, ruled, readings
        Whether there are a frame, rules between columns, small characters beside them.
    margin
        White to the left and right, above, and below, as shares of the width or height.
    """

    face: Face
    columns: int
    em: float
    step: float
    joined: float
    framed: bool
    ruled: bool
    readings: bool
    margin: tuple[float, float, float]


class Impression(NamedTuple):
    """A page: coverage uint8 (H, W), and the boxes of its columns."""

    cover: Coverage
    columns: tuple[Box, ...]


def block(rng: np.random.Generator, face: Face) -> Block:
    """Return the looks of a book."""
    return Block(
        face,
        columns=int(rng.integers(6, 14)),
        em=drawn(rng, (0.5, 0.88)),
        step=drawn(rng, (0.78, 1.08)),
        joined=drawn(rng, (0.2, 0.9)) * bool(rng.random() < _JOINED),
        framed=bool(rng.random() < _FRAMED),
        ruled=bool(rng.random() < _RULED),
        readings=bool(rng.random() < _READINGS),
        margin=(drawn(rng, (0.03, 0.09)), drawn(rng, (0.05, 0.2)), drawn(rng, (0.04, 0.12))),
    )


def impression(
    rng: np.random.Generator, shape: tuple[int, int], its: Block, words: Iterator[str]
) -> Impression:
    """Print a page.

    Parameters
    ----------
    rng
        Source of everything that differs between pages.
    shape
        Height and width in pixels.
    its
        The looks of the book.
    words
        What is written.
    """
    canvas = np.zeros(shape, np.uint8)
    height, width = shape
    left, right = its.margin[0] * width, (1 - its.margin[0]) * width
    top, bottom = its.margin[1] * height, (1 - its.margin[2]) * height
    pitch = (right - left) / its.columns
    em = its.em * pitch
    thick = max(1, round(pitch / 16))
    if its.framed:
        _frame(canvas, (left, top, right, bottom), thick)
    drawing = _drawing(rng, canvas, (left, top, right, bottom), pitch)
    found: list[Box] = []
    for index in range(its.columns):
        far = right - (index + 1) * pitch
        if its.framed and its.ruled and index + 1 < its.columns:
            canvas[int(top) : int(bottom), int(far) : int(far) + max(1, thick // 2)] = 255
        x = far + (pitch - em) / 2
        start, end = top + 0.4 * em, bottom - 0.3 * em
        if drawing is not None and drawing[0] < x + em and x < drawing[2]:
            _captions(rng, canvas, its, words, drawing, (x, 0.55 * em), found)
            # The longer of what is left above and below the drawing.
            above, below = (start, drawing[1] - 0.2 * em), (drawing[3] + 0.2 * em, end)
            start, end = max(above, below, key=lambda part: part[1] - part[0])
        if end - start < 2 * em or rng.random() < 0.08:
            continue
        start += em * int(rng.integers(0, 4)) * bool(rng.random() < 0.25)
        if rng.random() < 0.3:
            end = start + drawn(rng, (0.1, 1.0)) * (end - start)
        size = em * (drawn(rng, (1.05, 1.25)) if rng.random() < 0.06 else 1)
        box = column(rng, canvas, its, words, (x, start, end), size)
        if box is not None:
            found.append(box)
            if its.readings:
                _readings(rng, canvas, its, words, box, em)
    return Impression(canvas, tuple(found))


def column(
    rng: np.random.Generator,
    canvas: Coverage,
    its: Block,
    words: Iterator[str],
    place: tuple[float, float, float],
    em: float,
) -> Box | None:
    """Write down from x and y to at most another y; return the box of the ink, None without any."""
    x, start, end = place
    tile = np.zeros((canvas.shape[0], int(3 * em) + 4), np.uint8)
    offset = int(x - em) - 1
    points: list[tuple[float, float]] = []
    text, y = "", start + 0.85 * em
    while y + 0.15 * em <= end:
        text = text or next(words)
        swing = 0.06 * em * (2 * float(rng.random()) - 1)
        size = em * drawn(rng, (0.85, 1.08))
        its.face.draw(tile, (x - offset + swing, y), text[0], size)
        points.append((x - offset + 0.5 * em + swing, y - 0.35 * em))
        text, y = text[1:], y + its.step * em * drawn(rng, (0.9, 1.12))
    for (x0, y0), (x1, y1) in pairwise(points):
        if rng.random() < its.joined:
            lean = 0.2 * em * (2 * float(rng.random()) - 1)
            third = (y1 - y0) / 3
            chain = [(x0 + lean, y0 + third), (x1 - lean, y1 - third)]
            stroke(tile, chain, (max(0.6, 0.035 * em),) * 2)
    rows, across = np.flatnonzero(tile.max(1) > 127), np.flatnonzero(tile.max(0) > 127)
    if not len(rows) or rows[-1] - rows[0] < _LEAST_EMS * em:
        return None
    left, right = max(0, -offset), min(tile.shape[1], canvas.shape[1] - offset)
    if right <= left:
        return None
    part = canvas[:, offset + left : offset + right]
    np.maximum(part, tile[:, left:right], out=part)
    return (
        float(max(0, across[0] + offset)),
        float(rows[0]),
        float(min(canvas.shape[1], across[-1] + 1 + offset)),
        float(rows[-1] + 1),
    )


def _frame(canvas: Coverage, box: Box, thick: int) -> None:
    left, top, right, bottom = (int(side) for side in box)
    low, high = max(0, top - thick), bottom + thick
    for rows in ((low, top), (bottom, high)):
        canvas[rows[0] : rows[1], max(0, left - thick) : right + thick] = 255
    for columns in ((max(0, left - thick), left), (right, right + thick)):
        canvas[low:high, columns[0] : columns[1]] = 255


def _drawing(rng: np.random.Generator, canvas: Coverage, box: Box, pitch: float) -> Box | None:
    """Draw lines and rings in a part of the page; return the part, None if there is none."""
    if rng.random() >= _DRAWING:
        return None
    left, top, right, bottom = box
    spans: tuple[Range, Range] = ((left, right), (top, bottom))
    sides = []
    for low, high in spans:
        length = drawn(rng, (0.3, 0.95)) * (high - low)
        start = low + float(rng.random()) * (high - low - length)
        sides.append((start, start + length))
    (x0, x1), (y0, y1) = sides
    nib = (max(0.7, pitch / 40),) * 2
    for _ in range(int(rng.integers(4, 26))):
        if rng.random() < 0.35:
            points = _ring(rng, (x0, y0, x1, y1))
        else:
            count = int(rng.integers(2, 6))
            points = [(drawn(rng, (x0, x1)), drawn(rng, (y0, y1))) for _ in range(count)]
            if rng.random() < 0.5:  # as of boxes and buildings
                points = [
                    (x, y) if number % 2 else (x, points[max(0, number - 1)][1])
                    for number, (x, y) in enumerate(points)
                ]
        stroke(canvas, points, nib)
    return x0, y0, x1, y1


# Corners of a ring on the unit circle, without sines, which are not the same everywhere.
_CIRCLE = [
    ((1 - t * t) / (1 + t * t) * side, 2 * t / (1 + t * t) * side)
    for side in (1, -1)
    for t in (-1.0, -0.7, -0.45, -0.22, 0.0, 0.22, 0.45, 0.7)
]


def _ring(rng: np.random.Generator, box: Box) -> list[tuple[float, float]]:
    x0, y0, x1, y1 = box
    a, b = (drawn(rng, (0.03, 0.3)) * length for length in (x1 - x0, y1 - y0))
    x, y = drawn(rng, (x0 + a, x1 - a)), drawn(rng, (y0 + b, y1 - b))
    points = [(x + a * u, y + b * v) for u, v in _CIRCLE]
    return [*points, points[0]]


def _captions(
    rng: np.random.Generator,
    canvas: Coverage,
    its: Block,
    words: Iterator[str],
    drawing: Box,
    place: tuple[float, float],
    found: list[Box],
) -> None:
    """Write a short small column into a drawing now and then."""
    if rng.random() < 0.45:
        (x, em), (_, top, _, bottom) = place, drawing
        length = min((1 + int(rng.integers(1, 7))) * em, bottom - top)
        start = drawn(rng, (top, bottom - length))
        box = column(rng, canvas, its, words, (x, start, start + length), em)
        if box is not None:
            found.append(box)


def _readings(
    rng: np.random.Generator,
    canvas: Coverage,
    its: Block,
    words: Iterator[str],
    box: Box,
    em: float,
) -> None:
    """Write small characters beside a column, which are no column of their own."""
    y = box[1]
    while y < box[3] - em:
        length = em * drawn(rng, (0.5, 2.0))
        if rng.random() < 0.4:
            end = min(y + length, box[3])
            column(rng, canvas, its, words, (box[2] + 0.05 * em, y, end), 0.3 * em)
        y += length + em
