"""Where results of `docbin detect` go."""

from __future__ import annotations

import dataclasses
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from docbin.batch.order import same_name
from docbin.batch.planning import is_folder, is_one_file
from docbin.batch.preview import png
from docbin.commands.report import print_paths
from docbin.detect.detected import DetectedPage
from docbin.detect.formats import FORMATS
from docbin.detect.overlay import overlay
from docbin.errors import DocbinError, InputError, UsageError
from docbin.io.atomic import STDOUT, check_target, replacing, writing
from docbin.io.blob import STDIN
from docbin.io.names import shown

_PICTURE = ".png"


class Outlet:
    """Takes pages as they come; writes single ones at once, and one document in the end.

    Parameters
    ----------
    files
        All inputs.
    settings
        Name and parameters of the detector, for the document.
    options
        ``output``, ``format``, ``overlay``, ``force`` and ``quiet`` of the command line.

    Raises
    ------
    UsageError, OutputError
        If results would collide, cannot be one file, or exist; before any work is done.
    """

    def __init__(
        self, files: Sequence[str], settings: Mapping[str, Any], options: Mapping[str, Any]
    ) -> None:
        self._settings = settings
        self._force, self._quiet = options["force"], options["quiet"]
        self._name = options["format"] or _by_ending(options["output"])
        self._format = FORMATS[self._name]
        self._output: str = options["output"] or STDOUT
        self._overlay: str | None = options["overlay"]
        self._pages: list[DetectedPage] = []
        self._taken: dict[str, str] = {}
        self.failures: list[int] = []
        self.pages = 0
        if self._overlay == STDOUT:
            raise UsageError("--overlay is a file or a folder; standard output has the regions")
        if files.count(STDIN) > 1:
            raise UsageError("standard input ('-') can be given once only")
        self._check_files(files)

    def _check_files(self, files: Sequence[str]) -> None:
        single = not self._format.several and not is_folder(self._output)
        if single and len(files) > 1:
            raise UsageError(
                f"{len(files)} inputs do not fit into one result of the format {self._name}; end "
                "-o with a slash to write a file for each page, or take json or csv"
            )
        if self._overlay is not None and len(files) > 1 and not is_folder(self._overlay):
            raise UsageError(
                f"{len(files)} inputs do not fit into one picture; end --overlay with a slash to "
                "write a picture for each page"
            )
        for target, ending in self._targets():
            if not is_folder(target):
                if target != STDOUT:
                    _check_input(target, files)
                    check_target(target, force=self._force)
                continue
            for name in files:
                path = _within(target, name, ending)
                self._take(path, name)
                _check_input(path, files)
                check_target(path, force=self._force)
            with writing(target):
                Path(target).mkdir(parents=True, exist_ok=True)
        self._taken.clear()

    def _targets(self) -> list[tuple[str, str]]:
        targets = [(self._output, self._format.ending)]
        return targets + ([] if self._overlay is None else [(self._overlay, _PICTURE)])

    def add(self, page: DetectedPage) -> None:
        """Take a page: write what belongs to it alone, and say what failed."""
        self.pages += 1
        if page.error is None:
            try:
                self._write(page)
            except DocbinError as error:
                if isinstance(error.__cause__, BrokenPipeError):
                    raise
                page = dataclasses.replace(page, error=error)
        if page.error is not None:
            self.failures.append(page.error.exit_code)
            _say(page)
        if not is_folder(self._output):
            self._pages.append(dataclasses.replace(page, pixels=None))

    def _write(self, page: DetectedPage) -> None:
        if page.pages > 1 and not (self._format.several or is_folder(self._output)):
            raise InputError(
                f"{shown(page.source)} has {page.pages} pages, and the format {self._name} has "
                "one; end -o with a slash to write a file for each page, or take json or csv"
            )
        if is_folder(self._output):
            text = self._format.write([page], self._settings)
            self._put(self._path(self._output, page, self._format.ending), _bytes(text), page)
        if self._overlay is not None:
            if page.pages > 1 and not is_folder(self._overlay):
                raise InputError(
                    f"{shown(page.source)} has {page.pages} pages, which do not fit into one "
                    "picture; end --overlay with a slash"
                )
            picture = png(overlay(page.pixels, page.regions))
            path = self._overlay
            if is_folder(path):
                path = self._path(path, page, _PICTURE)
            self._put(path, picture, page)

    def _path(self, folder: str, page: DetectedPage, ending: str) -> str:
        number = ""
        if page.pages > 1:
            number = f"-{page.index + 1:0{len(str(page.pages))}}"
        return _within(folder, page.source, f"{number}{ending}")

    def _put(self, path: str, data: bytes, page: DetectedPage) -> None:
        self._take(path, page.source)
        with replacing(path, force=self._force) as file:
            file.write(data)
        if not self._quiet and self._output != STDOUT:
            print_paths([path])

    def _take(self, path: str, source: str) -> None:
        """Refuse a result that would replace another of the same call."""
        key = same_name(os.path.abspath(path))  # noqa: PTH100 - links must stay as they are
        other = self._taken.get(key)
        if other == source:
            raise UsageError(f"{shown(source)} is given twice")
        if other is not None:
            raise UsageError(
                f"{shown(other)} and {shown(source)} would both be written to {shown(path)}; give "
                "them in separate runs"
            )
        self._taken[key] = source

    def close(self) -> None:
        """Write the document of all pages."""
        if is_folder(self._output):
            return
        pages = self._pages
        if not self._format.several:
            pages = [page for page in pages if page.error is None]
            if not pages:
                return
        text = self._format.write(pages, self._settings)
        with replacing(self._output, force=self._force) as file:
            file.write(_bytes(text))
        if not self._quiet and self._output != STDOUT:
            print_paths([self._output])


def _say(page: DetectedPage) -> None:
    text, name = str(page.error), shown(page.source)
    place = f"{name} page {page.index + 1}" if page.pages > 1 else name
    line = text if name in text else f"{place}: {text}"
    print(f"docbin: {line}", file=sys.stderr, flush=True)


def _by_ending(output: str | None) -> str:
    """Return the format that a file's name tells; json where it tells none."""
    endings = {".csv": "csv", ".txt": "regions", ".xml": "page-xml"}
    return endings.get(Path(output or "").suffix.lower(), "json")


def _within(folder: str, name: str, ending: str) -> str:
    stem = "stdin" if name == STDIN else Path(name).stem
    return str(Path(folder) / f"{stem}{ending}")


def _check_input(target: str, files: Sequence[str]) -> None:
    for name in files:
        if name != STDIN and is_one_file(name, target):
            raise UsageError(f"{shown(target)} is the input itself; give another name")


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
