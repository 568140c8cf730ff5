"""Pictures in a tar file."""

from __future__ import annotations

import lzma
import math
import tarfile
import threading
import zlib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass

from docbin.batch.found import Found, Stamp, Unreadable
from docbin.batch.members.damage import damaged
from docbin.batch.members.limits import Limits
from docbin.batch.members.naming import folder_of, picture_name
from docbin.batch.members.tar_stream import UNPACKERS, TarStream
from docbin.batch.stores.connection import stamp_at
from docbin.errors import DocbinError, InputError, UsageError
from docbin.io.atomic import Sink
from docbin.io.names import unreadable

ENDINGS = tuple(UNPACKERS)
_DAMAGE = (
    *(OSError, EOFError, zlib.error, lzma.LZMAError, tarfile.TarError),
    *(RecursionError, ValueError, OverflowError),  # what tarfile does not expect in a header
)
_LATEST = 1 << 62


def members(archive: str, limits: Limits) -> Iterator[Found | Unreadable]:
    """Yield the pictures in a tar file, and what is wrong with it, in the order of their bytes.

    Headers are read, and what lies between them is skipped, or, where the archive is packed,
    unpacked and forgotten.

    Parameters
    ----------
    archive
        Its path; the ending says how it is packed.
    limits
        What is allowed.
    """
    count, end = 0, -1
    try:
        etag = _etag(archive)
        with closing(TarStream(archive, limits)) as stream:
            tar = tarfile.open(fileobj=stream, mode="r:")  # type: ignore[call-overload]  # noqa: SIM115 - holds nothing
            while (info := tar.next()) is not None:
                # It keeps them all, else.
                tar.members.clear()
                count += 1
                if tar.offset <= end:
                    raise InputError("a header has a negative size")
                end = tar.offset
                if count > limits.max_members:
                    raise InputError(
                        f"it has more than {limits.max_members} members; --max-members allows more"
                    )
                each = _member(archive, info, etag, limits)
                if each is not None:
                    yield each
            if any(stream.last) or not stream.last:
                raise InputError("it has no end mark: it is damaged or was not copied to its end")
    except DocbinError as error:
        yield Unreadable(archive, _behind(count, str(error)))
    except _DAMAGE as error:
        yield Unreadable(archive, _behind(count, str(damaged(archive, error))))


def _behind(count: int, why: str) -> str:
    return f"behind its first {count} members: {why}" if count else why


def _etag(archive: str) -> str:
    """Return what changes when the archive does, since tar files have no sums of members."""
    stamp = stamp_at(archive)
    return f"tar:{stamp.size}:{stamp.etag or stamp.mtime_ns}"


def _member(
    archive: str, info: tarfile.TarInfo, etag: str, limits: Limits
) -> Found | Unreadable | None:
    address = f"tar://{info.name}::{archive}"
    if info.isdir():
        return None
    try:
        name = picture_name(info.name)
    except UsageError as error:
        return Unreadable(address, str(error))
    if name is None:
        return None
    why = _refused(info) or limits.refused(info.size)
    if why is not None:
        return Unreadable(address, why)
    stamp = Stamp(info.size, _nanoseconds(info.mtime), etag)
    origin = TarMember(archive, address, info.offset_data, stamp, limits)
    inside = f"{folder_of(archive, ENDINGS)}/{name}"
    return Found(inside, address, *stamp, origin, (archive, info.offset_data))


def _refused(info: tarfile.TarInfo) -> str | None:
    if info.size < 0:
        return "its header is damaged: a negative size"
    if info.issparse():
        return "it is stored with holes, which is not read; pack it without --sparse"
    if info.issym() or info.islnk():
        return f"it is a link to '{info.linkname}', which is not followed"
    if not info.isreg():
        return "it is a device or a pipe, which are not read"
    return None


def _nanoseconds(seconds: float) -> int:
    nanoseconds = seconds * 1e9
    if not math.isfinite(nanoseconds) or abs(nanoseconds) > _LATEST:
        return 0
    return round(nanoseconds)


@dataclass(frozen=True, slots=True)
class TarMember:
    """A member of a tar file; see `docbin.batch.found.Origin`."""

    archive: str
    address: str
    offset: int
    stamp: Stamp
    limits: Limits

    def copy(self, file: Sink) -> Stamp:
        """Copy the bytes; the archive stays open for the next member, which lies behind."""
        try:
            etag = _etag(self.archive)
            stream = _opened(self.archive, etag, self.limits)
            stream.seek(self.offset)
            left = self.stamp.size
            while left > 0 and (data := stream.piece(left)):
                left -= len(data)
                file.write(data)
        except DocbinError as error:
            _forget()
            if isinstance(error, InputError):
                raise unreadable(self.address, str(error)) from error
            raise
        except _DAMAGE as error:
            _forget()
            raise damaged(self.address, error) from error
        if left:
            raise unreadable(self.address, "the archive ends in it")
        return Stamp(self.stamp.size, self.stamp.mtime_ns, etag)


class _Last(threading.local):
    """The archive that this thread has read from, and where it has come to."""

    key: tuple[str, str] | None = None
    stream: TarStream | None = None


_last = _Last()


def _opened(archive: str, etag: str, limits: Limits) -> TarStream:
    if _last.stream is None or _last.key != (archive, etag):
        _forget()
        _last.stream, _last.key = TarStream(archive, limits), (archive, etag)
    return _last.stream


def _forget() -> None:
    if _last.stream is not None:
        _last.stream.close()
    _last.stream = _last.key = None
