"""The run database: what a run did, in one SQLite file that only its coordinator writes."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import astuple
from pathlib import Path

from docbin.batch.disks import is_networked
from docbin.batch.records import BEGUN, PageRecord, Record
from docbin.batch.rows import FILE, files, kept, pages, told
from docbin.batch.schema import APPLICATION, LATER, SCHEMA, VERSION, check
from docbin.batch.setup import Setup
from docbin.batch.stores.address import is_address
from docbin.errors import InputError, OutputError
from docbin.io.names import shown
from docbin.methods.auto_scope import Fit

_NOTHING = (None, None, None, None)


class RunDatabase:
    """Records of a run, each safe on the disk when the call that adds it returns.

    Parameters
    ----------
    path
        The file; made where it is missing.
    destination
        Where the results go, to notice a database that is another's.

    Raises
    ------
    InputError
        If the file is no run database, one of a newer docbin, or one of another destination.
    OutputError
        If it cannot be written.
    """

    def __init__(self, path: Path, destination: str) -> None:
        self.path = path
        # Beside it, copies of inputs that are no files here, while they are needed.
        self.scratch = path.with_suffix(".fetched")
        self._setups: dict[tuple[Setup, str | None], int] = {}
        with _trouble(path):
            # A coordinator may work in a thread of the caller's, never in two at once.
            self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            try:
                self.owner = self._opened(destination)
            except BaseException:
                self._connection.close()
                raise

    def _opened(self, destination: str) -> str:
        """Make or check what is there; return whose temporary files are this run's."""
        ask = self._connection.execute
        log = "DELETE" if is_networked(self.path.parent) else "WAL"
        (version,) = ask("PRAGMA user_version").fetchone()
        new = version == 0 and not ask("SELECT 1 FROM sqlite_master").fetchone()
        if not new:
            check(self._connection, self.path)
        ask(f"PRAGMA journal_mode = {log}")
        # Records outlast a power cut, as results do.
        ask("PRAGMA synchronous = FULL")
        if new:
            ask("BEGIN IMMEDIATE")
            for statement in SCHEMA.split(";"):
                ask(statement)
            ask("INSERT INTO run VALUES (?, ?)", (secrets.token_hex(4), kept(destination)))
            ask(f"PRAGMA application_id = {APPLICATION}")
            ask(f"PRAGMA user_version = {VERSION}")
            ask("COMMIT")
        self._connection.executescript(LATER)
        owner, known = ask("SELECT owner, destination FROM run").fetchone()
        if told(known) != destination and _is_there(told(known)):
            raise InputError(
                f"{shown(self.path)} is of results in {shown(told(known))}, not in "
                f"{shown(destination)}; give another --state"
            )
        ask("UPDATE run SET destination = ?", (kept(destination),))
        return str(owner)

    def close(self) -> None:
        """Close the file; without a log beside it, it can be read on a disk that is read-only."""
        try:
            self._connection.execute("PRAGMA journal_mode = DELETE")
        except sqlite3.Error:
            pass  # somebody reads it
        finally:
            self._connection.close()

    def begin(self, records: Iterable[Record]) -> None:
        """Say of files that they are about to be worked on, so that a result may appear.

        What is known of an older result stays.
        """
        rows = [
            (*map(kept, (each.name, each.source, each.target)), BEGUN, each.size, each.mtime_ns,
             self._setup(each.setup), each.etag)
            for each in records
        ]  # fmt: skip
        with self._transaction():
            self._connection.executemany(
                "INSERT INTO file (name, source, target, status, size, mtime_ns, setup, exit_code, "
                "attempts, seconds, ended, etag) VALUES (?, ?, ?, ?, ?, ?, ?, 0, 0, 0, 0, ?) "
                "ON CONFLICT (name) DO UPDATE SET source = excluded.source, "
                "target = excluded.target, status = excluded.status",
                rows,
            )

    def take_back(self, names: Iterable[str], known: Mapping[str, Record]) -> None:
        """Say that files were not begun after all; what was known of them before is ``known``."""
        names = list(names)
        new = [(kept(name),) for name in names if name not in known]
        old = [known[name] for name in names if name in known]
        with self._transaction():
            self._connection.executemany("DELETE FROM file WHERE name = ?", new)
            self._connection.executemany(
                "UPDATE file SET status = ?, source = ?, target = ? WHERE name = ?",
                [(r.status, *map(kept, (r.source, r.target, r.name))) for r in old],
            )

    def add(self, record: Record) -> None:
        """Keep what became of a file."""
        values = [
            *map(kept, (record.name, record.source, record.target)), record.status, record.size,
            record.mtime_ns, self._setup(record.setup), record.sha256,
            *(_NOTHING if record.written is None else astuple(record.written))[:3],
            None if record.error is None else kept(record.error), record.exit_code,
            record.attempts, record.seconds, record.ended, record.etag,
            None if record.written is None else record.written.etag,
        ]  # fmt: skip
        places = ", ".join("?" * len(values))
        name = values[0]
        with self._transaction():
            ask = self._connection.execute
            ask(f"INSERT OR REPLACE INTO file ({FILE}) VALUES ({places})", values)
            ask("DELETE FROM page WHERE name = ?", (name,))
            ask("UPDATE waiting SET inputs = MAX(inputs - 1, 0)")
            self._connection.executemany(
                "INSERT INTO page VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                [(name, *astuple(page)) for page in record.pages],
            )

    def renew(self, records: Iterable[Record]) -> None:
        """Keep the sizes and times of inputs and results whose sums are what they were."""
        rows = [(*each.input, *(each.output or _NOTHING[:3]), kept(each.name)) for each in records]
        with self._transaction():
            self._connection.executemany(
                "UPDATE file SET size = ?, mtime_ns = ?, etag = ?, output_size = ?, "
                "output_mtime_ns = ?, output_etag = ? WHERE name = ?",
                rows,
            )

    def expect(self, inputs: int) -> None:
        """Keep how many inputs are left to do, which each record that is added makes one less.

        After a run that was stopped or killed it says that something is left.
        """
        with self._transaction():
            self._connection.execute("DELETE FROM waiting")
            self._connection.execute("INSERT INTO waiting VALUES (?)", (inputs,))

    def miss(self, asked: str, records: Iterable[Record]) -> None:
        """Keep what could not be looked at in the sources ``asked``, instead of what was so before.

        Such folders, archives and members have no name among the inputs, and are kept apart.
        """
        rows = [
            (kept(r.source), kept(asked), self._setup(r.setup), kept(r.error or ""), r.exit_code)
            for r in records
        ]
        with self._transaction():
            self._connection.execute("DELETE FROM missed WHERE asked = ?", (kept(asked),))
            self._connection.executemany(
                "INSERT OR REPLACE INTO missed VALUES (?, ?, ?, ?, ?)", rows
            )

    def records(self) -> dict[str, Record]:
        """Return all records without their pages, by name."""
        return {record.name: record for record in files(self._connection)}

    def choices(self, setup: Setup) -> dict[str, Fit]:
        """Return the choices that were made for folders, by a setup."""
        rows = self._connection.execute(
            'SELECT folder, "window", k, least FROM choice WHERE setup = ?', (self._setup(setup),)
        )
        return {told(folder): Fit(*fit) for folder, *fit in rows}

    def choose(self, setup: Setup, folder: str, fit: Fit, pages: int) -> None:
        """Keep a choice for a folder, of which so many pages were looked at."""
        row = (self._setup(setup), kept(folder), *fit, pages)
        with self._transaction():
            self._connection.execute("INSERT INTO choice VALUES (?, ?, ?, ?, ?, ?)", row)

    def pages(self) -> dict[str, tuple[PageRecord, ...]]:
        """Return the pages of all results, by name."""
        return pages(self._connection)

    def _setup(self, setup: Setup) -> int:
        key = setup, setup.recipe
        if key not in self._setups:
            with _trouble(self.path):
                self._setups[key] = self._kept_setup(setup)
        return self._setups[key]

    def _kept_setup(self, setup: Setup) -> int:
        """Return the number of a setup, which is kept with its last recipe."""
        values = setup.docbin, setup.method, setup.params, setup.weights, setup.options
        ask = self._connection.execute
        found = ask(
            "SELECT id FROM setup WHERE docbin = ? AND method = ? AND params = ? AND weights IS ? "
            "AND options = ?",
            values,
        ).fetchone()
        if not found:
            found = ask(
                "INSERT INTO setup (docbin, method, params, weights, options) "
                "VALUES (?, ?, ?, ?, ?) RETURNING id",
                values,
            ).fetchone()
        if setup.recipe is not None:
            ask("INSERT OR REPLACE INTO recipe VALUES (?, ?)", (found[0], setup.recipe))
        return int(found[0])

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with _trouble(self.path):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")


def _is_there(destination: str) -> bool:
    """Return whether results may be there; a folder that is not has been moved."""
    return is_address(destination) or Path(destination).exists()


@contextmanager
def _trouble(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into ours."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):
            raise OutputError(f"{shown(path)} cannot be written: {error}") from error
        raise InputError(f"{shown(path)} cannot be read: {error}") from error
