"""Whether files are still what the books say."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from docbin import kernels
from docbin.batch.again import Known
from docbin.batch.found import Found
from docbin.batch.local import local
from docbin.batch.place import Place, place_of
from docbin.batch.records import DONE, Record
from docbin.batch.sums import sha256_of
from docbin.errors import InputError
from docbin.io.names import Name

OK, CHANGED, MISSING = "ok", "changed", "missing"


@dataclass(frozen=True, slots=True)
class Checked:
    """A file that was compared with its sum: ``"ok"``, ``"changed"`` or ``"missing"``."""

    path: str
    state: str


def verify(
    records: Iterable[Record],
    destination: Name,
    *,
    inputs: bool = False,
    watch: Callable[[int, int], None] | None = None,
) -> list[Checked]:
    """Read results, and compare their sums with those of the records that are done.

    Parameters
    ----------
    records
        See `docbin.batch.read_records`.
    destination
        Folder of the results, or prefix of a store.
    inputs
        Also read the inputs.
    watch
        Called with the number of files that were read, and of all.
    """
    place, known = place_of(destination), Known()
    done = [record for record in records if record.status == DONE]
    files = [
        _File(
            place.path(each.target),
            each.written.sha256 if each.written else None,
            target=each.target,
        )
        for each in done
    ]
    if inputs:
        files += [_File(each.source, each.sha256, found=known.find(each.source)) for each in done]
    files.sort(key=lambda file: ("", 0) if file.found is None else file.found.order)
    found = []
    with tempfile.TemporaryDirectory() as scratch, ThreadPoolExecutor(kernels.threads()) as pool:
        for checked in pool.map(lambda file: _checked(file, place, Path(scratch)), files):
            found.append(checked)
            if watch is not None:
                watch(len(found), len(files))
    return found


@dataclass(frozen=True, slots=True)
class _File:
    """A result, ``target`` in the destination, or an input that was found again."""

    path: str
    sha256: str | None
    target: str | None = None
    found: Found | None = None


def _checked(file: _File, place: Place, scratch: Path) -> Checked:
    try:
        if file.target is not None:
            same = place.sum(file.target) == file.sha256
        elif file.found is None:
            return Checked(file.path, MISSING)
        else:
            with local(file.found, scratch) as path:
                same = sha256_of(path) == file.sha256
    except InputError:
        # What is there and cannot be read is not what it was either.
        there = file.target is None or place.stamp(file.target) is not None
        return Checked(file.path, CHANGED if there else MISSING)
    return Checked(file.path, OK if same else CHANGED)
