"""`docbin bench models` as text, Markdown, JSON and a picture."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from docbin import kernels
from docbin.commands.columns import columns
from docbin.commands.tradeoff_picture import svg
from docbin.evaluate.tradeoff import METRICS, Point
from docbin.io.atomic import replacing, writing
from docbin.version import __version__

_TITLES = ("FM", "pFM skel.", "PSNR", "DRD", "Avg")
_Table = list[list[str]]


def tables(points: Sequence[Point]) -> dict[str, _Table]:
    """Return title -> rows of text: the means over the sets with time and bytes, then each set."""
    rows = [["method", *_TITLES, "ms/MP", "bytes", ""]]
    for point in points:
        means = [_number(point.mean(metric)) for metric in METRICS]
        size = "" if point.bytes is None else str(point.bytes)
        rows.append([point.name, *means, _cost(point), size, "*" if point.front else ""])
    sets = points[0].row.sets
    found = {"mean of the sets" if len(sets) > 1 else sets[0] or "all pages": rows}
    for name in sets if len(sets) > 1 else ():
        count = len(points[0].row.only(name).pages)
        found[f"{name or '(none)'}, {count} pages"] = [
            ["method", *_TITLES],
            *(
                [point.name, *(_number(point.row.only(name).mean(metric)) for metric in METRICS)]
                for point in points
            ),
        ]
    return found


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


def _cost(point: Point) -> str:
    spent = point.milliseconds
    return f"{spent:.0f}" if spent >= 100 else f"{spent:.3g}"


def text(points: Sequence[Point]) -> str:
    """Return the tables for a terminal."""
    parts = [[title, *columns(rows)] for title, rows in tables(points).items()]
    return "\n\n".join("\n".join(part) for part in parts) + "\n"


def _markdown(points: Sequence[Point], facts: Mapping[str, Any]) -> str:
    lines = [f"{facts['pages']} pages of {_named(facts)}; {_circumstances()}.", ""]
    for title, (header, *rows) in tables(points).items():
        lines += [f"## {title}", "", f"| {' | '.join(header)} |"]
        lines.append(f"|---|{'---:|' * (len(header) - 1)}")
        lines += [f"| {' | '.join(row)} |" for row in rows]
        lines.append("")
    return "\n".join(lines)


def _named(facts: Mapping[str, Any]) -> str:
    return f"{facts['data']}, split {facts['split']}" if facts["split"] else str(facts["data"])


def _circumstances() -> str:
    return f"docbin {__version__}, kernels {kernels.instruction_set()}, time of one thread"


def _json(points: Sequence[Point], facts: Mapping[str, Any]) -> str:
    document = {
        **facts,
        "docbin": __version__,
        "kernels": kernels.instruction_set(),
        "methods": [
            {
                "name": point.name,
                "ms per megapixel": round(point.milliseconds, 4),
                "bytes": point.bytes,
                "front": point.front,
                "mean": {metric: point.mean(metric) for metric in METRICS},
                "sets": {
                    name: {metric: point.row.only(name).mean(metric) for metric in METRICS}
                    for name in point.row.sets
                },
            }
            for point in points
        ],
    }
    return json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def _svg(points: Sequence[Point], facts: Mapping[str, Any]) -> str:
    return svg(points, f"Avg-Score on {_named(facts)}; {_circumstances()}")


WRITERS: dict[str, Callable[[Sequence[Point], Mapping[str, Any]], str]] = {
    "md": _markdown,
    "json": _json,
    "svg": _svg,
}


def write(folder: Path, points: Sequence[Point], facts: Mapping[str, Any], *, force: bool) -> None:
    """Write ``models.md``, ``models.json`` and ``models.svg``."""
    with writing(str(folder)):
        folder.mkdir(parents=True, exist_ok=True)
    for kind, writer in WRITERS.items():
        with replacing(folder / f"models.{kind}", force=force) as sink:
            sink.write(writer(points, facts).encode())
