"""The scans that are looked at: files of the machine, and what was dropped on the page."""

from __future__ import annotations

import dataclasses
import threading
from collections import OrderedDict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docbin.batch.inputs import expanded
from docbin.errors import InputError, UsageError
from docbin.evaluate.pairing import image_files, key
from docbin.image import Gray, Mask, as_gray
from docbin.io.blob import Blob
from docbin.io.limits import check_size
from docbin.io.masks import read_mask
from docbin.io.names import shown, unreadable
from docbin.io.page import Page, PageInfo, PageSource
from docbin.io.reader import open_source

# Dropped files that are kept, the latest, and decoded pages.
_KEPT = 6
_DECODED = 2


class Held:
    """A page whose pixels stay in memory, so that they are decoded once for many tries."""

    def __init__(self, source: PageSource) -> None:
        self._source = source
        self._page: Page | None = None

    @property
    def info(self) -> PageInfo:
        """What the header says."""
        return self._source.info

    @property
    def can_stream(self) -> bool:
        """Say yes: there is nothing left to decode."""
        return True

    def load(self) -> Page:
        """Return the page, decoded once."""
        if self._page is None:
            self._page = self._source.load()
        return self._page

    def bands(self, rows: int) -> Iterator[Gray]:
        """Yield the page as gray uint8 (``rows``, W)."""
        pixels = self.load().pixels
        for top in range(0, len(pixels), rows):
            yield as_gray(pixels[top : top + rows])


@dataclasses.dataclass(slots=True)
class Scan:
    """A file: where it is, how it is named on a command line, and the truths of its pages."""

    name: str
    file: Blob | str
    command_name: str
    truths: dict[int, Mask] = dataclasses.field(default_factory=dict)
    truth_path: Path | None = None


class Pages:
    """All scans by number; a page asks for numbers only, so that no path can be asked for.

    Parameters
    ----------
    paths
        Files and folders that were named when the viewer was started.
    max_pixels
        Largest page that is decoded.
    truth
        A file or folder of truths, paired with the scans by name.
    """

    def __init__(self, paths: list[str], max_pixels: int, truth: str | None = None) -> None:
        files = expanded(paths)
        for path in files:
            if not Path(path).is_file():
                raise unreadable(path, "there is no such file")
        self.scans = {number: Scan(path, path, path) for number, path in enumerate(files)}
        self._next = len(self.scans)
        self._dropped: list[int] = []
        self._max_pixels = max_pixels
        self._held: OrderedDict[tuple[int, int], Held] = OrderedDict()
        self._lock = threading.Lock()
        if truth is not None:
            self._pair(Path(truth))

    def _pair(self, truth: Path) -> None:
        if not truth.exists():
            raise unreadable(truth, "there is no such file or folder")
        files = image_files(truth) if truth.is_dir() else [truth]
        by_key = {key(path): path for path in files}
        for scan in self.scans.values():
            scan.truth_path = by_key.get(key(Path(scan.name)))
        if not truth.is_dir() and len(self.scans) == 1:
            self.scans[0].truth_path = truth
        if not any(scan.truth_path for scan in self.scans.values()):
            raise InputError(f"{shown(truth)} has no truth for these scans, by their names")

    def read_truth(self, number: int) -> None:
        """Read the truth that was named when the viewer was started, when it is needed."""
        scan = self.scan(number)
        if scan.truth_path is not None and 0 not in scan.truths:
            scan.truths[0] = read_mask(scan.truth_path, max_pixels=self._max_pixels)

    def add_truth(self, number: int, index: int, name: str, data: bytes) -> None:
        """Keep a dropped truth of a page.

        Raises
        ------
        InputError
            If it cannot be read, or has another size than the page.
        """
        scan = self.scan(number)
        mask = read_mask(Blob(name, len(data), data=data), max_pixels=self._max_pixels)
        info = self.page(number, index).info
        if mask.shape != (info.height, info.width):
            raise InputError(
                f"the truth {shown(name)} has {mask.shape[1]} x {mask.shape[0]} pixels, the page "
                f"{info.width} x {info.height}; give the truth of this page"
            )
        scan.truths[index] = mask

    def add(self, name: str, data: bytes) -> int:
        """Keep a dropped file and return its number; the oldest of many is forgotten."""
        name = Path(name.replace("\\", "/")).name or "scan"
        with self._lock:
            number, self._next = self._next, self._next + 1
            self.scans[number] = Scan(name, Blob(name, len(data), data=data), name)
            self._dropped.append(number)
            if len(self._dropped) > _KEPT:
                self.forget(self._dropped.pop(0))
        return number

    def forget(self, number: int) -> None:
        """Let go of a dropped file."""
        self.scans.pop(number, None)
        for place in [place for place in self._held if place[0] == number]:
            del self._held[place]

    def scan(self, number: Any) -> Scan:
        """Return a file by its number."""
        found = self.scans.get(number) if isinstance(number, int) else None
        if found is None:
            raise UsageError("this scan is not open any more; open it again")
        return found

    def infos(self, number: int) -> list[PageInfo]:
        """Return what the headers of a file's pages say, each within the limit."""
        sources = list(open_source(self.scan(number).file, max_pixels=self._max_pixels))
        if not sources:
            raise InputError(f"{shown(self.scan(number).name)} has no pages")
        for source in sources:
            check_size(source.info, self._max_pixels, banded=False)
        return [source.info for source in sources]

    def page(self, number: int, index: Any) -> Held:
        """Return a page of a file; the latest ones stay decoded."""
        if not isinstance(index, int):
            raise UsageError("the page has no number")
        place = (number, index)
        if place not in self._held:
            scan = self.scan(number)
            sources = list(open_source(scan.file, max_pixels=self._max_pixels))
            if not 0 <= index < len(sources):
                raise UsageError(f"{shown(scan.name)} has {len(sources)} pages")
            check_size(sources[index].info, self._max_pixels, banded=False)
            self._held[place] = Held(sources[index])
            while len(self._held) > _DECODED:
                self._held.popitem(last=False)
        self._held.move_to_end(place)
        return self._held[place]
