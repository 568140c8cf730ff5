"""The scans of a run, read again: files, and members of archives."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from docbin.batch.found import Found, Stamp
from docbin.batch.local import clear, local
from docbin.batch.members.limits import Limits
from docbin.batch.records import Record
from docbin.batch.sources import holder
from docbin.errors import InputError
from docbin.io.names import shown


class Scans:
    """Finds the bytes of what records call by an address.

    Parameters
    ----------
    records
        Those whose scans will be asked for; the archives of which they are members are listed.
    scratch
        Folder for copies, each of which is gone when it is not needed any more.
    """

    def __init__(self, records: Iterable[Record], scratch: Path) -> None:
        self._scratch = scratch
        clear(scratch)
        self._members: dict[tuple[str, Stamp], Found] = {}
        archives = {_archive(record.source) for record in records}
        for archive in sorted(filter(None, archives)):
            self._list(archive)

    def _list(self, archive: str) -> None:
        where = holder(archive)
        if where is None or not Path(archive).is_file():
            return
        module, _, name = where.partition(":")
        for each in getattr(importlib.import_module(module), name)(archive, Limits()):
            if isinstance(each, Found):
                self._members[each.path, each.stamp] = each

    def order(self, record: Record) -> tuple[str, int]:
        """Return a sorting key: members of an archive are best read in that of their bytes."""
        found = self._found(record)
        return ("", 0) if found is None else found.order

    def _found(self, record: Record) -> Found | None:
        return self._members.get((record.source, Stamp(record.size, record.mtime_ns, record.etag)))

    @contextmanager
    def local(self, record: Record) -> Iterator[str]:
        """Give the path of a file with the scan.

        Raises
        ------
        InputError
            If it is no file of this machine, and in no archive of it.
        """
        if "://" not in record.source:
            yield record.source
            return
        found = self._found(record)
        if found is None:
            raise InputError(
                f"{shown(record.source)} is not read again: it is no file of this machine, nor in "
                "an archive that is still as it was"
            )
        with local(found, self._scratch) as path:
            yield path

    def close(self) -> None:
        """Remove the folder for copies."""
        if self._scratch.is_dir():
            clear(self._scratch)
            self._scratch.rmdir()


def _archive(source: str) -> str:
    """Return the path of the archive in an address such as ``zip://MEMBER::PATH``."""
    return source.rpartition("::")[2] if "://" in source and "::" in source else ""
