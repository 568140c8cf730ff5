"""A bar on the terminal, for work on more than one page."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from docbin.dependencies import load
from docbin.errors import MissingDependencyError


class Progress(Protocol):
    """What is told how far the work is."""

    def update(self, done: int, known: int) -> None:
        """Show that ``done`` of ``known`` pages are done."""
        ...


class _Silent:
    def update(self, done: int, known: int) -> None:
        """Show nothing."""


class _Bar:
    """Starts with the second page: for a single one it would only flicker."""

    def __init__(self) -> None:
        self._bar: Any = None
        self._task: Any = None
        self._began = time.monotonic()

    def update(self, done: int, known: int) -> None:
        if self._bar is None:
            if known < 2:
                return
            try:
                self._start()
            except MissingDependencyError:
                return  # the work does not need it
        seconds = time.monotonic() - self._began
        rate = f"{done / seconds:.3g}/s" if done else ""
        self._bar.update(self._task, completed=done, total=known, rate=rate)

    def _start(self) -> None:
        purpose = "the progress bar"
        progress = load("rich.progress", purpose=purpose)
        console = load("rich.console", purpose=purpose).Console(stderr=True)
        self._bar = progress.Progress(
            progress.TextColumn("pages"),
            progress.BarColumn(),
            progress.MofNCompleteColumn(),
            progress.TextColumn("{task.fields[rate]}"),
            progress.TimeRemainingColumn(),
            console=console,
            transient=True,
            redirect_stdout=False,
        )
        self._bar.start()
        self._task = self._bar.add_task("pages", rate="")

    def stop(self) -> None:
        if self._bar is not None:
            self._bar.stop()


@contextmanager
def progress(*, quiet: bool) -> Iterator[Progress]:
    """Give what shows progress: a bar where standard error is a terminal, else nothing."""
    if quiet or not sys.stderr.isatty():
        yield _Silent()
        return
    bar = _Bar()
    try:
        yield bar
    finally:
        bar.stop()
