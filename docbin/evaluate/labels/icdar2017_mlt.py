"""ICDAR 2017 MLT: four corners, a script and a text."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from docbin.evaluate.labels.collecting import Collector
from docbin.evaluate.labels.label import PageLabels
from docbin.evaluate.labels.lines import numbers, pairs, read_lines
from docbin.evaluate.labels.page_names import page_name
from docbin.evaluate.labels.quads import UNREADABLE

SCRIPTS = (
    "Arabic", "Latin", "Chinese", "Japanese", "Korean", "Bangla", "Hindi", "Symbols", "Mixed",
    "None",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Icdar2017Mlt:
    """``x1,y1,x2,y2,x3,y3,x4,y4,script,text``; ``###`` is don't-care. Also MLT 2019."""

    suffixes: ClassVar[tuple[str, ...]] = (".txt",)
    about: ClassVar[str] = "ICDAR 2017 MLT: x1,y1,…,x4,y4,script,text, one file a page"

    def read(self, path: Path) -> list[PageLabels]:
        """Return the labels of one page."""
        page = Collector(page_name(path.name), path)
        for line, content in read_lines(path):
            cells = content.split(",", 9)
            corners = numbers(cells[:8]) if len(cells) >= 8 else None
            if corners is None:
                page.refuse(line, "eight numbers, a script and a text are wanted")
                continue
            script = cells[8].strip() if len(cells) > 8 else None
            if script not in SCRIPTS:
                page.remark(line, f"the script {script!r} is none of {', '.join(SCRIPTS)}")
            if len(cells) < 10:
                page.remark(line, "no text after corners and script; taken as text to be found")
            text = cells[9].strip() if len(cells) == 10 else None
            page.add(pairs(corners), line=line, text=text, care=text != UNREADABLE, language=script)
        return [page.done()]
