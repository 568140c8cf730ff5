"""What the page of a report knows: a row for each page, and sums of the run."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from docbin.batch.records import DONE, FAILED, QUARANTINED, PageRecord, Record
from docbin.io.names import shown
from docbin.report.gather import key_of
from docbin.report.measures import Measures
from docbin.report.shelf import Shelf

# The order of a row's values; the page's script reads them by these names.
COLUMNS = (
    *("name", "number", "pages", "status", "width", "height", "method", "seconds", "ink", "paper"),
    *("darkness", "contrast", "skew", "flags", "pictures", "result", "scan", "note"),
)
_LEFT = "the page has no scan and stays as it is"
Row = list[Any]


class Rows:
    """Makes the rows of a run.

    Parameters
    ----------
    destination
        Folder of the results.
    target
        The report, from which links start.
    shelf
        Where the pictures are.
    """

    def __init__(self, destination: Path, target: Path, shelf: Shelf) -> None:
        self._root = Path(os.path.abspath(destination))  # noqa: PTH100 - links stay links
        self._from = os.path.abspath(target.parent)  # noqa: PTH100
        self._shelf = shelf
        self.methods: dict[str, int] = {}

    def of(self, record: Record) -> Iterator[Row]:
        """Yield the rows of a file: one for each page, or one that says why there are none."""
        result = str(self._root / record.target) if record.written else None
        links = [self._link(result), self._link(record.source)]
        if record.status != DONE or not record.pages:
            note = None if record.error is None else _plain(record.error)
            size: list[Any] = [0, 0, None, round(record.seconds, 4)]
            empty: list[Any] = [*[None] * 5, [], {}]
            yield [_plain(record.name), 1, 1, record.status, *size, *empty, *links, note]
            return
        for page in record.pages:
            yield [
                *(_plain(record.name), page.number, len(record.pages), record.status),
                *(page.width, page.height, self._method(page.method)),
                round(page.decode + page.binarize + page.encode, 4),
                *self._seen(record, page, links),
            ]

    def _seen(self, record: Record, page: PageRecord, links: list[str | None]) -> Row:
        """Return what is known from the pictures."""
        key = key_of(record, page.number)
        entry: dict[str, Any] = {"has": (), "note": _LEFT}
        if page.width:
            entry = self._shelf.known.get(key, {"has": ()})
        pictures = {each: self._link(str(self._shelf.path(key, each))) for each in entry["has"]}
        note = _plain(entry["note"]) if "note" in entry else None
        if "ink" not in entry:
            return [*[None] * 5, [], pictures, *links, note]
        found = Measures(*(entry[each] for each in ("ink", "paper", "darkness", "skew")))
        measures = [round(found.ink, 5), found.paper, found.darkness, found.contrast, found.skew]
        return [*measures, list(found.flags), pictures, *links, note]

    def _method(self, method: str) -> int:
        return self.methods.setdefault(method, len(self.methods))

    def _link(self, path: str | None) -> str | None:
        """Return a relative address; other drives and stores have none."""
        if path is None or "://" in path:
            return None
        try:
            relative = os.path.relpath(path, self._from)
        except ValueError:
            return None
        return "/".join(quote(os.fsencode(part), safe="") for part in Path(relative).parts)


def _plain(text: str) -> str:
    """Return text that can be shown on one line, whatever its bytes are."""
    return shown(text)[1:-1]


def summary(records: list[Record], destination: Path, rows: list[Row]) -> dict[str, Any]:
    """Return what the head of the page says."""
    counts = Counter(record.status for record in records)
    setups = Counter(record.setup for record in records if record.status == DONE)
    ended = [record.ended for record in records if record.ended]
    flags = COLUMNS.index("flags")
    return {
        "title": _plain(destination.name or str(destination)),
        "destination": _plain(str(destination)),
        "files": len(records),
        "done": counts[DONE],
        "failed": counts[FAILED] + counts[QUARANTINED],
        "begun": counts["begun"],
        "pages": sum(len(record.pages) for record in records),
        "flagged": sum(bool(row[flags]) for row in rows),
        "seconds": sum(record.seconds for record in records),
        "ended": _day(max(ended)) if ended else None,
        "setups": [
            {"count": count, "docbin": setup.docbin, "method": setup.method,
             "params": _params(setup.params)}
            for setup, count in setups.most_common()
        ],
    }  # fmt: skip


def _params(text: str) -> str:
    return ", ".join(f"{key}={value}" for key, value in json.loads(text).items())


def _day(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M UTC")
