"""COCO-Text 1 and 2: one JSON document for all photos."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from docbin.errors import InputError
from docbin.evaluate.labels.collecting import Collector
from docbin.evaluate.labels.label import PageLabels
from docbin.evaluate.labels.lines import box, pairs, read_text
from docbin.evaluate.labels.page_names import page_name
from docbin.io.names import shown


@dataclass(frozen=True, slots=True)
class CocoText:
    """``imgs`` and ``anns``; outlines from ``mask`` (2) or ``polygon`` (1), else from ``bbox``.

    What is not ``legible`` is don't-care. Photos without text have no labels, but are there.
    """

    suffixes: ClassVar[tuple[str, ...]] = (".json",)
    about: ClassVar[str] = "COCO-Text: one JSON document with imgs and anns"

    def read(self, path: Path) -> list[PageLabels]:
        """Return the labels of all photos."""
        try:
            document = json.loads(read_text(path))
        except (ValueError, RecursionError) as error:
            raise InputError(f"{shown(path)}: no JSON: {error}") from error
        images, annotations = _table(document, "imgs", path), _table(document, "anns", path)
        pages: dict[str, Collector] = {}
        for key, image in images.items():
            name = image.get("file_name") if isinstance(image, Mapping) else None
            pages[key] = Collector(page_name(name if isinstance(name, str) else key), path)
        lost = Collector("", path)
        for key, annotation in annotations.items():
            what = f"annotation {key}"
            if not isinstance(annotation, Mapping):
                lost.refuse(None, f"{what} is no object")
                continue
            page = pages.get(str(annotation.get("image_id")))
            if page is None:
                lost.refuse(None, f"{what} names an image that is not among imgs")
            else:
                _add(page, annotation, what)
        strays = lost.done()
        return [page.done() for page in pages.values()] + ([strays] if strays.problems else [])


def _table(document: Any, name: str, path: Path) -> Mapping[str, Any]:
    found = document.get(name) if isinstance(document, Mapping) else None
    if not isinstance(found, Mapping):
        raise InputError(f"{shown(path)} has no object '{name}'; COCO-Text has imgs and anns")
    return found


def _add(page: Collector, annotation: Mapping[str, Any], what: str) -> None:
    outline = _numbers(annotation.get("mask") or annotation.get("polygon"))
    sides = _numbers(annotation.get("bbox"))
    if len(outline) >= 6 and len(outline) % 2 == 0:
        points = pairs(outline)
    elif len(sides) == 4:
        x, y, width, height = sides
        points = box(x, y, x + width, y + height)
        if annotation.get("mask") or annotation.get("polygon"):
            page.remark(None, f"{what} has no good outline; its bbox is taken")
    else:
        page.refuse(None, f"{what} has neither mask, polygon nor bbox of numbers")
        return
    text, language = annotation.get("utf8_string"), annotation.get("language")
    page.add(
        points,
        line=None,
        text=text if isinstance(text, str) else None,
        care=annotation.get("legibility", "legible") == "legible",
        language=language if isinstance(language, str) else None,
        what=what,
    )


def _numbers(values: Any) -> list[float]:
    """Return a list of numbers as it is; anything else as an empty list."""
    if not isinstance(values, list):
        return []
    good = all(isinstance(value, int | float) and not isinstance(value, bool) for value in values)
    return values if good else []
