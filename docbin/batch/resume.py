"""What is left to do, and what may not be touched without being asked."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from docbin import kernels
from docbin.batch.found import Found, Stamp
from docbin.batch.items import Item
from docbin.batch.local import local
from docbin.batch.place import Place
from docbin.batch.records import BEGUN, DONE, QUARANTINED, Record, Written
from docbin.batch.setup import Setup, differences
from docbin.batch.sums import sha256_of
from docbin.errors import DocbinError, OutputError, UsageError
from docbin.io.names import shown

# A size that no file has.
_OTHER = -1
_FLAGS = "give --redo to make them again, or --keep to leave them as they are"


@dataclass(frozen=True, slots=True)
class Wishes:
    """How a run treats what an earlier one left; the names are those of the command's options.

    Parameters
    ----------
    rehash
        Compare the sums of inputs and results that are done, not only sizes and times.
    redo
        Replace results whose input, method, parameters, weights or version changed, which were
        changed, or whose input was quarantined.
    keep
        Leave such results.
    force
        Overwrite files that no run has made.
    """

    rehash: bool = False
    redo: bool = False
    keep: bool = False
    force: bool = False

    def __post_init__(self) -> None:
        """Refuse what contradicts itself."""
        if self.redo and self.keep:
            raise UsageError("--redo and --keep exclude each other")


@dataclass(slots=True)
class Rest:
    """What is left of a run.

    ``todo`` are the items to work on, each with whether its result may be overwritten, ``skipped``
    the records of those that are not, ``renewed`` records of files that have other times, but the
    sums they had.
    """

    todo: list[tuple[Item, bool]] = field(default_factory=list)
    skipped: list[Record] = field(default_factory=list)
    renewed: list[Record] = field(default_factory=list)


def rest_of(
    items: Iterable[Item],
    known: Mapping[str, Record],
    setup: Setup,
    place: Place,
    *,
    wishes: Wishes,
    scratch: Path,
) -> Rest:
    """Return what is to be done; ``scratch`` is for copies of inputs whose sums are compared.

    Raises
    ------
    UsageError
        If something changed since results were made, and the wishes do not say what to do.
    OutputError
        If files are in the way that no run has made.
    """
    sorter = _Sorter(setup, place, wishes)
    items = list(items)
    told = dict(known)
    if wishes.rehash:
        done = [item for item in items if _is_done(known.get(item.found.name))]
        done.sort(key=lambda item: item.found.order)
        with ThreadPoolExecutor(kernels.threads()) as pool:
            again = partial(_rehashed, known=known, place=place, scratch=scratch)
            for record in pool.map(again, done):
                told[record.name] = record
    for item in items:
        sorter.sort(item, told.get(item.found.name))
    sorter.refuse()
    sorter.rest.renewed = [
        record
        for record in sorter.rest.skipped
        if record != known[record.name] and _OTHER not in (record.size, *(record.output or ()))
    ]
    return sorter.rest


def _is_done(record: Record | None) -> bool:
    return record is not None and record.status == DONE


def _rehashed(item: Item, *, known: Mapping[str, Record], place: Place, scratch: Path) -> Record:
    """Return a record with the times that files have now where their sums are what they were.

    Where a sum is another one the record gets a size that no file has.
    """
    record = known[item.found.name]
    new = dataclasses.replace(
        record,
        size=item.found.size if _sum_of_input(item.found, scratch) == record.sha256 else _OTHER,
        mtime_ns=item.found.mtime_ns,
        etag=item.found.etag,
    )
    now = place.stamp(record.target)
    if now is None:
        return new
    written = Written(now.size, now.mtime_ns, _sum_of_result(record.target, place), now.etag)
    if record.written is None or written.sha256 != record.written.sha256:
        written = dataclasses.replace(written, size=_OTHER)
    return dataclasses.replace(new, written=written)


def _sum_of_result(target: str, place: Place) -> str:
    try:
        return place.sum(target)
    except DocbinError:
        return ""


def _sum_of_input(found: Found, scratch: Path) -> str | None:
    try:
        with local(found, scratch) as path:
            return sha256_of(path)
    except DocbinError:
        return None


class _Sorter:
    """Puts each item where it belongs."""

    def __init__(self, setup: Setup, place: Place, wishes: Wishes) -> None:
        self.rest = Rest()
        self._setup = setup
        self._place = place
        self._wishes = wishes
        self._in_the_way: list[str] = []
        self._other_setups: list[Record] = []
        self._other_inputs: list[Record] = []
        self._other_results: list[Record] = []

    def sort(self, item: Item, record: Record | None) -> None:
        there = self._place.stamp(item.target)
        if record is None or record.status != DONE:
            self._sort_undone(item, record, there)
            return
        changed: list[list[Record]] = []
        if record.setup != self._setup or record.target != item.target:
            changed.append(self._other_setups)
        if record.input != item.found.stamp:
            changed.append(self._other_inputs)
        if there is not None and there != record.output:
            changed.append(self._other_results)
        if record.target != item.target and there is not None and not self._wishes.force:
            self._in_the_way.append(item.target)
        if not changed and there is not None:
            self.rest.skipped.append(record)
        elif self._wishes.redo or not changed or (self._wishes.keep and there is None):
            self.rest.todo.append((item, there is not None))
        else:
            for each in changed:
                each.append(record)
            self.rest.skipped.append(record)

    def _sort_undone(self, item: Item, record: Record | None, there: Stamp | None) -> None:
        if record is not None and record.status == QUARANTINED and not self._wishes.redo:
            same = record.input == item.found.stamp
            if same and record.setup == self._setup:
                self.rest.skipped.append(record)
                return
        ours = record is not None and (record.status == BEGUN or there == record.output)
        if there is not None and not ours and not self._wishes.force:
            self._in_the_way.append(item.target)
        # What was begun may still be on its way to a store.
        begun = record is not None and record.status == BEGUN
        self.rest.todo.append((item, begun or there is not None))

    def refuse(self) -> None:
        """Say what changed, unless the wishes do."""
        if self._in_the_way:
            raise OutputError(
                f"{_counted(self._in_the_way, 'file')} in {shown(self._place.name)} would be "
                f"overwritten that no run has made there, the first is "
                f"{shown(self._in_the_way[0])}; give another destination, or --force"
            )
        if self._wishes.keep:
            return
        if self._other_setups:
            first = self._other_setups[0]
            said = differences(first.setup, self._setup) or "other format"
            raise UsageError(
                f"{_counted(self._other_setups, 'result')} in {shown(self._place.name)} come from "
                f"another setup ({said}); {_FLAGS}"
            )
        if self._other_inputs:
            raise UsageError(
                f"{_counted(self._other_inputs, 'input')} changed since the results were made, the "
                f"first is {shown(self._other_inputs[0].source)}; {_FLAGS}, or --rehash to compare "
                "sums where only the times are others"
            )
        if self._other_results:
            raise UsageError(
                f"{_counted(self._other_results, 'result')} changed since the run made them, the "
                f"first is {shown(self._other_results[0].target)}; {_FLAGS}, or --rehash to "
                "compare sums where only the times are others"
            )


def _counted(found: list[Record] | list[str], what: str) -> str:
    return f"{len(found)} {what}{'s' if len(found) > 1 else ''}"
