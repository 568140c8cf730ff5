"""Photos of opened books with columns of running hand, and the seals of their owners.

In short::

    book = books.book(0)                 # `docbin data synth --kind books` writes them
    book.image, book.labels              # kinds: "text" is a column, "seal" a seal

They are what detectors of Kuzushiji and of seals learn from: `docbin.synth.woodblock` prints two
pages, paper, ink and age are those of `docbin.synth.scan`, seals those of `docbin.synth.seals`.
The book lies on a table, where archives put a chart of colours, a rule and a slip with its title,
none of which is text of the book.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from docbin.evaluate.labels.label import Label
from docbin.image import Color, Mask, rgb_to_gray
from docbin.ops.parameters import number
from docbin.regions import SEAL, TEXT
from docbin.synth.faces import Coverage, face, system_fonts
from docbin.synth.fields import blend, drawn, octaves, to_bytes
from docbin.synth.ink import broadened, pressed, swayed
from docbin.synth.recipes import Recipe, recipe
from docbin.synth.scan import laid
from docbin.synth.seal_ranges import BOOKS, SPAN
from docbin.synth.seals import as_jpeg, named, stampable, upright, with_seal
from docbin.synth.woodblock import Box, block, impression
from docbin.synth.writing import available, script

# Steps of a recipe that would move the page or end it before the table begins.
_NEVER = ("seals", "jpeg", "border", "gutter", "scratches", "banding")
# Faces of slips: print.
_SLIPS = "ipaexm|DejaVu.*|OldStandard-.*"
_TABLES = ((172, 174, 177), (196, 196, 194), (120, 122, 124), (60, 60, 62), (150, 120, 90))


class Book(NamedTuple):
    """An opened book.

    Parameters
    ----------
    image
        uint8 (H, W, 3) RGB.
    truth
        bool (H, W): ink of the book.
    labels
        Columns of writing (kind ``text``) and seals (kind ``seal``), upright boxes.
    """

    image: Color
    truth: Mask
    labels: tuple[Label, ...]


def book(
    index: int,
    width: int = 1280,
    height: int = 960,
    *,
    fonts: Sequence[str | Path] | None = None,
) -> Book:
    """Make photo ``index``.

    Parameters
    ----------
    index
        Number of the photo, 0 to 999999.
    width, height
        Size in pixels, 128 to 20000.
    fonts
        Font files of which Japanese ones are used; None: the system's. Without any, built-in
        faces write columns of Latin letters.
    """
    number("index", index, 0, SPAN - 1, whole=True)
    for name, length in (("width", width), ("height", height)):
        number(name, length, 128, 20000, whole=True)
    files = system_fonts() if fonts is None else tuple(map(Path, fonts))
    seed = BOOKS.first + index
    rng = np.random.default_rng([seed, 60])
    lies = _lies(rng, width, height)
    size = lies[3] - lies[1], lies[2] - lies[0]
    plan = _plan(seed, files)
    cover, columns = _spread(plan, size)
    seals: list[Box] = []

    def stamping(image: Color, truth: Mask, _: np.random.Generator, __: float) -> Color:
        # Half of the books belonged to nobody.
        for each in range(int(rng.integers(1, BOOKS.seals[1] + 1)) * int(rng.integers(0, 2))):
            its = np.random.default_rng([seed, 70 + each])
            image, seal, printed = with_seal(image, truth, its, BOOKS, plan.size, files)
            if printed.any():
                seals.append(seal.box)
        return image

    sheet, ink = laid(plan, cover, cover[:, ::-1], instead={"seals": stamping})
    image = _shaded(sheet, rng)
    table = _table(rng, (height, width), lies, files)
    table[lies[1] : lies[3], lies[0] : lies[2]] = image
    truth = np.zeros((height, width), bool)
    truth[lies[1] : lies[3], lies[0] : lies[2]] = ink
    if rng.random() < 0.25:
        table = np.repeat(rgb_to_gray(table)[:, :, None], 3, axis=2)
    labels = [_label(box, lies, TEXT) for box in columns] + [
        _label(box, lies, SEAL) for box in seals
    ]
    quality = int(rng.integers(BOOKS.jpeg[0], BOOKS.jpeg[1] + 1))
    return Book(as_jpeg(table, quality), truth, tuple(labels))


def _lies(rng: np.random.Generator, width: int, height: int) -> tuple[int, int, int, int]:
    """Return where the book lies: left, top, right and bottom."""
    across, down = (drawn(rng, (0.75, 1.0)) for _ in range(2))
    wide, high = int(across * width), int(down * height)
    left, top = (int(rng.integers(0, free + 1)) for free in (width - wide, height - high))
    return left, top, left + wide, top + high


def _plan(seed: int, files: Sequence[Path]) -> Recipe:
    """Return the recipe of the sheet: by a brush, in colour, columns nearly straight."""
    plan = stampable(recipe(seed, available(named(files, BOOKS.text_fonts))), _NEVER)
    line, form = plan.sway
    return dataclasses.replace(plan, sway=(0.3 * line, form))


def _spread(plan: Recipe, shape: tuple[int, int]) -> tuple[Coverage, list[Box]]:
    """Return the coverage of two pages side by side, and the boxes of their columns."""
    rng = np.random.default_rng([plan.seed, 10])
    its = block(rng, face(plan.faces[0]))
    words = script(plan.writing).words(rng)
    half = shape[1] // 2
    cover, columns = np.zeros(shape, np.uint8), []
    for left, right in ((half, shape[1]), (0, half)):
        page = impression(rng, (shape[0], right - left), its, words)
        cover[:, left:right] = page.cover
        columns += [(x0 + left, y0, x1 + left, y1) for x0, y0, x1, y1 in page.columns]
    em = its.em * half / its.columns
    line, form = plan.sway
    cover = swayed(cover, rng, em, line=line, shape=form)
    cover = broadened(cover, min(plan.broader, int(em / 24)))
    swell, fray = plan.press
    return pressed(cover, rng, em, swell=swell, fray=fray), columns


def _shaded(sheet: Color, rng: np.random.Generator) -> Color:
    """Darken a sheet toward the fold in its middle."""
    width = sheet.shape[1]
    away = np.abs(np.arange(width) - width // 2) / width
    reach, depth = drawn(rng, (0.02, 0.08)), drawn(rng, (0.1, 0.55))
    weight = depth * np.clip(1 - away / reach, 0, 1) ** 2
    return blend(sheet, (40, 36, 30), np.broadcast_to(weight, sheet.shape[:2]))


def _table(
    rng: np.random.Generator,
    shape: tuple[int, int],
    lies: tuple[int, int, int, int],
    files: Sequence[Path],
) -> Color:
    """Return the table, with what archives lay beside books where there is room."""
    base = np.array(_TABLES[int(rng.integers(0, len(_TABLES)))], np.float64)
    light = 0.92 + 0.16 * octaves(rng, shape, 3, 3)
    table = to_bytes(base * light[..., None])
    height, width = shape
    _, top, right, bottom = lies
    if rng.random() < 0.6 and top > 16:
        _chart(table, rng, (0, top - 4))
    if rng.random() < 0.6 and height - bottom > 16:
        _rule(table, rng, (bottom + 4, height))
        _slip(table, rng, (bottom + 2, height), files)
    # The edges of the leaves beneath.
    for _ in range(int(rng.integers(0, 6))):
        shade = to_bytes(drawn(rng, (90, 220)) * np.array([1.0, 0.97, 0.9]))
        right = min(width, right + int(rng.integers(1, 4)))
        table[top:bottom, lies[2] : right][:, -1:] = shade
    return table


def _chart(table: Color, rng: np.random.Generator, rows: tuple[int, int]) -> None:
    """Lay a chart of colours above the book."""
    side = min(rows[1] - rows[0], int(drawn(rng, (20, 60))))
    first, y = int(rng.integers(0, max(1, table.shape[1] // 2))), rows[1] - side
    for index in range(int(rng.integers(5, 12))):
        color = rng.integers(10, 246, 3)
        table[y : y + side, first + index * side : first + (index + 1) * side] = color


def _rule(table: Color, rng: np.random.Generator, rows: tuple[int, int]) -> None:
    """Lay a rule below the book: a light strip with ticks."""
    high = max(4, int(0.35 * (rows[1] - rows[0])))
    top = rows[1] - high
    table[top:] = int(drawn(rng, (215, 245)))
    step = drawn(rng, (4, 14))
    for tick in range(int(table.shape[1] / step)):
        x, long = int(tick * step), high // 2 if tick % 10 == 0 else high // 4
        table[top : top + long, x : x + 1] = 40


def _slip(
    table: Color, rng: np.random.Generator, rows: tuple[int, int], files: Sequence[Path]
) -> None:
    """Lay a slip with printed words below the book."""
    high = int(0.55 * (rows[1] - rows[0]))
    if high < 10:
        return
    prints = named(files, _SLIPS)
    letters = face(str(prints[int(rng.integers(0, len(prints)))]) if prints else "plain")
    words = available(prints)[0][0]
    text = " ".join(word for word, _ in zip(script(words).words(rng), range(3), strict=False))
    size = 0.6 * high
    wide = int(letters.length(text, size) + size)
    left = int(rng.integers(0, max(1, table.shape[1] - wide)))
    cover = np.zeros((high, wide), np.uint8)
    letters.draw(cover, (0.5 * size, 0.72 * high), text, size)
    paper = np.full((high, wide, 3), 238, np.uint8)
    part = table[rows[0] : rows[0] + high, left : left + wide]
    part[:] = blend(paper, (30, 30, 30), cover / 255.0)[: part.shape[0], : part.shape[1]]


def _label(box: Box, lies: tuple[int, int, int, int], kind: str) -> Label:
    x0, y0, x1, y1 = (
        float(side) + shift for side, shift in zip(box, (lies[0], lies[1]) * 2, strict=True)
    )
    return upright((x0, y0, x1, y1), kind)
