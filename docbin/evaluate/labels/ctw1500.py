"""CTW1500: curved lines of text as polygons, in the three forms in which it was published."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from docbin.evaluate.labels.collecting import Collector
from docbin.evaluate.labels.label import PageLabels
from docbin.evaluate.labels.lines import numbers, pairs, read_lines
from docbin.evaluate.labels.page_names import page_name
from docbin.evaluate.labels.quads import UNREADABLE
from docbin.evaluate.labels.xml_tree import Node, read_xml

_BEFORE_TEXT = ",####"


@dataclass(frozen=True, slots=True)
class Ctw1500:
    """Three forms; the text ``###`` is don't-care.

    * ``x1,y1,…,xn,yn,####text`` (test);
    * 32 numbers: a box, and 14 corners relative to its upper left corner (first release);
    * XML: ``box`` with ``label`` and ``segs`` (training).
    """

    suffixes: ClassVar[tuple[str, ...]] = (".txt", ".xml")
    about: ClassVar[str] = "CTW1500: x1,y1,…,####text; box and 14 offsets; or XML"

    def read(self, path: Path) -> list[PageLabels]:
        """Return the labels of one photo."""
        page = Collector(page_name(path.name), path)
        if path.suffix.lower() == ".xml":
            for node in read_xml(path).all("box"):
                _add_box(page, node)
        else:
            for line, content in read_lines(path):
                _add_line(page, line, content)
        return [page.done()]


def _add_line(page: Collector, line: int, content: str) -> None:
    before, mark, text = content.partition(_BEFORE_TEXT)
    values = numbers(before.rstrip(",").split(","))
    if values is None or len(values) % 2:
        page.refuse(line, "x1,y1,…,xn,yn,####text or 32 numbers are wanted")
    elif mark:
        text = text.strip()
        page.add(pairs(values), line=line, text=text, care=text != UNREADABLE)
    elif len(values) == 32:
        left, top = values[:2]
        page.add([(left + x, top + y) for x, y in pairs(values[4:])], line=line)
    else:
        page.refuse(line, f"{len(values)} numbers without ####text; 32 are wanted there")


def _add_box(page: Collector, node: Node) -> None:
    values = numbers(node.text_of("segs").split(","))
    if values is None or len(values) % 2:
        page.refuse(node.line, "the box has no <segs> of x1,y1,…,xn,yn")
        return
    text = node.text_of("label") if node.all("label") else None
    if text is None:
        page.remark(node.line, "the box has no <label>; taken as text to be found")
    page.add(pairs(values), line=node.line, text=text, care=text != UNREADABLE)
