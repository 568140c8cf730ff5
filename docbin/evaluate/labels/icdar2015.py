"""ICDAR 2015 Incidental Scene Text: four corners and a text."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from docbin.evaluate.labels.label import PageLabels
from docbin.evaluate.labels.quads import UNREADABLE, read_quads


@dataclass(frozen=True, slots=True)
class Icdar2015:
    """``x1,y1,x2,y2,x3,y3,x4,y4,text``; ``###`` is don't-care."""

    suffixes: ClassVar[tuple[str, ...]] = (".txt",)
    about: ClassVar[str] = "ICDAR 2015: x1,y1,…,x4,y4,text, one file a page"

    def read(self, path: Path) -> list[PageLabels]:
        """Return the labels of one page."""
        return read_quads(path, unreadable=UNREADABLE)
