"""Whether files are still what the books say."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from docbin import kernels
from docbin.batch.records import DONE, Record
from docbin.batch.sums import sha256_of
from docbin.errors import InputError

OK, CHANGED, MISSING = "ok", "changed", "missing"


@dataclass(frozen=True, slots=True)
class Checked:
    """A file that was compared with its sum: ``"ok"``, ``"changed"`` or ``"missing"``."""

    path: str
    state: str


def verify(
    records: Iterable[Record],
    destination: Path,
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
        Folder of the results.
    inputs
        Also read the inputs.
    watch
        Called with the number of files that were read, and of all.
    """
    done = [record for record in records if record.status == DONE]
    files = [(destination / each.target, each.written and each.written.sha256) for each in done]
    if inputs:
        files += [(Path(each.source), each.sha256) for each in done]
    found = []
    with ThreadPoolExecutor(kernels.threads()) as pool:
        for checked in pool.map(_checked, files):
            found.append(checked)
            if watch is not None:
                watch(len(found), len(files))
    return found


def _checked(file: tuple[Path, str | None]) -> Checked:
    path, expected = file
    try:
        state = OK if sha256_of(path) == expected else CHANGED
    except InputError:
        # What is there and cannot be read is not what it was either.
        state = CHANGED if path.exists() else MISSING
    return Checked(str(path), state)
