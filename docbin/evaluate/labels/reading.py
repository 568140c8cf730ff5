"""Read labels of a file or a folder."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from docbin.errors import InputError
from docbin.evaluate.labels.formats import FORMATS
from docbin.evaluate.labels.label import LabelFormat, PageLabels, Problem
from docbin.evaluate.pairing import natural
from docbin.io.names import shown, unreadable


@dataclass(frozen=True, slots=True)
class LabelSet:
    """The labels of many pages.

    Parameters
    ----------
    pages
        In natural order of the files.
    failures
        Files that could not be read at all.
    strays
        What was left out and belongs to no page, such as a line that names no image.
    """

    pages: tuple[PageLabels, ...]
    failures: tuple[Problem, ...] = ()
    strays: tuple[Problem, ...] = ()

    @property
    def problems(self) -> list[Problem]:
        """Everything that was left out or taken in another way."""
        of_pages = [problem for page in self.pages for problem in page.problems]
        return [*self.failures, *self.strays, *of_pages]

    def counts(self) -> dict[str, int]:
        """Return how many pages, labels, ones nobody cares for, and problems there are."""
        labels = [label for page in self.pages for label in page.labels]
        return {
            "pages": len(self.pages),
            "labels": len(labels),
            "care": sum(label.care for label in labels),
            "dont_care": sum(not label.care for label in labels),
            "left_out": sum(problem.left_out for problem in self.problems),
            "remarks": sum(not problem.left_out for problem in self.problems),
            "unreadable_files": len(self.failures),
        }

    def kinds(self) -> dict[str, int]:
        """Return how many labels of each kind there are, the commonest first."""
        counted = Counter(label.region.kind for page in self.pages for label in page.labels)
        return dict(counted.most_common())


def read_labels(source: str | os.PathLike[str], format: str) -> LabelSet:
    """Return the labels of a file, or of all files of a folder that have the format's ending.

    Parameters
    ----------
    source
        File or folder. A file of a folder that cannot be read is among ``failures``; the others
        are read all the same.
    format
        A name of `FORMATS`, such as ``"icdar2015"``.

    Raises
    ------
    UsageError
        If there is no such format.
    InputError
        If ``source`` is not there, has no such files, cannot be read (a single file), or has two
        files for one page.

    Examples
    --------
    >>> read_labels("gt", "icdar2015").counts()  # doctest: +SKIP
    {'pages': 500, 'labels': 5230, 'care': 2077, ...}
    """
    reader: LabelFormat = FORMATS.create(format)
    path = Path(source)
    if not path.is_dir():
        return _label_set(reader.read(path), [])
    pages: list[PageLabels] = []
    failures: list[Problem] = []
    for file in _files(path, reader, format):
        try:
            pages += reader.read(file)
        except InputError as error:
            failures.append(Problem(file, None, str(error), left_out=True))
    return _label_set(pages, failures)


def _files(folder: Path, reader: LabelFormat, format: str) -> list[Path]:
    try:
        files = [path for path in folder.iterdir() if path.suffix.lower() in reader.suffixes]
    except OSError as error:
        raise unreadable(folder, error) from error
    files = [path for path in files if path.is_file() and not path.name.startswith(".")]
    if not files:
        endings = " ".join(reader.suffixes)
        raise InputError(f"{shown(folder)} has no labels of '{format}' (files {endings})")
    return sorted(files, key=lambda path: natural(path.name))


def _label_set(pages: Sequence[PageLabels], failures: Sequence[Problem]) -> LabelSet:
    """Return the set; two files for one page are an `InputError`."""
    seen: dict[str, Path] = {}
    strays: list[Problem] = []
    for page in pages:
        if not page.name:
            strays += page.problems
        elif page.name in seen:
            raise InputError(
                f"{shown(seen[page.name])} and {shown(page.file)} have labels of one page, "
                f"'{page.name}'; take one of them away"
            )
        seen[page.name] = page.file
    named = tuple(page for page in pages if page.name)
    return LabelSet(named, tuple(failures), tuple(strays))
