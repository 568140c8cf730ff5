"""Boxes of generated pages as Pascal VOC XML, with the kinds of NDL-DocL."""

from __future__ import annotations

from collections.abc import Iterable
from xml.sax.saxutils import escape

from docbin.evaluate.labels.label import Label
from docbin.regions import SEAL, TEXT

# What NDL-DocL calls them.
KINDS = {TEXT: "2_handwritten", SEAL: "5_stamp"}


def voc(labels: Iterable[Label], size: tuple[int, int], file: str) -> bytes:
    """Return a page as ``docbin score --detect --labels ndl-docl`` reads it.

    Parameters
    ----------
    labels
        Of the kinds of `KINDS`; their upright boxes are written, in whole pixels.
    size
        Height and width of the page.
    file
        Name of its picture.
    """
    lines = [
        "<annotation>",
        f"  <filename>{escape(file)}</filename>",
        f"  <size><width>{size[1]}</width><height>{size[0]}</height><depth>3</depth></size>",
    ]
    for label in labels:
        low, high = label.region.polygon.min(0), label.region.polygon.max(0)
        sides = (("xmin", low[0]), ("ymin", low[1]), ("xmax", high[0]), ("ymax", high[1]))
        box = "".join(f"<{side}>{value:.0f}</{side}>" for side, value in sides)
        lines.append(
            f"  <object><name>{KINDS[label.region.kind]}</name><difficult>0</difficult>"
            f"<bndbox>{box}</bndbox></object>"
        )
    return "\n".join([*lines, "</annotation>", ""]).encode()
