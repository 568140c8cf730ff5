"""Memory for several pages at a time."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from docbin.io.page import PageSource
from docbin.report.pictures import HELD_PIXELS

# Of what is free, this part is used.
PART = 0.5
# Bytes of a pixel while its page is decoded, shrunk and measured, and of what is read in bands.
_OF_PIXEL = 12
_BANDS = 64 << 20


class Room:
    """Lets pages in as long as there is room; one that is larger than all of it goes in alone.

    Parameters
    ----------
    size
        Bytes for all pages together.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._taken = 0
        self._free = threading.Condition()

    @contextmanager
    def for_pages(self, *pages: PageSource | None) -> Iterator[None]:
        """Wait until there is room for the largest of some pages, which are read in turn."""
        wanted = max(_needed(page) for page in pages if page is not None)
        with self._free:
            self._free.wait_for(lambda: not self._taken or self._taken + wanted <= self._size)
            self._taken += wanted
        try:
            yield
        finally:
            with self._free:
                self._taken -= wanted
                self._free.notify_all()


def _needed(page: PageSource) -> int:
    pixels = page.info.width * page.info.height
    if pixels > HELD_PIXELS and page.can_stream:
        return _BANDS
    return _BANDS + pixels * _OF_PIXEL
