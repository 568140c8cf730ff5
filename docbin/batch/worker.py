"""A worker: a process that does one file after the other, and may crash.

It is started by `docbin.batch.crew` and ends when the coordinator does, however that ends.
"""

from __future__ import annotations

import dataclasses
import errno
import os
import pickle
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from queue import SimpleQueue
from typing import BinaryIO

from docbin import kernels
from docbin.batch.cleaning import Cleaned, clean_jobs
from docbin.batch.local import changed, local
from docbin.batch.memory import needed
from docbin.batch.messages import (
    Ask,
    Beat,
    Done,
    FromWorker,
    Grant,
    Orders,
    Ready,
    Task,
    ToWorker,
)
from docbin.batch.outgoing import outgoing
from docbin.batch.records import PageRecord
from docbin.batch.scope import look, looks
from docbin.batch.sums import sha256_of, stamp
from docbin.batch.timing import Stopwatch, TimedSource
from docbin.batch.treatment import CleanedPage, Treatment, cleaned
from docbin.errors import DocbinError
from docbin.image import Packed
from docbin.io.atomic import own_temporaries
from docbin.io.page import PageSource
from docbin.methods.auto_scope import Seen

_NO_MORE = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO)


def main() -> None:
    """Do what comes through standard input until it ends."""
    told, out = _pipes()
    Worker(_incoming(told), out).run()


def _pipes() -> tuple[BinaryIO, BinaryIO]:
    """Return the pipes to the coordinator; what others print goes to standard error."""
    told, out = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    os.dup2(2, 1)
    return told, out


def _incoming(file: BinaryIO) -> SimpleQueue[ToWorker]:
    """Return what takes the messages, also while the worker works.

    So a worker whose coordinator was killed ends at once, before it could write a result of which
    a later run knows nothing.
    """
    queue: SimpleQueue[ToWorker] = SimpleQueue()

    def read() -> None:
        while True:
            try:
                queue.put(pickle.load(file))
            except (EOFError, OSError, pickle.UnpicklingError):
                os._exit(0)

    threading.Thread(target=read, daemon=True).start()
    return queue


class Worker:
    """Does tasks; each page is done once the coordinator says that there is room for it."""

    def __init__(self, told: SimpleQueue[ToWorker], out: BinaryIO) -> None:
        self._told = told
        self._out = out
        self._pages: list[PageRecord] = []
        self._size = 0

    def run(self) -> None:
        """Do tasks for as long as some come."""
        orders = self._told.get()
        assert isinstance(orders, Orders)
        own_temporaries(orders.owner)
        self._say(Ready())
        while True:
            task = self._told.get()
            assert isinstance(task, Task)
            self._say(self._looked(task, orders) if task.look else self._done(task, orders))

    def _say(self, message: FromWorker) -> None:
        pickle.dump(message, self._out)
        self._out.flush()

    def _done(self, task: Task, orders: Orders) -> Done:
        start = time.perf_counter()
        self._pages = []
        sha256, written = None, None
        try:
            scratch = Path(orders.scratch)
            with (
                local(task.found, scratch) as path,
                outgoing(task.job.target, scratch, force=task.force) as (target, send),
            ):
                sha256 = sha256_of(path)
                result = self._result(task, path, target, orders)
                written = send()
                if task.found.origin is None and stamp(path) != task.found.stamp:
                    raise changed(task.found)
        except DocbinError as error:
            cause = error.__cause__
            return Done(
                sha256,
                written,
                error=str(error),
                exit_code=error.exit_code,
                seconds=time.perf_counter() - start,
                full=isinstance(cause, OSError) and cause.errno in _NO_MORE,
            )
        seconds = time.perf_counter() - start
        return Done(sha256, written, self._all_pages(result), seconds)

    def _looked(self, task: Task, orders: Orders) -> Done:
        """Look at pages; what cannot be read is said when the file's turn comes."""
        try:
            with local(task.found, Path(orders.scratch)) as path:
                self._size = Path(path).stat().st_size
                return Done(seen=looks(path, orders.treatment, task.look, self._look))
        except Exception:
            if orders.strict:
                raise
            return Done()

    def _look(self, source: PageSource, treatment: Treatment) -> Seen | None:
        """Look at a page when there is room for it."""
        with kernels.limit_threads(self._granted(source, treatment)):
            return look(source, treatment)

    def _granted(self, source: PageSource, treatment: Treatment) -> int:
        """Wait for room for a page; return how many threads it gets."""
        self._say(Ask(needed(source, treatment, self._size)))
        grant = self._told.get()
        assert isinstance(grant, Grant)
        return grant.threads

    def _result(self, task: Task, path: str, target: str, orders: Orders) -> Cleaned:
        """Do a task whose input is the file at a path, and write the result to another."""
        self._size = Path(path).stat().st_size
        (result,) = clean_jobs(
            [dataclasses.replace(task.job, files=(path,), target=target)],
            dataclasses.replace(orders.treatment, fit=task.fit),
            self._watch,
            force=task.force,
            strict=orders.strict,
            apart=False,
            cleaner=self._cleaned,
            looker=self._look,
        )
        if result.error is not None:
            raise result.error
        return result

    def _watch(self, done: int, known: int) -> None:
        self._say(Beat(done, known))

    def _cleaned(
        self, source: PageSource, treatment: Treatment
    ) -> tuple[Iterator[Packed], CleanedPage]:
        """Do a page when there is room for it, and take its times."""
        threads, watch = self._granted(source, treatment), Stopwatch()
        with kernels.limit_threads(threads), watch.running("binarize"):
            rows, page = cleaned(TimedSource(source, watch), treatment)
        return self._timed(rows, page, watch, threads), page

    def _timed(
        self, rows: Iterator[Packed], page: CleanedPage, watch: Stopwatch, threads: int
    ) -> Iterator[Packed]:
        while True:
            with kernels.limit_threads(threads), watch.running("binarize"):
                piece = next(rows, None)
            if piece is None:
                break
            with watch.running("encode"):
                yield piece
        self._pages.append(_page_record(page, watch))

    def _all_pages(self, result: Cleaned) -> tuple[PageRecord, ...]:
        """Return the pages in order, with those that were left as they are."""
        # A page of a PDF may have had several scans.
        done = {page.number: page for page in self._pages}
        for page in result.pages:
            done.setdefault(page.index + 1, _page_record(page, Stopwatch()))
        return tuple(done[number] for number in sorted(done))


def _page_record(page: CleanedPage, watch: Stopwatch) -> PageRecord:
    seconds = [watch.seconds[part] for part in ("decode", "binarize", "encode")]
    return PageRecord(page.index + 1, page.width, page.height, page.method, *seconds)


if __name__ == "__main__":
    main()
