"""Results on their way: files take their name at once, objects are put when they are whole."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from docbin.batch.records import Written
from docbin.batch.stores.address import is_address
from docbin.batch.stores.connection import asking, object_stamp
from docbin.batch.sums import sha256_of
from docbin.errors import DocbinError, OutputError
from docbin.io.atomic import writing
from docbin.io.names import shown

# Larger objects go in parts, which appear together.
_AT_ONCE = 2 << 30
# Bytes of an address: 1024 of a key in S3, and the bucket.
_LONGEST = 1024 + 64


@contextmanager
def outgoing(
    target: str, scratch: Path, *, force: bool
) -> Iterator[tuple[str, Callable[[], Written]]]:
    """Give the path at which a result is to be written, and what sends it off when it is there.

    Parameters
    ----------
    target
        Path or address of the result.
    scratch
        Folder for what is sent to a store.
    force
        Replace an object that is there. (Whoever writes files heeds it for them.)

    Raises
    ------
    OutputError
        If the store does not take the object, or has another than was sent.
    """
    if not is_address(target):
        yield target, lambda: _there(target)
        return
    with writing(str(scratch)):
        scratch.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=scratch) as folder:
        path = Path(folder, "result").with_suffix(PurePosixPath(target).suffix)
        yield str(path), lambda: _sent(path, target, force=force)


def _there(target: str) -> Written:
    with writing(target):
        status = Path(target).stat()
    return Written(status.st_size, status.st_mtime_ns, sha256_of(target))


def _sent(path: Path, target: str, *, force: bool) -> Written:
    if len(os.fsencode(target)) > _LONGEST:
        raise OutputError(f"{shown(target)} cannot be written: the name is too long")
    try:
        return _put(path, target, force=force)
    except DocbinError as error:
        if error.__cause__ is None:
            raise
        # The store has been asked some times already: no other object would fare better. So this
        # is said like a disk that takes nothing any more.
        why = " ".join(str(error.__cause__).split()) or type(error.__cause__).__name__
        text = f"{shown(target)} cannot be written: {why}"
        raise OutputError(text) from OSError(errno.EIO, why)


def _put(path: Path, target: str, *, force: bool) -> Written:
    if not force and object_stamp(target) is not None:
        raise OutputError(f"{shown(target)} exists; give another name or --force")
    sha256, size = sha256_of(path), path.stat().st_size
    with asking(target, writing=True) as store:
        store.put_file(str(path), store._strip_protocol(target), chunksize=_AT_ONCE)
    stamp = object_stamp(target)
    if stamp is None or stamp.size != size:
        raise OutputError(f"{shown(target)} is not what was sent; run again")
    return Written(stamp.size, stamp.mtime_ns, sha256, stamp.etag)
