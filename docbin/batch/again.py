"""Inputs found again by what records say of them."""

from __future__ import annotations

from docbin.batch.found import Found, Unreadable
from docbin.batch.members.limits import Limits
from docbin.batch.sources import holder, members_of
from docbin.batch.stores.address import is_address
from docbin.batch.stores.objects import object_at
from docbin.batch.walk import file_at
from docbin.errors import InputError

_IN = "::"
# What has been taken once is not too large.
_ALL = Limits(1 << 62, 1 << 62, 1 << 62)


class Known:
    """Inputs by the paths and addresses of records; each archive is looked at once."""

    def __init__(self) -> None:
        self._members: dict[str, dict[str, Found]] = {}

    def find(self, source: str) -> Found | None:
        """Return the input with a record's ``source``; None: it is not there any more."""
        archive = _archive_in(source)
        if archive is not None:
            if archive not in self._members:
                self._members[archive] = _members(archive)
            return self._members[archive].get(source)
        try:
            found = object_at(source, source, _ALL) if is_address(source) else file_at(source, "")
        except InputError:
            return None
        return None if isinstance(found, Unreadable) else found


def _archive_in(source: str) -> str | None:
    """Return the archive of a member's address, such as ``zip://a.png::scans.zip``."""
    if not source.startswith(("zip://", "tar://")):
        return None
    place = source.find(_IN)
    while place >= 0:
        archive = source[place + len(_IN) :]
        if holder(archive):
            return archive
        place = source.find(_IN, place + 1)
    return None


def _members(archive: str) -> dict[str, Found]:
    found: dict[str, Found] = {}
    for each in members_of(archive, _ALL):
        if isinstance(each, Found):
            found.setdefault(each.path, each)
    return found
