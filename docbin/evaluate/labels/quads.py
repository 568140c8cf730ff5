"""Lines of four corners and a transcription: ``x1,y1,x2,y2,x3,y3,x4,y4,text``.

The text is everything after the eighth comma: it may have commas of its own.
"""

from __future__ import annotations

from pathlib import Path

from docbin.evaluate.labels.collecting import Collector
from docbin.evaluate.labels.label import PageLabels
from docbin.evaluate.labels.lines import numbers, pairs, read_lines
from docbin.evaluate.labels.page_names import page_name

UNREADABLE = "###"


def read_quads(path: Path, *, unreadable: str | None) -> list[PageLabels]:
    """Return the labels of one page; the text ``unreadable`` is for those nobody cares for."""
    page = Collector(page_name(path.name), path)
    for line, content in read_lines(path):
        cells = content.split(",", 8)
        corners = numbers(cells[:8]) if len(cells) >= 8 else None
        if corners is None:
            page.refuse(line, "eight numbers and a text are wanted: x1,y1,x2,y2,x3,y3,x4,y4,text")
            continue
        if len(cells) < 9:
            page.remark(line, "no text after the corners; taken as text to be found")
        text = cells[8].strip() if len(cells) == 9 else None
        page.add(pairs(corners), line=line, text=text, care=text is None or text != unreadable)
    return [page.done()]
