"""Records as tables for other programs."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from docbin.batch.records import Record
from docbin.batch.setup import Setup
from docbin.errors import UsageError
from docbin.io.atomic import replacing
from docbin.io.names import Name, shown


def facts(record: Record) -> dict[str, Any]:
    """Return a record as a flat dictionary of plain values; its pages are a list of such."""
    written, setup = record.written, record.setup
    return {
        "name": record.name,
        "source": record.source,
        "target": record.target,
        "status": record.status,
        "error": record.error,
        "exit_code": record.exit_code,
        "attempts": record.attempts,
        "size": record.size,
        "mtime_ns": record.mtime_ns,
        "etag": record.etag,
        "sha256": record.sha256,
        "output_size": written and written.size,
        "output_mtime_ns": written and written.mtime_ns,
        "output_etag": written and written.etag,
        "output_sha256": written and written.sha256,
        "docbin": setup.docbin,
        "method": setup.method,
        "params": json.loads(setup.params),
        "weights_sha256": setup.weights,
        "options": json.loads(setup.options),
        "recipe_sha256": setup.recipe and hashlib.sha256(setup.recipe.encode()).hexdigest(),
        "seconds": round(record.seconds, 6),
        "ended": _time(record.ended),
        "pages": [asdict(page) for page in record.pages],
    }


def _time(seconds: float) -> str | None:
    if not seconds:
        return None
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")


_COLUMNS = tuple(facts(Record("", "", "", "", 0, 0, Setup("", ""))))


def export(records: Iterable[Record], target: Name, *, force: bool = False) -> None:
    """Write records as ``.csv``, a line for each file, or as ``.json``, with their pages.

    In CSV, pages are counted and their seconds added up; names that are no UTF-8 keep their bytes.

    Raises
    ------
    UsageError
        If the name ends in something else.
    OutputError
        If the file exists and ``force`` is not set, or cannot be written.
    """
    ending = Path(target).suffix.lower()
    if ending not in (".csv", ".json"):
        raise UsageError(f"{shown(target)}: records are written as .csv or .json")
    rows = [facts(record) for record in records]
    text = _csv(rows) if ending == ".csv" else json.dumps(rows, indent=1, allow_nan=False) + "\n"
    with replacing(target, force=force) as file:
        file.write(text.encode("utf-8", "surrogateescape"))


def _csv(rows: list[dict[str, Any]]) -> str:
    parts = ("decode", "binarize", "encode")
    file = io.StringIO(newline="")
    writer = csv.DictWriter(file, [*_COLUMNS, *parts], lineterminator="\n")
    writer.writeheader()
    for row in rows:
        pages = row["pages"]
        sums = {part: round(sum(page[part] for page in pages), 6) for part in parts}
        plain = {key: json.dumps(row[key], sort_keys=True) for key in ("params", "options")}
        writer.writerow({**row, **plain, **sums, "pages": len(pages)})
    return file.getvalue()
