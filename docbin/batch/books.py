"""Where the books of runs are, and the reading of them."""

from __future__ import annotations

import dataclasses
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TypeVar

from docbin.batch import rows
from docbin.batch.database import RunDatabase
from docbin.batch.items import BOOKS, Shard
from docbin.batch.lock import locked
from docbin.batch.order import natural_key
from docbin.batch.place import Place
from docbin.batch.records import Record
from docbin.batch.schema import check
from docbin.batch.stores.address import is_address, plain
from docbin.errors import InputError, UsageError
from docbin.io.atomic import writing
from docbin.io.names import Name, shown

_Answer = TypeVar("_Answer")
_WHOLE = "run"
_ENDING = ".sqlite"


@contextmanager
def open_books(
    place: Place, state: Path | None = None, shard: Shard | None = None
) -> Iterator[RunDatabase]:
    """Open the run database of a destination, which nobody else may do meanwhile.

    Parameters
    ----------
    place
        Where results go; a folder is made where it is missing.
    state
        Folder of the database; None: ``.docbin`` in the folder of the results.
    shard
        The part of the run: each has a database of its own.

    Raises
    ------
    UsageError
        If another run works on the same results, or the run was begun in other parts.
    """
    if place.folder is None and state is None:
        raise _stateless(place.name)
    # In a store there can be no lock.
    lock = state if place.folder is None else place.folder / BOOKS
    folder = lock if state is None else state
    assert lock is not None
    assert folder is not None
    for each in (lock, folder):
        with writing(str(each)):
            each.mkdir(parents=True, exist_ok=True)
    name = _WHOLE if shard is None else f"shard-{shard.number}-of-{shard.count}"
    _refuse_other_parts(folder, place.name, shard)
    with locked(lock / f"{name}.lock", place.name):
        of = place.name if place.folder is None else str(place.folder.resolve())
        books = RunDatabase(folder / f"{name}{_ENDING}", of)
        with closing(books):
            yield books


def _stateless(destination: str) -> UsageError:
    return UsageError(
        f"{shown(destination)} is a store, which cannot keep the books of a run: give --state DIR, "
        "a folder of this machine, the same each time"
    )


def _refuse_other_parts(folder: Path, destination: str, shard: Shard | None) -> None:
    for path in folder.glob(f"*{_ENDING}"):
        count = path.stem.rpartition("-of-")[2] if path.stem != _WHOLE else None
        if count != (None if shard is None else str(shard.count)):
            parts = "as a whole" if count is None else f"in {count} shards"
            flag = "without --shard" if count is None else f"with --shard I/{count}"
            raise UsageError(f"{shown(destination)} was begun {parts}; go on {flag}")


def has_books(destination: Name, state: Name | None = None) -> bool:
    """Return whether there is a run database for a folder of results."""
    return bool(_databases(destination, state))


def _databases(destination: Name, state: Name | None) -> list[Path]:
    return sorted(_folder(destination, state).glob(f"*{_ENDING}"))


def _folder(destination: Name, state: Name | None) -> Path:
    if state is None and is_address(destination):
        raise _stateless(os.fspath(destination))
    return Path(plain(destination)) / BOOKS if state is None else Path(state)


def read_records(destination: Name, state: Name | None = None) -> list[Record]:
    """Return all records of the runs that have written to a folder, in natural order of names.

    What a run could not look at, such as a damaged archive, has one too, without a target. A run
    may go on meanwhile.

    Parameters
    ----------
    destination
        Folder of the results.
    state
        Folder of the run databases where they are elsewhere.

    Raises
    ------
    InputError
        If there is no run database, or one that is damaged.
    """
    paths = _those(destination, state)
    found = [record for path in paths for record in _read(path)]
    return sorted(found, key=lambda record: natural_key(record.name))


def inputs_left(destination: Name, state: Name | None = None) -> int:
    """Return how many inputs the last run, which may go on, had left to do; of all shards begun."""
    return sum(_with(path, rows.waiting) for path in _those(destination, state))


def _those(destination: Name, state: Name | None) -> list[Path]:
    """Return the run databases, of which there must be one."""
    folder, paths = _folder(destination, state), _databases(destination, state)
    if not paths:
        raise InputError(
            f"{shown(folder)} has no run database; give the destination of a run of docbin batch"
            + (", or --state" if state is None else "")
        )
    return paths


def _read(path: Path) -> list[Record]:
    return _with(path, _records)


def _records(connection: sqlite3.Connection) -> list[Record]:
    pages = rows.pages(connection)
    known = [
        dataclasses.replace(record, pages=pages.get(record.name, ()))
        for record in rows.files(connection)
    ]
    return [*known, *rows.missed(connection)]


def _with(path: Path, ask: Callable[[sqlite3.Connection], _Answer]) -> _Answer:
    """Return what is asked of one database, which is not changed."""
    try:
        connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
        with closing(connection):
            check(connection, path)
            return ask(connection)
    except sqlite3.Error as error:
        raise InputError(f"{shown(path)} cannot be read: {error}") from error
