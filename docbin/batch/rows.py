"""Rows of the run database as records."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from dataclasses import replace

from docbin.batch.records import FAILED, PageRecord, Record, Written
from docbin.batch.setup import Setup

FILE = (
    "name, source, target, status, size, mtime_ns, setup, sha256, output_size, output_mtime_ns, "
    "output_sha256, error, exit_code, attempts, seconds, ended, etag, output_etag"
)


def files(connection: sqlite3.Connection) -> Iterator[Record]:
    """Yield all records, without their pages, in no order."""
    setups = _setups(connection)
    for row in connection.execute(f"SELECT {FILE} FROM file"):
        written = None if row[8] is None else Written(row[8], row[9], row[10], row[17])
        yield Record(
            name=told(row[0]),
            source=told(row[1]),
            target=told(row[2]),
            status=row[3],
            size=row[4],
            mtime_ns=row[5],
            setup=setups[row[6]],
            sha256=row[7],
            written=written,
            error=None if row[11] is None else told(row[11]),
            exit_code=row[12],
            attempts=row[13],
            seconds=row[14],
            ended=row[15],
            etag=row[16],
        )


def missed(connection: sqlite3.Connection) -> Iterator[Record]:
    """Yield a record of everything that could not be looked at; see `RunDatabase.miss`."""
    if not _has(connection, "missed"):
        return
    setups = _setups(connection)
    for name, setup, error, code in connection.execute(
        "SELECT name, setup, error, exit_code FROM missed"
    ):
        path = told(name)
        yield Record(
            *(path, path, "", FAILED, 0, 0, setups[setup]), error=told(error), exit_code=code
        )


def waiting(connection: sqlite3.Connection) -> int:
    """Return how many inputs the last run had left to do."""
    if not _has(connection, "waiting"):
        return 0
    (count,) = connection.execute("SELECT COALESCE(SUM(inputs), 0) FROM waiting").fetchone()
    return int(count)


def _setups(connection: sqlite3.Connection) -> dict[int, Setup]:
    recipes = dict(connection.execute("SELECT * FROM recipe")) if _has(connection, "recipe") else {}
    rows = connection.execute("SELECT id, docbin, method, params, weights, options FROM setup")
    return {number: replace(Setup(*rest), recipe=recipes.get(number)) for number, *rest in rows}


def _has(connection: sqlite3.Connection, table: str) -> bool:
    """Return whether there is a table that an older docbin does not make."""
    ask = "SELECT 1 FROM sqlite_master WHERE name = ?"
    return connection.execute(ask, (table,)).fetchone() is not None


def pages(connection: sqlite3.Connection) -> dict[str, tuple[PageRecord, ...]]:
    """Return the pages of all results, by name."""
    found: dict[str, list[PageRecord]] = {}
    for name, *rest in connection.execute("SELECT * FROM page ORDER BY name, number"):
        found.setdefault(told(name), []).append(PageRecord(*rest))
    return {name: tuple(each) for name, each in found.items()}


def kept(text: str) -> str | bytes:
    """Return a name as SQLite keeps it: text, or bytes where it is no UTF-8."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return os.fsencode(text)
    return text


def told(kept: str | bytes) -> str:
    """Return a name that was kept."""
    return os.fsdecode(kept) if isinstance(kept, bytes) else kept
