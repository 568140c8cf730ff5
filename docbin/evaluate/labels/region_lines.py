"""Results of detectors as contests take them: corners in lines, with or without a score."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from docbin.evaluate.labels.collecting import Collector
from docbin.evaluate.labels.label import PageLabels
from docbin.evaluate.labels.lines import box, numbers, pairs, read_lines
from docbin.evaluate.labels.page_names import page_name


@dataclass(frozen=True, slots=True)
class RegionLines:
    """``x1,y1,…,xn,yn`` or ``left,top,right,bottom``; a number more is the score, 0 to 1."""

    suffixes: ClassVar[tuple[str, ...]] = (".txt",)
    about: ClassVar[str] = "results: x1,y1,…,xn,yn or left,top,right,bottom, then perhaps a score"

    def read(self, path: Path) -> list[PageLabels]:
        """Return the regions of one page."""
        page = Collector(page_name(path.name), path)
        for line, content in read_lines(path):
            values = numbers(content.strip().rstrip(",").split(","))
            if values is None or len(values) < 4:
                page.refuse(line, "numbers are wanted: the corners x,y,… and perhaps a score")
                continue
            score = values.pop() if len(values) % 2 else None
            points = box(*values) if len(values) == 4 else pairs(values)
            page.add(points, line=line, score=score)
        return [page.done()]
