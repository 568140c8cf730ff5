"""What was found, as text: JSON, CSV, the lines of contests, and PAGE-XML."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from docbin.detect.detected import DetectedPage
from docbin.detect.page_xml import page_xml
from docbin.regions import Polygon, TextRegion
from docbin.version import __version__

# A corner on four lines; a text in JSON has no line ends.
_PAIR = re.compile(r"\[\n\s+(-?[\d.]+),\n\s+(-?[\d.]+)\n\s+\]")
_COLUMNS = ("source", "page", "width", "height", "region", "kind", "score", "polygon")


@dataclass(frozen=True, slots=True)
class Format:
    """A form of results.

    Parameters
    ----------
    ending
        Of its files.
    write
        Makes the text of pages, given the detector's settings.
    several
        Whether a text can have several pages; else it has one.
    """

    ending: str
    write: Callable[[Sequence[DetectedPage], Mapping[str, Any]], str]
    several: bool


def as_json(pages: Sequence[DetectedPage], settings: Mapping[str, Any]) -> str:
    """Return one JSON document: settings, and pages with their regions or their error."""
    document = {
        "docbin": __version__,
        "detector": dict(settings),
        "pages": [_facts(page) for page in pages],
        "failed": sum(page.error is not None for page in pages),
    }
    # Names that are no UTF-8 survive as escapes only.
    text = json.dumps(document, indent=2, ensure_ascii=True, allow_nan=False)
    return _PAIR.sub(r"[\1, \2]", text) + "\n"


def as_csv(pages: Sequence[DetectedPage], settings: Mapping[str, Any]) -> str:
    """Return a table with a row for each region; polygons are ``x,y x,y …``."""
    del settings
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(_COLUMNS)
    for page in pages:
        place = (page.source, page.index + 1, page.width, page.height)
        for number, region in enumerate(page.regions, 1):
            outline = " ".join(f"{x:g},{y:g}" for x, y in _corners(region.polygon))
            table.writerow([*place, number, region.kind, _score(region), outline])
    return text.getvalue()


def as_icdar(pages: Sequence[DetectedPage], settings: Mapping[str, Any]) -> str:
    """Return the lines of ICDAR's contests: whole numbers ``x1,y1,x2,y2,…`` and nothing else."""
    del settings
    lines = [region.polygon.round().astype(int) for region in _regions(pages)]
    return "".join(",".join(map(str, line.ravel().tolist())) + "\n" for line in lines)


def as_lines(pages: Sequence[DetectedPage], settings: Mapping[str, Any]) -> str:
    """Return ``x1,y1,…,xn,yn,score``: what ``docbin score --detect`` takes as ``regions``."""
    del settings
    lines = []
    for region in _regions(pages):
        numbers = [f"{value:g}" for corner in _corners(region.polygon) for value in corner]
        score = _score(region)
        lines.append(",".join([*numbers, *([] if score is None else [f"{score:g}"])]) + "\n")
    return "".join(lines)


def as_page_xml(pages: Sequence[DetectedPage], settings: Mapping[str, Any]) -> str:
    """Return PAGE-XML of one page."""
    del settings
    (page,) = pages
    return page_xml(page)


# Name -> what makes it; the table that the command line shows.
FORMATS: dict[str, Format] = {
    "json": Format(".json", as_json, several=True),
    "csv": Format(".csv", as_csv, several=True),
    "icdar": Format(".txt", as_icdar, several=False),
    "regions": Format(".txt", as_lines, several=False),
    "page-xml": Format(".xml", as_page_xml, several=False),
}


def _regions(pages: Sequence[DetectedPage]) -> list[TextRegion]:
    return [region for page in pages for region in page.regions]


def _corners(polygon: Polygon) -> list[list[float]]:
    corners: list[list[float]] = polygon.round(2).tolist()
    return corners


def _score(region: TextRegion) -> float | None:
    return None if region.score is None else round(region.score, 4)


def _facts(page: DetectedPage) -> dict[str, Any]:
    return {
        "source": page.source,
        "page": page.index + 1,
        "width": page.width or None,
        "height": page.height or None,
        "regions": [
            {"polygon": _corners(one.polygon), "score": _score(one), "kind": one.kind}
            for one in page.regions
        ],
        "error": None if page.error is None else str(page.error),
        "exit_code": 0 if page.error is None else page.error.exit_code,
    }
