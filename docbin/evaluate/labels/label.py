"""A label, the labels of a page, and what was wrong with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Protocol

from docbin.regions import TextRegion


@dataclass(frozen=True, slots=True, eq=False)
class Label:
    """One region of text as a person marked it, or as a file of results has it.

    Parameters
    ----------
    region
        Polygon, score (None in truths) and kind.
    text
        The transcription; None where the file has none.
    care
        False where it neither has to be found nor counts when found: what cannot be read
        (``###``), what is marked as difficult, and outlines that cross themselves.
    language
        Script or language where the format tells it.
    line
        Line of the file at which it stands, from 1; None in formats without lines.
    """

    region: TextRegion
    text: str | None = None
    care: bool = True
    language: str | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in a file of labels that is not as it should be.

    Parameters
    ----------
    file
        The file.
    line
        Line in the file, from 1; None where it has no lines.
    reason
        What is wrong.
    left_out
        True: there is no label for it. False: there is one, as the reason says.
    """

    file: Path
    line: int | None
    reason: str
    left_out: bool

    def __str__(self) -> str:
        place = self.file.name if self.line is None else f"{self.file.name}, line {self.line}"
        return f"{place}: {self.reason}{'; left out' if self.left_out else ''}"


@dataclass(frozen=True, slots=True)
class PageLabels:
    """The labels of one page, in the order of the file.

    Parameters
    ----------
    name
        Name of the page: that of its image without ending, ``gt_`` and the like. Empty for what
        belongs to no page of the file; there are only problems then.
    file
        Where they stand.
    labels
        Good ones.
    problems
        What was left out or taken in another way, each with its line.
    """

    name: str
    file: Path
    labels: tuple[Label, ...]
    problems: tuple[Problem, ...] = ()

    def of_kinds(self, kinds: Sequence[str]) -> tuple[Label, ...]:
        """Return the labels of these kinds."""
        return tuple(label for label in self.labels if label.region.kind in kinds)


class LabelFormat(Protocol):
    """Reads the files of one data set."""

    # Endings of its files, in lower case.
    suffixes: ClassVar[tuple[str, ...]]
    # One line on where it comes from.
    about: ClassVar[str]

    def read(self, path: Path) -> list[PageLabels]:
        """Return the labels of the pages of one file.

        Raises
        ------
        InputError
            If the file cannot be read at all.
        """
        ...
