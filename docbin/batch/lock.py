"""One run at a time on the same results."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from docbin.errors import UsageError
from docbin.io.atomic import writing
from docbin.io.names import shown

# The system's locks are of a process, which may not take its own twice.
_held: set[str] = set()


@contextmanager
def locked(path: Path, what: str) -> Iterator[None]:
    """Hold the lock ``path`` on ``what``, and leave the file there.

    The system releases it when the process ends, however it ends. It is the kind of lock that
    network file systems carry over to other machines.

    Raises
    ------
    UsageError
        If another run holds it.
    """
    name = os.path.realpath(path)
    if name in _held:  # opening and closing the file would release the lock
        raise _busy(what, "this process")
    with writing(str(path)):
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        if not _taken(handle):
            with writing(str(path)):
                holder = os.read(handle, 200).decode("utf-8", "replace").strip()
            raise _busy(what, holder or "it has not said who it is")
        _held.add(name)
        try:
            with writing(str(path)):
                os.ftruncate(handle, 0)
                os.write(handle, f"process {os.getpid()} on {socket.gethostname()}\n".encode())
            yield
        finally:
            _held.discard(name)
    finally:
        os.close(handle)


def _busy(what: str, holder: str) -> UsageError:
    return UsageError(
        f"another run works on {shown(what)} ({holder}); wait until it ends, or stop it"
    )


def _taken(handle: int) -> bool:
    """Take the lock of an open file unless another process has it."""
    if sys.platform == "win32":
        import msvcrt

        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
    import fcntl

    try:
        fcntl.lockf(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True
