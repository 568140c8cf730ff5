"""Pictures and measures of all pages of a run, on several cores, resumable."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from docbin import kernels
from docbin.batch.memory import free_memory
from docbin.batch.records import DONE, Record
from docbin.errors import REPORT, DocbinError, InputError
from docbin.io.page import PageSource
from docbin.io.reader import open_source
from docbin.report.measures import measured
from docbin.report.pictures import gray_png, jpeg, pair, small, small_result
from docbin.report.room import PART, Room
from docbin.report.scans import Scans
from docbin.report.shelf import Shelf

# Goes up when pictures or measures are made otherwise.
_VERSION = 1
Entry = dict[str, Any]


def key_of(record: Record, number: int) -> str:
    """Return a key for a page that is another for other contents."""
    result_sum = record.written and record.written.sha256
    parts = [_VERSION, record.name, number, record.sha256, result_sum]
    return sha256(json.dumps(parts).encode()).hexdigest()[:24]


def gather(
    records: Iterable[Record],
    destination: Path,
    shelf: Shelf,
    *,
    max_pixels: int | None = None,
    watch: Callable[[int, int], None] | None = None,
) -> None:
    """Put all pages of results that are done on the shelf where they are not yet.

    A page that cannot be read gets an entry that says why; nothing else is stopped by it.
    """
    todo = [record for record in records if _missing(record, shelf)]
    known = sum(len(record.pages) for record in todo)
    done = 0
    scans = Scans(todo, shelf.folder / "fetched")
    room = Room(int(free_memory() * PART))
    with closing(scans):
        todo.sort(key=scans.order)
        maker = _Maker(destination, shelf, scans, room, max_pixels)
        for record in _work(todo, maker):
            done += len(record.pages)
            if watch is not None:
                watch(done, known)


def _missing(record: Record, shelf: Shelf) -> list[int]:
    if record.status != DONE:
        return []
    return [
        page.number
        for page in record.pages
        if page.width and not shelf.has(key_of(record, page.number))
    ]


def _work(todo: list[Record], maker: _Maker) -> Iterator[Record]:
    """Do files on threads; yield each record when its pages are on the shelf."""
    count = kernels.threads()
    waiting: deque[tuple[Record, Future[None]]] = deque()
    with ThreadPoolExecutor(count) as pool:
        try:
            for record in todo:
                waiting.append((record, pool.submit(maker.make, record)))
                if len(waiting) > 2 * count:
                    yield _ended(*waiting.popleft())
            while waiting:
                yield _ended(*waiting.popleft())
        finally:
            for _, future in waiting:
                future.cancel()


def _ended(record: Record, future: Future[None]) -> Record:
    future.result()
    return record


@dataclass(frozen=True, slots=True)
class _Maker:
    """Makes the pictures of files."""

    destination: Path
    shelf: Shelf
    scans: Scans
    room: Room
    max_pixels: int | None

    def make(self, record: Record) -> None:
        """Do the pages of one file that are missing, on one core."""
        with kernels.limit_threads(1), ExitStack() as stack:
            befores: dict[int, PageSource] = {}
            try:
                scan = stack.enter_context(self.scans.local(record))
                befores, no_scan = self._pages(scan)
            except InputError as error:
                no_scan = str(error)
            afters, no_result = self._pages(str(self.destination / record.target))
            for number in _missing(record, self.shelf):
                before, after = befores.get(number), afters.get(number)
                entry: Entry = {"key": key_of(record, number)}
                if before is None:
                    entry["note"] = no_scan or f"the scan has no page {number}"
                if after is None:
                    entry["note"] = no_result or f"the result has no page {number}"
                self.shelf.keep(*self._page(before, after, entry))

    def _pages(self, name: str) -> tuple[dict[int, PageSource], str]:
        """Return the pages of a file by number, and why there are none."""
        try:
            pages = open_source(name, max_pixels=self.max_pixels)
            return {each.info.index + 1: each for each in pages}, ""
        except DocbinError as error:
            return {}, str(error)

    def _page(
        self, before: PageSource | None, after: PageSource | None, entry: Entry
    ) -> tuple[Entry, dict[str, bytes]]:
        """Return what is known of a page, and its pictures; no page stops the others."""
        if after is None:
            return entry, {}
        try:
            with self.room.for_pages(before, after):
                measures, pictures = _seen(before, after)
            return entry | measures, pictures
        except DocbinError as error:
            return {**entry, "note": str(error)}, {}
        except MemoryError:
            return {**entry, "note": "there is not enough memory to make its pictures"}, {}
        except Exception as error:
            text = f"this should not have happened: {type(error).__name__}: {error}. {REPORT}"
            return {**entry, "note": text}, {}


def _seen(before: PageSource | None, after: PageSource) -> tuple[Entry, dict[str, bytes]]:
    scan = None if before is None else small(before)
    result = small_result(after)
    found = measured(result.ink, result.mask, None if scan is None else scan.histogram)
    pixels = None if scan is None else scan.pixels
    pictures = {"after": gray_png(result.pixels), "list": pair(pixels, result.pixels)}
    if pixels is not None:
        pictures["before"] = jpeg(pixels, 70)
    return asdict(found), pictures
