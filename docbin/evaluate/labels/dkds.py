"""DKDS track 1: boxes of Kuzushiji characters and seals, all pages in one table."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from docbin.errors import InputError
from docbin.evaluate.labels.collecting import Collector
from docbin.evaluate.labels.label import PageLabels
from docbin.evaluate.labels.lines import box, numbers, read_text
from docbin.evaluate.labels.page_names import page_name
from docbin.io.names import shown

_BOX = ("bbox_x", "bbox_y", "bbox_width", "bbox_height")
_COLUMNS = ("label_name", *_BOX, "image_name")


@dataclass(frozen=True, slots=True)
class Dkds:
    """Columns label_name, bbox_x, bbox_y, bbox_width, bbox_height, image_name, and others.

    Kinds are ``Kuzushiji`` and ``Seal``, as they stand there. With a column ``score`` a table of
    results has the same form.
    """

    suffixes: ClassVar[tuple[str, ...]] = (".csv",)
    about: ClassVar[str] = "DKDS: one table of label_name, bbox_x, …, image_name"

    def read(self, path: Path) -> list[PageLabels]:
        """Return the labels of all pages of the table; a bad line goes to the page it names."""
        rows = csv.DictReader(io.StringIO(read_text(path), newline=""), strict=True)
        pages: dict[str, Collector] = {}
        try:
            missing = [name for name in _COLUMNS if name not in (rows.fieldnames or ())]
            if missing:
                raise InputError(f"{shown(path)} has no column {', '.join(missing)}")
            for row in rows:
                name = page_name(row["image_name"] or "")
                _add(pages.setdefault(name, Collector(name, path)), rows.line_num, row)
        except csv.Error as error:
            raise InputError(f"{shown(path)}, line {rows.line_num}: no table: {error}") from error
        return [page.done() for page in pages.values()]


def _add(page: Collector, line: int, row: dict[str, str | None]) -> None:
    values = numbers([row[name] or "" for name in _BOX])
    kind, score = row["label_name"], row.get("score")
    certain = numbers([score]) if score else [None]
    if not kind or not row["image_name"]:
        page.refuse(line, "label_name or image_name is missing")
    elif values is None or certain is None:
        page.refuse(line, f"four numbers are wanted: {', '.join(_BOX)}; and in score one or none")
    elif values[2] <= 0 or values[3] <= 0:
        page.refuse(line, f"the box is {values[2]:g} × {values[3]:g}: it has no area")
    else:
        x, y, width, height = values
        page.add(box(x, y, x + width, y + height), line=line, kind=kind, score=certain[0])
