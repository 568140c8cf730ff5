"""A contact sheet: a few pages by a few methods, to choose one by looking."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from docbin.api import AUTO, create
from docbin.batch.items import Item
from docbin.batch.local import local
from docbin.batch.preview import Picture, densest, joined, png
from docbin.batch.treatment import Treatment, cleaned
from docbin.dependencies import load
from docbin.errors import UsageError
from docbin.image import as_rgb, to_uint8, unpack
from docbin.io.atomic import replacing
from docbin.io.names import Name, shown
from docbin.io.page import PageSource
from docbin.io.reader import open_source
from docbin.methods import default

PAGES = 3
CLASSICAL = "sauvola"
# Pixels of a cell: the whole page above, and below it a detail in true size.
_WIDTH, _HEIGHT, _DETAIL = 360, 480, 240
_MARGIN, _LINE = 12, 24
_PAPER = 235


def compared(treatment: Treatment) -> dict[str, Treatment]:
    """Return what stands side by side: what was asked for, the default, auto, and a classic."""
    asked = treatment.method or default()
    columns = {f"as asked: {asked}": treatment}
    for name in (default(), AUTO, CLASSICAL):
        other = dataclasses.replace(
            treatment, method=name, params={}, huge_pages=None, scope="page", fit=None
        )
        if create(name) != create(asked, **treatment.params):
            columns[name] = other
    return columns


def check_sheet(target: Name) -> None:
    """Refuse a name that does not end in ``.png``."""
    if Path(target).suffix.lower() != ".png":
        raise UsageError(f"{shown(target)}: a contact sheet is a PNG; end its name in .png")


def write_sheet(
    target: Name,
    items: Sequence[Item],
    treatment: Treatment,
    *,
    pages: int = PAGES,
    force: bool = False,
) -> list[str]:
    """Write a picture of a few inputs, each before and by several methods; return their names.

    Parameters
    ----------
    target
        A name that ends in ``.png``.
    items
        Inputs that can be read; of a file with several pages the middle one is shown. Those to
        show are taken at even distances.
    treatment
        Steps, resolution, and the method that was asked for.
    pages
        How many inputs to show.
    force
        Overwrite an existing file.

    Raises
    ------
    InputError
        If a page cannot be read after all.
    OutputError
        If the sheet exists or cannot be written.
    """
    check_sheet(target)
    # Pages of one bit stay as they are, by any method.
    items = [item for item in items if not _is_bilevel(item, treatment.max_pixels)] or items
    count = min(pages, len(items))
    chosen = [items[(2 * number + 1) * len(items) // (2 * count)] for number in range(count)]
    rows = []
    for item in chosen:
        with local(item.found, Path(target).parent) as path:
            found = list(open_source(path, max_pixels=treatment.max_pixels))
            rows.append(_row(found[len(found) // 2], item.found.name, compared(treatment)))
    with replacing(target, force=force) as file:
        file.write(png(joined(rows, axis=0)))
    return [item.found.name for item in chosen]


def _is_bilevel(item: Item, max_pixels: int | None) -> bool:
    """Return whether the first page has one bit a pixel; of inputs elsewhere that is not asked."""
    if item.found.origin is not None:
        return False
    return next(iter(open_source(item.found.path, max_pixels=max_pixels))).info.bilevel


def _row(source: PageSource, name: str, columns: dict[str, Treatment]) -> Picture:
    """Return a page before and by each method, under its name."""
    pixels: Any = source.load().pixels
    before = as_rgb(to_uint8(pixels) if pixels.dtype == np.bool_ else pixels)
    pictures, masks = {"before": before}, []
    for label, treatment in columns.items():
        rows = np.concatenate(list(cleaned(source, treatment)[0]))
        masks.append(unpack(rows, source.info.width))
        pictures[label] = as_rgb(to_uint8(masks[-1]))
    # Where all of them see ink there is text, rather than a dark edge.
    top, left = densest(to_uint8(np.logical_and.reduce(masks)), _DETAIL, _WIDTH)
    cells = [_cell(label, page, top, left) for label, page in pictures.items()]
    return joined([_line(name, _WIDTH), joined(cells, axis=1)], axis=0)


def _cell(label: str, page: Picture, top: int, left: int) -> Picture:
    pillow = load("PIL.Image", purpose="--sheet")
    scale = min(_WIDTH / page.shape[1], _HEIGHT / page.shape[0], 1.0)
    size = (max(1, round(page.shape[1] * scale)), max(1, round(page.shape[0] * scale)))
    small = np.asarray(pillow.fromarray(page).resize(size, pillow.Resampling.BOX))
    parts = [_line(label, _WIDTH), small]
    if scale < 1:
        parts += [_gap(_MARGIN, 1), page[top : top + _DETAIL, left : left + _WIDTH]]
    return joined([joined(parts, axis=0), _gap(1, _MARGIN)], axis=1)


def _line(text: str, width: int) -> Picture:
    """Return a line of text."""
    pillow, drawing = (load(f"PIL.{name}", purpose="--sheet") for name in ("Image", "ImageDraw"))
    font = load("PIL.ImageFont", purpose="--sheet").load_default(size=14)
    plain = "".join(letter if letter.isprintable() else "?" for letter in text)
    page = pillow.new("RGB", (max(width, int(font.getlength(plain)) + 8), _LINE), (_PAPER,) * 3)
    drawing.Draw(page).text((4, 3), plain, fill=(0, 0, 0), font=font)
    return np.asarray(page)


def _gap(height: int, width: int) -> Picture:
    return np.full((height, width, 3), _PAPER, np.uint8)
