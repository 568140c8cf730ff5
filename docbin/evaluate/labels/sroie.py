"""SROIE 2019, receipts: four corners and a text; nothing is don't-care."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from docbin.evaluate.labels.label import PageLabels
from docbin.evaluate.labels.quads import read_quads


@dataclass(frozen=True, slots=True)
class Sroie:
    """``x1,y1,x2,y2,x3,y3,x4,y4,text``, where ``###`` is a text like any other."""

    suffixes: ClassVar[tuple[str, ...]] = (".csv", ".txt")
    about: ClassVar[str] = "SROIE: x1,y1,…,x4,y4,text, one file a receipt"

    def read(self, path: Path) -> list[PageLabels]:
        """Return the labels of one receipt."""
        return read_quads(path, unreadable=None)
