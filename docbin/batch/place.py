"""Where results go: a folder, or a prefix of a store."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from docbin.batch.found import Stamp
from docbin.batch.stores.address import is_address, plain, protocol
from docbin.batch.stores.connection import asking, listing, object_stamp, opened
from docbin.batch.sums import sha256_of, stamp
from docbin.errors import InputError, OutputError, UsageError
from docbin.io.atomic import remove_leftovers, writing
from docbin.io.names import Name, shown

# Stores in which an object appears when all of it is there, or not at all.
_WHOLE = ("s3", "s3a", "gs", "gcs", "az", "abfs", "abfss")
_PIECE = 1 << 20


class Place(Protocol):
    """Where results are; each is named by its path within, parts parted by ``/``."""

    @property
    def name(self) -> str:
        """The path or address, as messages have it."""
        ...

    @property
    def folder(self) -> Path | None:
        """The folder; None: it is a store."""
        ...

    def path(self, target: str) -> str:
        """Return the path or address of a result."""
        ...

    def stamp(self, target: str) -> Stamp | None:
        """Return the stamp of a result; None: it is not there. A store is asked once for all."""
        ...

    def sum(self, target: str) -> str:
        """Return the SHA-256 of a result; `InputError` if it cannot be read."""
        ...

    def make_room(self, target: str) -> None:
        """Make the folder of a result."""
        ...

    def remove(self, target: str) -> None:
        """Remove a result, where that is possible."""
        ...

    def clear(self, targets: Iterable[str], owner: str) -> None:
        """Remove what a killed run left beside results."""
        ...


def place_of(destination: Name) -> Place:
    """Return the place of a path or an address.

    Raises
    ------
    UsageError
        If results cannot appear there whole or not at all.
    """
    name = plain(destination)
    return Store(name) if is_address(name) else Folder(Path(name))


class Folder:
    """A folder of this machine."""

    def __init__(self, folder: Path) -> None:
        self.name = str(folder)
        self.folder: Path | None = folder
        self._root = folder

    def path(self, target: str) -> str:
        """See `Place`."""
        return str(self._root / target)

    def stamp(self, target: str) -> Stamp | None:
        """See `Place`."""
        return stamp(f"{self.name}/{target}")

    def sum(self, target: str) -> str:
        """See `Place`."""
        return sha256_of(self._root / target)

    def make_room(self, target: str) -> None:
        """See `Place`."""
        parent = (self._root / target).parent
        with writing(str(parent)):
            parent.mkdir(parents=True, exist_ok=True)

    def remove(self, target: str) -> None:
        """See `Place`."""
        with contextlib.suppress(OSError):
            (self._root / target).unlink()

    def clear(self, targets: Iterable[str], owner: str) -> None:
        """See `Place`."""
        for folder in {(self._root / target).parent for target in targets}:
            remove_leftovers(folder, owner)


class Store:
    """A prefix of a store."""

    folder: Path | None = None

    def __init__(self, address: str) -> None:
        if protocol(address) not in _WHOLE:
            raise UsageError(
                f"results cannot go to {shown(address)}: docbin writes to folders, and to stores "
                f"in which objects appear whole, such as s3:// ({', '.join(_WHOLE)})"
            )
        self.name = address
        self._there: dict[str, Stamp] | None = None

    def path(self, target: str) -> str:
        """See `Place`."""
        return f"{self.name}/{target}"

    def stamp(self, target: str) -> Stamp | None:
        """See `Place`."""
        if self._there is None:
            self._there = self._listed()
        return self._there.get(target)

    def _listed(self) -> dict[str, Stamp]:
        bucket = "/".join(self.name.split("/")[:3])
        with asking(bucket, writing=True) as store:
            if not store.exists(store._strip_protocol(bucket)):
                raise OutputError(
                    f"{shown(self.name)} cannot be written: there is no {shown(bucket)}, or it "
                    "cannot be seen with these keys; make it first"
                )
        return listing(self.name)

    def sum(self, target: str) -> str:
        """See `Place`."""
        address, digest = self.path(target), hashlib.sha256()
        if object_stamp(address) is None:
            raise InputError(f"{shown(address)} cannot be read: there is no such object")
        with asking(address), opened(address) as source:
            while data := source.read(_PIECE):
                digest.update(data)
        return digest.hexdigest()

    def make_room(self, target: str) -> None:
        """Do nothing: a store has no folders."""

    def remove(self, target: str) -> None:
        """See `Place`."""
        with contextlib.suppress(InputError), asking(self.path(target)) as store:
            store.rm_file(store._strip_protocol(self.path(target)))

    def clear(self, targets: Iterable[str], owner: str) -> None:
        """Do nothing: what is not whole is not there."""
