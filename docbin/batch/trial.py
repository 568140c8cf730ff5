"""A few files cleaned as a run would clean them, to know what all of them will take."""

from __future__ import annotations

import dataclasses
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from docbin.batch.archive import here
from docbin.batch.books import open_books
from docbin.batch.items import Item
from docbin.batch.messages import Orders
from docbin.batch.place import Folder
from docbin.batch.records import DONE, Record
from docbin.batch.resume import Wishes
from docbin.batch.session import Listener, Run
from docbin.batch.setup import setup_of
from docbin.batch.treatment import Treatment

# Where files are done that are done before, so that every worker has loaded what it needs.
_WARM = ".docbin-warm"


@dataclass(frozen=True, slots=True)
class Means:
    """What a run has: processes, bytes of memory, and seconds for a page."""

    workers: int
    memory: int | None
    timeout: float


@dataclass(frozen=True, slots=True)
class Tried:
    """What a file took: seconds of a worker, of these for decoding, bytes of the result, pages.

    ``error`` says why it failed.
    """

    seconds: float
    decode: float
    bytes: int
    pages: int
    error: str | None


@dataclass(frozen=True, slots=True)
class Trial:
    """What became of the files, and the seconds that a run takes once, whatever it does."""

    files: dict[str, Tried]
    once: float


def tried(
    items: Sequence[Item],
    warm: Sequence[Item],
    treatment: Treatment,
    means: Means,
    listener: Listener,
) -> Trial:
    """Clean files, into a temporary folder, after which it is gone.

    Parameters
    ----------
    items
        The files.
    warm
        Some of them, to be done before, once more: in a new process the first file of a format
        takes longer than others.
    """
    again = [
        dataclasses.replace(
            item,
            found=dataclasses.replace(item.found, name=f"{_WARM}/{number}/{item.found.name}"),
            target=f"{_WARM}/{number}/{item.target}",
        )
        for number, item in enumerate(warm)
    ]
    # In folders of their own, should two collide.
    apart = [
        dataclasses.replace(item, target=f"{number}/{item.target}")
        for number, item in enumerate(items)
    ]
    todo = [*again, *apart]
    setup = setup_of(treatment)
    with tempfile.TemporaryDirectory(prefix="docbin-plan-", ignore_cleanup_errors=True) as name:
        start = time.perf_counter()
        with open_books(Folder(Path(name))) as books:
            run = Run(books, Folder(Path(name)), setup, listener)
            run.prepare(todo, Wishes())
            orders = Orders(treatment, books.owner, str(books.scratch))
            run.work(orders, here(means.workers, means.memory, means.timeout))
            records = run.records(todo)
        wall = time.perf_counter() - start
    found = {record.name: record for record in records}
    each = {item.found.name: _tried(found[item.found.name]) for item in items}
    return Trial(each, _once(wall, list(found.values()), again, warm, each, means.workers))


def _once(
    wall: float,
    records: Sequence[Record],
    again: Sequence[Item],
    warm: Sequence[Item],
    each: dict[str, Tried],
    workers: int,
) -> float:
    """Return the seconds beside the files' own: starting, ending, and what was slow at first."""
    busy = {record.name: record.seconds for record in records}
    slow = sum(
        busy[first.found.name] - each[item.found.name].seconds
        for first, item in zip(again, warm, strict=True)
    )
    return max(0.0, wall - sum(busy.values()) / workers) + max(0.0, slow) / workers


def _tried(record: Record) -> Tried:
    done = record.status == DONE
    size = record.written.size if done and record.written is not None else 0
    decode = sum(page.decode for page in record.pages)
    return Tried(record.seconds, decode, size, len(record.pages), record.error)
