"""Pages with truth: where a data set's images and truths lie, in a fixed order.

In short::

    for name, image, truth in Dataset.open("dibco2013"):        # from the store of `docbin data`
    for name, image, truth in Dataset.open("pages/"):           # img/ and gt/, X.png and X_gt.png …
    Dataset.open("pages/", split="train")                       # one split
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from docbin.errors import InputError, UsageError
from docbin.evaluate import manifests
from docbin.evaluate.pairing import pair
from docbin.evaluate.sides import sides
from docbin.registry import near_miss


class Sample(NamedTuple):
    """One page with truth; ``name`` is ``set/page`` where a data set has several sets."""

    name: str
    image: Path
    truth: Path

    @property
    def set(self) -> str:
        """The set that the page belongs to, or an empty string."""
        return self.name.rpartition("/")[0]


@dataclass(frozen=True, slots=True)
class Dataset:
    """Pages with truth, in a fixed order.

    Parameters
    ----------
    name
        What it is called in tables.
    samples
        Its pages.
    """

    name: str
    samples: tuple[Sample, ...]

    def __iter__(self) -> Iterator[Sample]:
        return iter(self.samples)

    def __len__(self) -> int:
        return len(self.samples)

    @property
    def sets(self) -> tuple[str, ...]:
        """The names of its sets, in order of appearance."""
        return tuple(dict.fromkeys(sample.set for sample in self.samples))

    def only(self, *sets: str) -> Dataset:
        """Return the pages of some sets; an unknown set is a `UsageError`."""
        for wanted in sets:
            if wanted not in self.sets:
                raise UsageError(
                    f"'{self.name}' has no set '{wanted}'.{near_miss(wanted, list(self.sets))} "
                    f"Its sets: {', '.join(self.sets)}."
                )
        return Dataset(self.name, tuple(sample for sample in self if sample.set in sets))

    def without(self, left_out: str) -> Dataset:
        """Return all pages but those of one set."""
        return Dataset(self.name, tuple(sample for sample in self if sample.set != left_out))

    @classmethod
    def open(cls, source: str | Path, *, split: str | None = None) -> Dataset:
        """Find the pages of ``source``.

        Parameters
        ----------
        source
            A folder with ``INDEX.csv``; a folder of images and truths, as `docbin.evaluate.sides`
            tells them apart; or the name of a data set that ``docbin data add`` has stored.
        split
            A split of ``INDEX.csv`` or of the data set's manifest; None takes all pages.

        Raises
        ------
        InputError
            If there is nothing to score there.
        UsageError
            If the split is not known.
        """
        folder = Path(source)
        if not folder.is_dir():
            return _stored(str(source), split)
        if (folder / "INDEX.csv").is_file():
            return _indexed(folder, split)
        if (folder / "manifest.json").is_file():
            return _stored(folder.name, split, folder)
        if split is not None:
            raise UsageError(f"'{folder}' has no INDEX.csv, so it has no split '{split}'")
        return cls(folder.name, _paired(folder))


def _stored(name: str, split: str | None, folder: Path | None = None) -> Dataset:
    manifest = manifests.load(name)
    folder = folder or manifests.stored(manifest.name)
    if folder is None:
        raise InputError(
            f"the data set '{manifest.name}' is not on this machine. Download it from "
            f"{manifest.home}, then: docbin data add {manifest.name} PATH"
        )
    samples = _paired(folder)
    if split is not None:
        chosen = set(manifest.select([sample.name for sample in samples], split))
        samples = tuple(sample for sample in samples if sample.name in chosen)
    return Dataset(manifest.name, samples)


def _paired(folder: Path) -> tuple[Sample, ...]:
    images, truths = sides(folder)
    matched = pair(images, truths)
    if matched.missing:
        names = ", ".join(name for name, _ in matched.missing[:5])
        raise InputError(f"in '{folder}', truths without an image: {names}")
    if matched.extra:
        names = ", ".join(path.name for path in matched.extra[:5])
        raise InputError(
            f"in '{folder}', images without a truth: {names}; add their truths, or take the images "
            "elsewhere"
        )
    return tuple(Sample(*item) for item in matched.pairs)


def _indexed(folder: Path, split: str | None) -> Dataset:
    samples = read_index(folder / "INDEX.csv")
    splits = tuple(dict.fromkeys(samples.values()))
    if split is not None and split not in splits:
        raise UsageError(
            f"'{folder}' has no split '{split}'.{near_miss(split, list(splits))} "
            f"Its splits: {', '.join(splits)}."
        )
    chosen = tuple(sample for sample, its in samples.items() if split in (None, its))
    return Dataset(folder.name, chosen)


def read_index(path: Path) -> dict[Sample, str]:
    """Read an ``INDEX.csv`` (dataset, split, name, image, truth, …): sample -> its split.

    Paths are relative to the file and may not leave its folder.

    Raises
    ------
    InputError
        If it is no such table, or names a file that is not there.
    """
    needed = ("dataset", "split", "name", "image", "truth")
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            table = csv.DictReader(stream, strict=True)
            absent = [name for name in needed if name not in (table.fieldnames or ())]
            if absent:
                raise InputError(f"'{path}' has no column {', '.join(absent)}")
            return dict(_row(path, number, row) for number, row in enumerate(table, 2))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"'{path}' cannot be read as a table: {error}") from error


def _row(path: Path, number: int, row: dict[str, str | None]) -> tuple[Sample, str]:
    cells = {key: row.get(key) or "" for key in ("dataset", "split", "name", "image", "truth")}
    empty = [key for key in ("name", "image", "truth") if not cells[key]]
    if empty:
        raise InputError(f"'{path}', line {number}: no {', '.join(empty)}")
    name = f"{cells['dataset']}/{cells['name']}" if cells["dataset"] else cells["name"]
    files = [_inside(path, number, cells[key]) for key in ("image", "truth")]
    return Sample(name, *files), cells["split"]


def _inside(path: Path, number: int, text: str) -> Path:
    relative = Path(text)
    if relative.is_absolute() or ".." in relative.parts or "\0" in text:
        raise InputError(f"'{path}', line {number}: '{text}' leaves the folder of the table")
    file = path.parent / relative
    if not file.is_file():
        raise InputError(f"'{path}', line {number}: there is no file '{file}'")
    return file
