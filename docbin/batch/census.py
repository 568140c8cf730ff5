"""What an archive is made of, told from names and headers, without decoding a page."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from docbin import kernels
from docbin.batch.found import Found
from docbin.batch.items import Item
from docbin.batch.order import same_name
from docbin.batch.planning import do_not_fit
from docbin.errors import DocbinError
from docbin.io.names import shown
from docbin.io.reader import open_source
from docbin.io.writers import MULTI_PAGE

# A page costs some time whatever its size: as much as so many pixels.
_FIXED = 200_000


@dataclass(frozen=True, slots=True)
class Counted:
    """An input by its header.

    Parameters
    ----------
    item
        The input, and its result.
    kind
        What costs about the same for each pixel: format, gray or coloured, 1-bit.
    pages
        Its pages; None where the input is elsewhere, so that its header was not read.
    work
        What its time goes with: pixels and pages, or bytes where no header was read.
    error
        Why it cannot be read, or its result not be written.
    """

    item: Item
    kind: str
    pages: int | None
    work: float
    error: str | None = None


def counted(
    items: Sequence[Item], max_pixels: int | None, watch: Callable[[int, int], None] | None = None
) -> list[Counted]:
    """Read the headers of inputs that are files of this machine."""
    found = []
    with ThreadPoolExecutor(kernels.threads()) as pool:
        for each in pool.map(lambda item: _counted(item, max_pixels), items):
            found.append(each)
            if watch is not None:
                watch(len(found), len(items))
    return found


def _counted(item: Item, max_pixels: int | None) -> Counted:
    if item.found.origin is not None:
        return Counted(item, f"{ending(item.found)}, elsewhere", None, max(1, item.found.size))
    try:
        pages = [page.info for page in open_source(item.found.path, max_pixels=max_pixels)]
    except DocbinError as error:
        return Counted(item, "unreadable", 0, _FIXED, _named(item.found, str(error)))
    if not pages:
        return Counted(item, "unreadable", 0, _FIXED, f"{shown(item.found.path)} has no pages")
    if len(pages) > 1 and item.format not in MULTI_PAGE:
        why = do_not_fit(item.found.path, len(pages), item.format)
        return Counted(item, "unreadable", len(pages), _FIXED, why)
    work = sum(page.width * page.height + _FIXED for page in pages)
    look = "1 bit" if pages[0].bilevel else {1: "gray", 3: "colour"}[pages[0].channels]
    return Counted(item, f"{pages[0].format}, {look}", len(pages), work)


def _named(found: Found, text: str) -> str:
    return text if shown(found.path) in text else f"{shown(found.path)}: {text}"


def ending(found: Found) -> str:
    """Return the ending of an input's name, without the dot, in small letters."""
    return os.path.splitext(found.name)[1].lower().removeprefix(".")  # noqa: PTH122 - many names


def collisions(items: Iterable[Item]) -> list[tuple[Item, ...]]:
    """Return inputs that would be written to one result; letters' case does not count."""
    groups: dict[str, list[Item]] = {}
    for item in items:
        groups.setdefault(same_name(item.target), []).append(item)
    return [tuple(group) for group in groups.values() if len(group) > 1]
