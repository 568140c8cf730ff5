"""``docbin batch --plan``: what a run would do and take."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import asdict
from typing import Any

from docbin import kernels
from docbin.batch.forecasting import Forecast, forecast
from docbin.batch.found import Unreadable
from docbin.batch.recipe import Recipe
from docbin.batch.records import Record
from docbin.batch.sheet import check_sheet, write_sheet
from docbin.batch.strata import Estimate
from docbin.commands.batch_report import print_json, say
from docbin.commands.progress import Progress, progress
from docbin.errors import SOME_FAILED
from docbin.io.atomic import check_target
from docbin.io.names import shown

# Files that are named of each sort.
_FEW = 10
_UNITS = ("bytes", "kB", "MB", "GB", "TB")


class Watcher:
    """Moves the bar, first for headers, then for the files that are tried."""

    def __init__(self, bar: Progress) -> None:
        self._bar = bar

    def progress(self, done: int, known: int) -> None:
        """Move the bar."""
        self._bar.update(done, known)

    def record(self, record: Record) -> None:
        """Take a file that was tried."""

    def stopping(self) -> None:
        """Say what Ctrl-C does."""
        say("docbin: the pages in hand are finished; Ctrl-C again stops at once")


def plan(paths: list[str], recipe: Recipe, given: dict[str, Any], options: dict[str, Any]) -> int:
    """Print what a run would do, and write the contact sheet that was asked for.

    The sheet is checked before the work, and may lie anywhere.
    """
    sheet, pages = options["sheet"], []
    if sheet is not None:
        check_sheet(sheet)
        check_target(sheet, force=options["force"])
    with ExitStack() as stack:
        stack.enter_context(kernels.limit_threads(options["threads"]))
        watcher = Watcher(stack.enter_context(progress(quiet=options["quiet"])))
        found = forecast(paths[:-1], paths[-1], recipe, **given, listener=watcher)
        good = [item for item in found.sample if item.found.name not in found.failed]
        if sheet is not None and good:
            treatment = recipe.treatment(options["max_pixels"])
            pages = write_sheet(sheet, good, treatment, force=options["force"])
        elif sheet is not None:
            say(f"docbin: {shown(sheet)} is not written: there is no page to show")
            sheet = None
    return print_plan(found, as_json=options["as_json"], sheet=sheet, pages=pages)


def print_plan(plan: Forecast, *, as_json: bool, sheet: str | None, pages: list[str]) -> int:
    """Print a plan; return 0, or 1 where something would go wrong."""
    if as_json:
        print_json(_document(plan, sheet, pages))
    else:
        for line in _lines(plan):
            print(line)
        if sheet is not None:
            print(sheet)
    wrong = plan.unreadable or plan.collisions or plan.refused or plan.failed
    return SOME_FAILED if wrong else 0


def _document(plan: Forecast, sheet: str | None, pages: list[str]) -> dict[str, Any]:
    return {
        "kinds": {name: asdict(kind) for name, kind in plan.kinds.items()},
        "files": sum(kind.files for kind in plan.kinds.values()),
        "bytes": sum(kind.bytes for kind in plan.kinds.values()),
        "done": plan.done,
        "unreadable": [asdict(each) for each in plan.unreadable],
        "collisions": [
            {"target": group[0].target, "sources": [item.found.path for item in group]}
            for group in plan.collisions
        ],
        "refused": plan.refused,
        "workers": plan.workers,
        "sampled": len(plan.sample),
        "failed": plan.failed,
        "seconds": plan.seconds and asdict(plan.seconds),
        "output_bytes": plan.bytes and asdict(plan.bytes),
        "pages": asdict(plan.pages),
        "sheet": sheet,
        "sheet_pages": pages,
    }


def _lines(plan: Forecast) -> list[str]:
    lines = []
    for name, kind in plan.kinds.items():
        pages = "" if kind.pages is None else f", {_counted(kind.pages, 'page')}"
        lines.append(f"{name}: {_counted(kind.files, 'file')}{pages}, {_size(kind.bytes)}")
    lines += _few(
        f"{_counted(len(plan.unreadable), 'input')} cannot be read or written",
        [_why(each) for each in plan.unreadable],
    )
    lines += _few(
        f"{_counted(len(plan.collisions), 'result')} would be written by more than one input",
        [
            f"{shown(group[0].target)} by {', '.join(shown(item.found.path) for item in group)}"
            for group in plan.collisions
        ],
    )
    lines += _few(
        f"{_counted(len(plan.failed), 'file')} of the sample failed", [*plan.failed.values()]
    )
    if plan.refused is not None:
        lines.append(f"the run would not start: {plan.refused}")
    if plan.seconds is None or plan.bytes is None:
        return [*lines, f"nothing to do ({_counted(plan.done, 'file')} done)"]
    return [
        *lines,
        f"to do: {_about(plan.pages, '{:.0f}'.format)} pages, by {_counted(plan.workers, 'worker')}"
        f" ({_counted(plan.done, 'file')} done)",
        f"time: {_about(plan.seconds, _duration)}",
        f"disk: {_about(plan.bytes, _size)}",
        f"(from {_counted(len(plan.sample), 'file')} that were tried)",
    ]


def _why(found: Unreadable) -> str:
    named = found.path in found.error
    return found.error if named else f"{shown(found.path)}: {found.error}"


def _few(head: str, lines: list[str]) -> list[str]:
    """Return a heading and the first lines, or nothing where there is none."""
    if not lines:
        return []
    more = [f"  and {len(lines) - _FEW} more"] if len(lines) > _FEW else []
    return [f"{head}:", *(f"  {line}" for line in lines[:_FEW]), *more]


def _about(value: Estimate, words: Any) -> str:
    low, middle, high = map(words, (value.low, value.value, value.high))
    return middle if low == high else f"{middle} ({low} to {high})"


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def _size(count: float) -> str:
    for unit in _UNITS:
        if count < 1000 or unit == _UNITS[-1]:
            break
        count /= 1000
    return f"{count:.3g} {unit}"


def _duration(seconds: float) -> str:
    if seconds < 100:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 100 else f"{minutes // 60} h {minutes % 60} min"
