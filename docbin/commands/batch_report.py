"""What `docbin batch` says while it runs, and in the end."""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from typing import Any

from docbin.batch.exporting import facts
from docbin.batch.records import DONE, FAILED, QUARANTINED, STATUSES, Record
from docbin.commands.progress import Progress
from docbin.errors import exit_code_of
from docbin.io.names import shown
from docbin.version import __version__


class Report:
    """Says of each file that failed why, and counts; it listens to `docbin.batch.run`."""

    def __init__(self, bar: Progress) -> None:
        self._bar = bar
        self._began = time.monotonic()
        self._now: set[str] = set()

    def progress(self, done: int, known: int) -> None:
        """Move the bar."""
        self._bar.update(done, known)

    def record(self, record: Record) -> None:
        """Say of a file that failed why."""
        self._now.add(record.name)
        if record.error is not None:
            say(f"docbin: {failure(record)}")

    def stopping(self) -> None:
        """Say what Ctrl-C does."""
        say("docbin: the pages in hand are finished; Ctrl-C again stops at once")

    def close(self, records: list[Record], *, as_json: bool, quiet: bool) -> int:
        """Print the summary; return the exit code."""
        counts = Counter(record.status for record in records)
        before = sum(record.status == DONE and record.name not in self._now for record in records)
        failures = [record for record in records if record.status in (FAILED, QUARANTINED)]
        seconds = time.monotonic() - self._began
        for record in failures:
            # What was quarantined before, and what could not be looked at.
            if record.name not in self._now:
                say(f"docbin: {failure(record)}")
        if as_json:
            print_json(
                {
                    **tally(counts),
                    "skipped": before,
                    "seconds": round(seconds, 3),
                    "failures": [facts(record) for record in failures],
                }
            )
        elif not quiet:
            print(
                f"{counts[DONE]} done ({before} of them before), {counts[FAILED]} failed, "
                f"{counts[QUARANTINED]} quarantined, in {seconds:.1f} s"
            )
        return exit_code(records)


def tally(counts: Counter[str]) -> dict[str, Any]:
    """Return how many files have each status."""
    return {"docbin": __version__, **{status: counts[status] for status in STATUSES}}


def failure(record: Record) -> str:
    """Return why a file failed, with its name, which many messages have themselves."""
    name = shown(record.source)
    text = record.error or ""
    return text if name in text else f"{name}: {text}"


def exit_code(records: list[Record]) -> int:
    """Return 0, 1 if some files failed, the first one's own code if all did."""
    codes = [record.exit_code for record in records if record.status in (FAILED, QUARANTINED)]
    return exit_code_of(codes, len(records))


def print_json(document: Any) -> None:
    """Print a document; names that are no UTF-8 survive as escapes."""
    print(json.dumps(document, indent=2, ensure_ascii=True, allow_nan=False))


def say(line: str) -> None:
    """Print to standard error."""
    print(line, file=sys.stderr, flush=True)
