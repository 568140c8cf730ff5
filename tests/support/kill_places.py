"""Where the runs that `kill_run` kills have their results: a folder, or a bucket of a server."""

from __future__ import annotations

import hashlib
import time
from pathlib import Path
from typing import Any

from s3_server import BUCKET

from docbin.batch import read_records


class InFolder:
    """Results in a folder."""

    pause = 0.005

    def __init__(self, folder: Path, name: str) -> None:
        self._folder = folder / name
        self.arguments = [str(self._folder)]

    def sums(self) -> dict[str, str]:
        """Return the sums of the results, by name."""
        return {
            path.relative_to(self._folder).as_posix(): _sum(path.read_bytes())
            for path in self._folder.rglob("*")
            if path.is_file() and not any(part.startswith(".") for part in path.parts[-3:])
        }

    def count(self) -> int:
        """Return how many results there are."""
        return sum(1 for _ in self._folder.glob("box-*/[!.]*"))

    def recorded(self) -> dict[str, float]:
        """Return when results that are recorded were done, by name."""
        books = self._folder / ".docbin" / "run.sqlite"
        return _recorded(self._folder, None) if books.is_file() else {}

    def left(self) -> list[str]:
        """Return the names of temporary files."""
        return [path.name for path in self._folder.rglob(".docbin-*.tmp")]


class InBucket:
    """Results under a prefix of a bucket; inputs, too, are put there."""

    pause = 0.05

    def __init__(self, folder: Path, name: str, store: Any) -> None:
        self._root = f"{BUCKET}/{name}"
        self._store = store
        self._state = folder / f"state-{name}"
        self.arguments = [f"s3://{self._root}", "--state", str(self._state)]

    def sums(self) -> dict[str, str]:
        """See `InFolder`."""
        paths = self._store.find(self._root)
        return {path[len(self._root) + 1 :]: _sum(self._store.cat_file(path)) for path in paths}

    def count(self) -> int:
        """See `InFolder`."""
        return len(self._store.find(self._root))

    def recorded(self) -> dict[str, float]:
        """See `InFolder`."""
        there = (self._state / "run.sqlite").is_file()
        return _recorded(self.arguments[0], self._state) if there else {}

    def left(self) -> list[str]:
        """See `InFolder`."""
        uploads = self._store.call_s3("list_multipart_uploads", Bucket=BUCKET).get("Uploads") or []
        fetched = self._state / "run.fetched"
        files = fetched.iterdir() if fetched.is_dir() else ()
        return [*(each["Key"] for each in uploads), *(path.name for path in files)]


def _sum(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _recorded(destination: Path | str, state: Path | None) -> dict[str, float]:
    return {
        each.target: each.ended
        for each in read_records(destination, state)
        if each.status == "done" and each.written is not None
    }


def wait_for_more(place: InFolder | InBucket, run: Any, there: int) -> None:
    """Wait for another result, or the end of the run."""
    while run.poll() is None and place.count() == there:
        time.sleep(place.pause)
