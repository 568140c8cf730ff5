"""NDL-DocL, pages of old Japanese books: upright boxes of several kinds, as Pascal VOC XML."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from docbin.evaluate.labels.collecting import Collector
from docbin.evaluate.labels.label import PageLabels
from docbin.evaluate.labels.lines import box, numbers
from docbin.evaluate.labels.page_names import page_name
from docbin.evaluate.labels.xml_tree import Node, read_xml

SIDES = ("xmin", "ymin", "xmax", "ymax")


@dataclass(frozen=True, slots=True)
class NdlDocL:
    """Pascal VOC's ``object`` with ``name``, ``difficult`` and ``bndbox``; any VOC file will do.

    Kinds are the names as they stand there: ``1_overall`` (the page), ``2_handwritten``,
    ``3_typography``, ``4_illustration``, ``5_stamp``, ``6_headline``, ``7_caption``,
    ``8_textline``. Difficult ones are don't-care.
    """

    suffixes: ClassVar[tuple[str, ...]] = (".xml",)
    about: ClassVar[str] = "NDL-DocL: Pascal VOC XML, boxes of several kinds"

    def read(self, path: Path) -> list[PageLabels]:
        """Return the labels of one page."""
        page = Collector(page_name(path.name), path)
        for node in read_xml(path).all("object"):
            _add(page, node)
        return [page.done()]


def _add(page: Collector, node: Node) -> None:
    sides = numbers([node.text_of(side) for side in SIDES])
    kind, difficult = node.text_of("name"), node.text_of("difficult") or "0"
    if sides is None:
        page.refuse(node.line, f"the object has no bndbox of four numbers ({', '.join(SIDES)})")
    elif not kind:
        page.refuse(node.line, "the object has no name")
    elif difficult not in ("0", "1"):
        page.refuse(node.line, f"difficult is {difficult!r}, and neither 0 nor 1")
    else:
        page.add(box(*sides), line=node.line, care=difficult == "0", kind=kind)
