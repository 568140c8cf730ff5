"""A worker process that crashes, hangs or runs out of disk where the name of a file says so.

It is docbin's own worker with one function replaced; tests put it in the place of
`docbin.batch.crew.COMMAND`.
"""

import ctypes
import errno
import os
import signal
import sys
import time
from pathlib import Path

from docbin.batch import worker
from docbin.io import atomic

done_well = worker.cleaned


def cleaned(source, treatment):
    path = Path(source.info.source)
    word, _, _ = path.stem.partition("-")
    once = path.with_suffix(".once")
    if word == "segfault":
        ctypes.string_at(0)
    elif word == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    elif word == "hang":
        once.touch()
        time.sleep(1000)
    elif word == "flaky" and not once.exists():
        once.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    elif word == "full":
        os.fsync = full
        atomic.os.fsync = full
    elif word == "changing":
        os.utime(path, ns=(1, 1))
    elif word in ("meet", "apart"):
        rows, page = done_well(source, treatment)
        return logged(rows, path, met=word == "meet"), page
    return done_well(source, treatment)


def full(handle):
    raise OSError(errno.ENOSPC, "full")


def logged(rows, path, *, met):
    """Write down when a page begins and ends; wait for the others to have begun where told so."""
    log = path.parent / "log.txt"
    write(log, "begin")
    while met and log.read_text().count("begin") < 2:
        time.sleep(0.01)
    yield from rows
    write(log, "end")


def write(log, word):
    with log.open("a") as file:
        file.write(f"{word}\n")


worker.cleaned = cleaned
if __name__ == "__main__":
    if "never" in sys.argv:
        sys.exit("this worker never starts")
    worker.main()
