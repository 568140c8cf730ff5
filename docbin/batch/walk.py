"""The pictures in a folder and the folders within it."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

from docbin.batch.found import Found, Unreadable
from docbin.batch.inputs import is_picture
from docbin.io.names import reason


def walk(folder: str, wanted: Callable[[str], bool] = is_picture) -> Iterator[Found | Unreadable]:
    """Yield the pictures and PDFs below a folder, in no order.

    Hidden files and folders and docbin's own ``NAME.bw.EXT`` are left out. Links are followed, but
    no folder is entered twice: one that is there under its own name is entered there, and links
    that lead in circles end. ``wanted`` says of a file's name whether it is taken.
    """
    entered: set[tuple[int, int]] = set()
    linked: list[tuple[str, str]] = []
    waiting = [("", folder)]
    while waiting or linked:
        # Links last, so that what they lead to keeps its own name.
        prefix, path = waiting.pop() if waiting else linked.pop(0)
        try:
            status = os.stat(path)  # noqa: PTH116
            if (status.st_dev, status.st_ino) in entered:
                continue
            entered.add((status.st_dev, status.st_ino))
            with os.scandir(path) as entries:
                # By name, so that of links to one folder the same one is taken every time.
                listed = sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            yield Unreadable(path, reason(error))
            continue
        for entry in listed:
            if entry.name.startswith("."):
                continue
            try:
                if entry.is_dir():
                    into = linked if entry.is_symlink() else waiting
                    into.append((f"{prefix}{entry.name}/", entry.path))
                elif wanted(entry.name):
                    status = entry.stat()
                    if stat.S_ISREG(status.st_mode):
                        name = prefix + entry.name
                        yield Found(name, entry.path, status.st_size, status.st_mtime_ns)
            except OSError as error:
                yield Unreadable(entry.path, reason(error))


def file_at(path: str, name: str) -> Found | Unreadable:
    """Return the file at a path, under a name."""
    try:
        status = Path(path).stat()
    except (OSError, ValueError) as error:
        return Unreadable(path, reason(error) if isinstance(error, OSError) else str(error))
    return Found(name, path, status.st_size, status.st_mtime_ns)
