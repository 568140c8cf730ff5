"""Total-Text: polygons as the text form of Matlab's records, which may run over several lines."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from docbin.evaluate.labels.collecting import Collector
from docbin.evaluate.labels.label import PageLabels
from docbin.evaluate.labels.lines import numbers, read_lines
from docbin.evaluate.labels.page_names import page_name

_RECORD = re.compile(
    r"x:\s*\[\[(?P<x>[^\]]*)\]\]\s*,\s*y:\s*\[\[(?P<y>[^\]]*)\]\]"
    r"(?:\s*,\s*ornt:\s*\[(?P<direction>[^\]]*)\])?"
    r"(?:\s*,\s*transcriptions:\s*\[(?P<text>.*)\])?\s*,?",
    re.DOTALL,
)
_UNREADABLE = "#"


@dataclass(frozen=True, slots=True)
class TotalText:
    """``x: [[…]], y: [[…]], ornt: [u'c'], transcriptions: [u'text']``; ``#`` is don't-care."""

    suffixes: ClassVar[tuple[str, ...]] = (".txt",)
    about: ClassVar[str] = "Total-Text: x: [[…]], y: [[…]], ornt: […], transcriptions: […]"

    def read(self, path: Path) -> list[PageLabels]:
        """Return the labels of one photo."""
        page = Collector(page_name(path.name), path)
        for line, record in _records(path):
            match = _RECORD.fullmatch(record.strip())
            xs = numbers(match["x"].split()) if match else None
            ys = numbers(match["y"].split()) if match else None
            if match is None or xs is None or ys is None:
                page.refuse(line, "x: [[…]], y: [[…]], ornt: […], transcriptions: […] is wanted")
                continue
            if len(xs) != len(ys):
                page.refuse(line, f"{len(xs)} x but {len(ys)} y")
                continue
            text, direction = _quoted(match["text"]), _quoted(match["direction"])
            if text is None:
                page.remark(line, "no transcription; taken as text to be found unless ornt is '#'")
            care = _UNREADABLE not in (text, direction)
            page.add(list(zip(xs, ys, strict=True)), line=line, text=text, care=care)
        return [page.done()]


def _records(path: Path) -> list[tuple[int, str]]:
    """Return (line, record): a record begins with ``x:``, what follows belongs to it."""
    records: list[tuple[int, str]] = []
    for line, content in read_lines(path):
        if records and not content.lstrip().startswith("x:"):
            first, before = records[-1]
            records[-1] = (first, f"{before}\n{content}")
        else:
            records.append((line, content))
    return records


def _quoted(literal: str | None) -> str | None:
    """Return the text of a Python literal such as ``u'text'``; bare text as it is."""
    if literal is None or not literal.strip():
        return None
    literal = literal.strip()
    try:
        text = ast.literal_eval(literal)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return literal.removeprefix("u").strip("'\"")
    return text if isinstance(text, str) else literal
