"""The folder beside a report: its pictures, and what was measured, so that it can be resumed."""

from __future__ import annotations

import contextlib
import json
import os
import threading
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from docbin.errors import OutputError
from docbin.io.atomic import replacing, writing
from docbin.io.names import shown

_BOOK = "pages.jsonl"
_FOLDERS = "0123456789abcdef"
# What each page has; the keys of a page are where its pictures are.
PICTURES = {"list": "-list.jpg", "before": "-before.jpg", "after": "-after.png"}


class Shelf:
    """Pictures and measures of pages, by a key that is another for every other content.

    Parameters
    ----------
    folder
        Made where it is missing.

    Raises
    ------
    OutputError
        If there is something else of this name, or it cannot be written.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._book = folder / _BOOK
        self._lock = threading.Lock()
        if folder.exists() and not self._book.is_file():
            foreign = not folder.is_dir() or any(folder.iterdir())
            if foreign:
                raise OutputError(
                    f"{shown(folder)} is where the pictures of the report would go, and something "
                    "else is there; give the report another name"
                )
        with writing(str(folder)):
            for letter in _FOLDERS:
                (folder / letter).mkdir(parents=True, exist_ok=True)
        self.known = self._read()
        with writing(str(self._book)):
            self._file = self._book.open("ab")
            if self._file.tell():
                self._file.write(b"\n")  # the last line may have been cut off

    def _read(self) -> dict[str, dict[str, Any]]:
        """Return what was measured, by key; lines that were cut off count for nothing."""
        known: dict[str, dict[str, Any]] = {}
        with contextlib.suppress(FileNotFoundError), self._book.open("rb") as lines:
            for line in lines:
                with contextlib.suppress(ValueError, KeyError, TypeError):
                    entry = json.loads(line)
                    known[entry["key"]] = entry
        return known

    def path(self, key: str, picture: str) -> Path:
        """Return where a picture is."""
        return self.folder / key[0] / f"{key}{PICTURES[picture]}"

    def has(self, key: str) -> bool:
        """Return whether a page is known and its pictures are there.

        What could not be read is tried again.
        """
        entry = self.known.get(key)
        return (
            entry is not None
            and "note" not in entry
            and all(self.path(key, each).is_file() for each in entry["has"])
        )

    def keep(self, entry: dict[str, Any], pictures: Mapping[str, bytes]) -> None:
        """Keep a page: first its pictures, each whole or not at all, then the line about it."""
        entry = {**entry, "has": sorted(pictures)}
        for name, data in pictures.items():
            path = self.path(entry["key"], name)
            temporary = path.with_name(f"{path.name}.tmp")
            with writing(str(path)):
                temporary.write_bytes(data)
                temporary.replace(path)
        with self._lock, writing(str(self._book)):
            self._file.write(json.dumps(entry, allow_nan=False).encode() + b"\n")
            self._file.flush()
        self.known[entry["key"]] = entry

    def close(self) -> None:
        """Let what was written last."""
        with writing(str(self._book)):
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()

    def prune(self, keys: Iterable[str]) -> None:
        """Forget all pages but these, and remove their pictures."""
        wanted = {key: self.known[key] for key in keys if key in self.known}
        names = {
            self.path(key, each).name for key, entry in wanted.items() for each in entry["has"]
        }
        endings = (*PICTURES.values(), ".tmp")
        for letter in _FOLDERS:
            for path in (self.folder / letter).iterdir():
                if path.name not in names and path.name.endswith(endings):
                    with contextlib.suppress(OSError):
                        path.unlink()
        lines = [json.dumps(entry, allow_nan=False) + "\n" for entry in wanted.values()]
        with replacing(self._book, force=True) as file:
            file.write("".join(lines).encode())
