"""Pictures and measures of all pages of a run, on several cores, resumable."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from typing import Any

from docbin import kernels
from docbin.batch.records import DONE, Record
from docbin.errors import DocbinError
from docbin.io.page import PageSource
from docbin.io.reader import open_source
from docbin.report.measures import measured
from docbin.report.pictures import SIDE, gray_png, jpeg, pair, result, shrunk, small
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
    for record in _work(todo, destination, shelf, max_pixels):
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


def _work(
    todo: list[Record], destination: Path, shelf: Shelf, max_pixels: int | None
) -> Iterator[Record]:
    """Do files on threads; yield each record when its pages are on the shelf."""
    count = kernels.threads()
    waiting: deque[tuple[Record, Future[None]]] = deque()
    with ThreadPoolExecutor(count) as pool:
        try:
            for record in todo:
                waiting.append((record, pool.submit(_file, record, destination, shelf, max_pixels)))
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


def _file(record: Record, destination: Path, shelf: Shelf, max_pixels: int | None) -> None:
    """Do the pages of one file that are missing, on one core."""
    with kernels.limit_threads(1):
        _pages_of(record, destination, shelf, max_pixels)


def _pages_of(record: Record, destination: Path, shelf: Shelf, max_pixels: int | None) -> None:
    numbers = _missing(record, shelf)
    befores, no_scan = _pages(record.source, max_pixels)
    afters, no_result = _pages(str(destination / record.target), max_pixels)
    for number in numbers:
        entry: Entry = {"key": key_of(record, number)}
        pictures: dict[str, bytes] = {}
        try:
            if number not in afters:
                raise DocbinError(no_result or f"the result has no page {number}")
            entry |= _page(befores.get(number), afters[number], pictures)
            if number not in befores:
                entry["note"] = no_scan or f"the scan has no page {number}"
        except DocbinError as error:
            entry["note"] = str(error)
        except MemoryError:
            entry["note"] = "there is not enough memory to make pictures of the page"
        shelf.keep(entry, pictures)


def _pages(name: str, max_pixels: int | None) -> tuple[dict[int, PageSource], str]:
    """Return the pages of a file by number, and why there are none."""
    try:
        return {each.info.index + 1: each for each in open_source(name, max_pixels=max_pixels)}, ""
    except DocbinError as error:
        return {}, str(error)


def _page(before: PageSource | None, after: PageSource, pictures: dict[str, bytes]) -> Entry:
    mask = result(after)
    scan = None if before is None else small(before)
    found = measured(mask, None if scan is None else scan.histogram)
    # Paper 255, ink 0, as `to_uint8` has it, without a copy of the page for it.
    light = shrunk((~mask).view("uint8") * 255, SIDE)
    if scan is not None:
        pictures["before"] = jpeg(scan.pixels, 70)
    pictures["after"] = gray_png(light)
    pictures["list"] = pair(None if scan is None else scan.pixels, light)
    return asdict(found)
