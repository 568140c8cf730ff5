"""Pictures in a store."""

from __future__ import annotations

import glob
from collections.abc import Iterator
from dataclasses import dataclass

from docbin.batch.found import Found, Stamp, Unreadable
from docbin.batch.members.limits import Limits
from docbin.batch.members.naming import picture_name
from docbin.batch.stores.address import protocol
from docbin.batch.stores.connection import asking, listing, object_stamp, opened, stamp_of
from docbin.errors import InputError, UsageError
from docbin.io.atomic import Sink
from docbin.io.names import shown, unreadable

_PIECE = 1 << 20


def objects(address: str, limits: Limits) -> Iterator[Found | Unreadable]:
    """Yield what is behind an address: an object, those that match a pattern, or a folder's.

    Parameters
    ----------
    address
        Such as ``"s3://bucket/scans"``: all pictures whose keys begin with ``scans/``.
    limits
        What is allowed.

    Raises
    ------
    InputError
        If there is nothing, or the store cannot be reached.
    """
    if glob.has_magic(address):
        yield from _matching(address, limits)
        return
    stamp = object_stamp(address)
    if stamp is not None:
        yield _taken(address, address.rpartition("/")[2], stamp, limits)
        return
    there = listing(address)
    if not there:
        raise InputError(f"{shown(address)} cannot be read: there is nothing under this address")
    for name, each in there.items():
        yield from _picture(f"{address}/{name}", name, each, limits)


def object_at(address: str, name: str, limits: Limits) -> Found | Unreadable:
    """Return the object with an address, under a name."""
    stamp = object_stamp(address)
    if stamp is None:
        return Unreadable(address, "there is no such object")
    return _taken(address, name, stamp, limits)


def _matching(pattern: str, limits: Limits) -> Iterator[Found | Unreadable]:
    parts = pattern.split("/")
    fixed = next(number for number, part in enumerate(parts) if glob.has_magic(part))
    base = "/".join(parts[:fixed]) + "/"
    with asking(pattern) as store:
        found = store.glob(store._strip_protocol(pattern), detail=True)
        root = store._strip_protocol(base).rstrip("/") + "/"
    for path, info in found.items():
        if info.get("type") == "file":
            name = path.removeprefix(root.lstrip("/"))
            yield from _picture(base + name, name, stamp_of(info), limits)


def _picture(address: str, name: str, stamp: Stamp, limits: Limits) -> Iterator[Found | Unreadable]:
    try:
        inside = picture_name(name)
    except UsageError as error:
        yield Unreadable(address, str(error))
        return
    if inside is not None:
        yield _taken(address, inside, stamp, limits)


def _taken(address: str, name: str, stamp: Stamp, limits: Limits) -> Found | Unreadable:
    why = limits.refused(stamp.size)
    if why is not None:
        return Unreadable(address, why)
    return Found(name, address, *stamp, StoreObject(address, stamp))


@dataclass(frozen=True, slots=True)
class StoreObject:
    """An object of a store; see `docbin.batch.found.Origin`."""

    address: str
    stamp: Stamp

    def copy(self, file: Sink) -> Stamp:
        """Fetch the bytes, no more than were found."""
        with asking(self.address), opened(self.address) as source:
            told = getattr(source, "details", None)
            left = self.stamp.size
            while left > 0 and (data := source.read(min(_PIECE, left))):
                left -= len(data)
                file.write(data)
            now = stamp_of(told) if isinstance(told, dict) else object_stamp(self.address)
        if now is None or now != self.stamp:
            return now or Stamp(0, 0)
        if left:
            raise unreadable(self.address, f"it ended {left} bytes early; run again")
        return now


def name_of(address: str) -> str:
    """Return an address as a name within a list: without what stands before ``://``."""
    return address.removeprefix(f"{protocol(address)}://")
