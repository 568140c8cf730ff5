"""ICDAR 2013 Focused Scene Text: upright boxes, with spaces (training) or commas (test)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from docbin.evaluate.labels.collecting import Collector
from docbin.evaluate.labels.label import PageLabels
from docbin.evaluate.labels.lines import box, numbers, read_lines
from docbin.evaluate.labels.page_names import page_name
from docbin.evaluate.labels.quads import UNREADABLE

_FIELD = re.compile(r"\s*,\s*|\s+")


@dataclass(frozen=True, slots=True)
class Icdar2013:
    """``left, top, right, bottom, "text"``; ``"###"`` is don't-care."""

    suffixes: ClassVar[tuple[str, ...]] = (".txt",)
    about: ClassVar[str] = 'ICDAR 2013: left, top, right, bottom, "text", one file a page'

    def read(self, path: Path) -> list[PageLabels]:
        """Return the labels of one page."""
        page = Collector(page_name(path.name), path)
        for line, content in read_lines(path):
            cells = _FIELD.split(content.strip(), maxsplit=4)
            sides = numbers(cells[:4]) if len(cells) >= 4 else None
            if sides is None:
                page.refuse(
                    line, 'four numbers and a text are wanted: left, top, right, bottom, ""'
                )
                continue
            if len(cells) < 5:
                page.remark(line, "no text after the box; taken as text to be found")
            text = _unquoted(cells[4]) if len(cells) == 5 else None
            page.add(box(*sides), line=line, text=text, care=text != UNREADABLE)
        return [page.done()]


def _unquoted(text: str) -> str:
    text = text.strip()
    return text[1:-1] if len(text) >= 2 and text[0] == text[-1] == '"' else text
