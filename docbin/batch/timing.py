"""How long the parts of a page take, though they take turns band by band."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from docbin.image import Gray
from docbin.io.page import Page, PageInfo, PageSource


class Stopwatch:
    """Adds up the seconds of parts; a part within a part counts for itself alone."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {"decode": 0.0, "binarize": 0.0, "encode": 0.0}
        self._inner = 0.0

    @contextmanager
    def running(self, part: str) -> Iterator[None]:
        """Add the time within the ``with`` block to ``part``."""
        outer, self._inner = self._inner, 0.0
        start = time.perf_counter()
        try:
            yield
        finally:
            spent = time.perf_counter() - start
            self.seconds[part] += spent - self._inner
            self._inner = outer + spent


class TimedSource:
    """A page whose decoding is timed."""

    def __init__(self, source: PageSource, watch: Stopwatch) -> None:
        self._source = source
        self._watch = watch

    @property
    def info(self) -> PageInfo:
        """What the header says."""
        return self._source.info

    @property
    def can_stream(self) -> bool:
        """Whether `bands` holds only a part of the page in memory."""
        return self._source.can_stream

    def load(self) -> Page:
        """Decode the whole page."""
        with self._watch.running("decode"):
            return self._source.load()

    def bands(self, rows: int) -> Iterator[Gray]:
        """Yield the page as gray uint8 (``rows``, W)."""
        bands = self._source.bands(rows)
        while True:
            with self._watch.running("decode"):
                band = next(bands, None)
            if band is None:
                return
            yield band
