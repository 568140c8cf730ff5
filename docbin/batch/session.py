"""One run: what is left to do, the doing of it, and the keeping of the books."""

from __future__ import annotations

import contextlib
import dataclasses
import time
from collections.abc import Iterator
from itertools import islice
from typing import Protocol

from docbin.batch.choices import FolderChoices
from docbin.batch.database import RunDatabase
from docbin.batch.executor import Executor, Making, Outcome
from docbin.batch.interrupts import interruptible
from docbin.batch.items import Item
from docbin.batch.local import clear
from docbin.batch.messages import Orders, Task
from docbin.batch.place import Place
from docbin.batch.planning import Job
from docbin.batch.records import BEGUN, DONE, FAILED, QUARANTINED, Record
from docbin.batch.resume import Wishes, rest_of
from docbin.batch.setup import Setup
from docbin.errors import DefectError, OutputError

# Files that are said to be begun before a worker is free for them, for each worker.
_AHEAD = 4


class Listener(Protocol):
    """Is told how a run goes."""

    def progress(self, done: int, known: int) -> None:
        """Show that so many pages are done, of so many that are known to be left to do."""
        ...

    def record(self, record: Record) -> None:
        """Take the record of a file that ended."""
        ...

    def stopping(self) -> None:
        """Say that after Ctrl-C the pages in hand are finished."""
        ...


class Silence:
    """A listener that says nothing."""

    def progress(self, done: int, known: int) -> None:
        """Ignore it."""

    def record(self, record: Record) -> None:
        """Ignore it."""

    def stopping(self) -> None:
        """Ignore it."""


class Run:
    """The books, what is left to do, and the doing of it."""

    def __init__(
        self,
        books: RunDatabase,
        place: Place,
        setup: Setup,
        listener: Listener,
        choices: FolderChoices | None = None,
    ) -> None:
        self._books = books
        self._place = place
        self._setup = setup
        self._listener = listener
        self._choices = choices
        self._known: dict[str, Record] = {}
        self._todo: dict[str, tuple[Item, bool]] = {}
        self._active: dict[str, tuple[int, int]] = {}
        self._done = self._pages = 0
        self._full: str | None = None
        # Files that the books call begun and that no worker has been given.
        self._ahead: set[str] = set()

    def prepare(self, items: list[Item], wishes: Wishes) -> None:
        """Find out what is left, and clear what a killed run left behind."""
        clear(self._books.scratch)
        self._known = self._books.records()
        rest = rest_of(
            *(items, self._known, self._setup, self._place),
            wishes=wishes,
            scratch=self._books.scratch,
        )
        self._books.renew(rest.renewed)
        todo = sorted(rest.todo, key=lambda each: each[0].found.order)
        self._todo = {item.found.name: (item, force) for item, force in todo}
        begun = [record for record in self._known.values() if record.status == BEGUN]
        self._place.clear((record.target for record in begun), self._books.owner)

    @property
    def left(self) -> int:
        """How many files are left to do."""
        return len(self._todo)

    def work(self, orders: Orders, making: Making) -> None:
        """Do what is left, by executors that ``making`` makes."""
        missing = (
            self._choices.missing(item for item, _ in self._todo.values()) if self._choices else []
        )
        if missing and self._choices:
            looking = making(orders, self.left, lambda *_: None)
            with self._stoppable(looking):
                self._choices.make(missing, looking)
        working = making(orders, self.left, self._watch)
        with self._stoppable(working):
            self._tell()
            for outcome in working.outcomes(self._tasks(_AHEAD * working.width)):
                self._note(self._record(outcome))
                if outcome.done is not None and outcome.done.full:
                    self._full = outcome.done.error
                    working.stop()
        if self._full is not None:
            remedy = "make room" if self._place.folder else "see that the store takes it"
            raise OutputError(f"{self._full}. What is done is kept: {remedy} and run again")

    @contextlib.contextmanager
    def _stoppable(self, executor: Executor) -> Iterator[None]:
        """Let Ctrl-C stop an executor, twice abandon it, and end the run."""

        def stop() -> None:
            executor.stop()
            self._listener.stopping()

        with interruptible(stop, executor.abandon) as signals:
            yield
        self._books.take_back(self._ahead, self._known)
        if signals:
            raise KeyboardInterrupt

    def records(self, items: list[Item]) -> list[Record]:
        """Return the records of inputs."""
        known, pages = self._books.records(), self._books.pages()
        names = [item.found.name for item in items if item.found.name in known]
        return [dataclasses.replace(known[each], pages=pages.get(each, ())) for each in names]

    def _tasks(self, ahead: int) -> Iterator[Task]:
        """Yield what is to be done, once the books say that it is begun."""
        todo = iter(self._todo.values())
        while chunk := list(islice(todo, ahead)):
            self._ahead.update(item.found.name for item, _ in chunk)
            self._books.begin(self._blank(item) for item, _ in chunk)
            for item, force in chunk:
                self._ahead.remove(item.found.name)
                try:
                    self._place.make_room(item.target)
                except OutputError as error:
                    self._note(self._failed(item, str(error), error.exit_code))
                    continue
                job = Job((item.found.path,), self._place.path(item.target), item.format)
                fit = None if self._choices is None else self._choices.of(item)
                yield Task(item.found, job, force=force, fit=fit)

    def _blank(self, item: Item) -> Record:
        found = item.found
        return Record(
            *(found.name, found.path, item.target, BEGUN, found.size, found.mtime_ns, self._setup),
            etag=found.etag,
        )

    def _failed(self, item: Item, error: str, exit_code: int, status: str = FAILED) -> Record:
        """Return the record of a failure; what is known of an older result stays."""
        old = self._known.get(item.found.name)
        return dataclasses.replace(
            self._blank(item),
            status=status,
            error=error,
            exit_code=exit_code,
            written=None if old is None else old.written,
            ended=time.time(),
        )

    def _record(self, outcome: Outcome) -> Record:
        item, _ = self._todo[outcome.task.name]
        done = outcome.done
        if done is None:
            text = f"{outcome.lost}, {outcome.attempts} times"
            record = self._failed(item, text, DefectError.exit_code, QUARANTINED)
            return dataclasses.replace(record, attempts=outcome.attempts)
        record = self._blank(item)
        if done.error is not None:
            record = self._failed(item, done.error, done.exit_code)
        return dataclasses.replace(
            record,
            status=DONE if done.error is None else FAILED,
            sha256=done.sha256,
            attempts=outcome.attempts,
            seconds=done.seconds,
            ended=time.time(),
            pages=done.pages,
            written=done.written or record.written,
        )

    def _note(self, record: Record) -> None:
        """Keep a record, and remove the result that it replaces under another name."""
        self._books.add(record)
        old = self._known.get(record.name)
        if record.status == DONE and old is not None and old.target != record.target:
            ours = old.output is not None and self._place.stamp(old.target) == old.output
            if ours:
                self._place.remove(old.target)
        _, known = self._active.pop(record.name, (0, 1))
        self._done += known
        self._pages += known - 1
        self._listener.record(record)
        self._tell()

    def _watch(self, task: Task, done: int, known: int) -> None:
        self._active[task.name] = (done, known)
        self._tell()

    def _tell(self) -> None:
        done = self._done + sum(done for done, _ in self._active.values())
        more = self._pages + sum(known - 1 for _, known in self._active.values())
        self._listener.progress(done, len(self._todo) + more)
