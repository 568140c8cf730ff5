"""What is known about the public data sets: one TOML file each in ``datasets/``.

In short::

    manifest = manifests.load("dibco2013")      # aliases work; a wrong name gives a hint
    manifest.pages, manifest.licence, manifest.citation.bibtex()
    manifest.select(names, "handwritten")       # the pages of a split
    manifests.store() / "dibco2013"             # where `docbin data add` puts the pages
    manifests.stored("dibco2013")               # that folder if it is there, else None

A stored data set is ``img/NAME.png`` (gray or RGB), ``gt/NAME.png`` (1 bit, ink 0) and
``manifest.json`` (what it is, where it came from, the sha256 of every file).
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from docbin import resources
from docbin.citation import Citation
from docbin.errors import InputError, UsageError
from docbin.registry import near_miss


@dataclass(frozen=True, slots=True)
class Source:
    """A file that the owner of the data set offers for download.

    Parameters
    ----------
    url
        Its official address.
    size
        Its size in bytes as once seen, for progress only, or None.
    sha256
        Its checksum where one is known, or None.
    """

    url: str
    size: int | None = None
    sha256: str | None = None

    @property
    def filename(self) -> str:
        """The last part of the address."""
        return self.url.rstrip("/").rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class Layout:
    """Which file of a folder or archive is an image and which its truth.

    Parameters
    ----------
    image, truth
        Regular expressions over the path with ``/`` between folders, tried without regard to
        case at any depth, to the end of the name. Their named groups are the page's key; the
        groups of ``image`` joined by ``_`` are the name under which it is stored. Groups that
        only ``image`` has make several pages of one truth (spectral bands).
    ink_below
        Gray values below this are ink in the truth. The default 1 is the competitions' rule:
        whatever is not 0 is paper.
    """

    image: str
    truth: str
    ink_below: int = 1

    def __post_init__(self) -> None:
        for pattern in (self.image, self.truth):
            try:
                groups = re.compile(pattern).groupindex
            except re.error as error:
                raise UsageError(f"'{pattern}' is no regular expression: {error}") from error
            if "name" not in groups:
                raise UsageError(
                    f"the pattern '{pattern}' must have a group (?P<name>…) for the page's name"
                )


@dataclass(frozen=True, slots=True)
class Manifest:
    """One public data set: where it comes from, how it is laid out, what may be done with it.

    Parameters
    ----------
    name, title, year
        Name on the command line; full name; year of publication.
    kind
        What the pages are, in words.
    home
        The official page.
    licence, terms
        Licence by name, and the terms in words.
    citation
        What to cite.
    pages, images
        Number of truths and of images if it is known.
    sources, mirrors
        Official downloads; other addresses, as text.
    layouts
        Ways in which the files have been laid out, the official one first.
    splits
        Name of a split -> regular expression over the stored names.
    notes, aliases
        What one should know; other names.
    """

    name: str
    title: str
    year: int
    kind: str
    home: str
    licence: str
    terms: str
    citation: Citation
    pages: int | None = None
    images: int | None = None
    sources: tuple[Source, ...] = ()
    mirrors: tuple[str, ...] = ()
    layouts: tuple[Layout, ...] = ()
    splits: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()

    def select(self, names: Iterable[str], split: str) -> list[str]:
        """Return those of the stored ``names`` that belong to ``split``."""
        pattern = self.splits.get(split)
        if pattern is None:
            raise UsageError(
                f"'{self.name}' has no split '{split}'.{near_miss(split, self.splits)} "
                f"Its splits: {', '.join(self.splits)}."
            )
        return [name for name in names if re.fullmatch(pattern, name)]


def names() -> list[str]:
    """Return the names of all data sets that have a manifest, sorted."""
    return sorted(path.stem for path in resources.directory("datasets").glob("*.toml"))


def load(name: str) -> Manifest:
    """Return the manifest of ``name`` or of the data set that has it as alias.

    Raises
    ------
    UsageError
        If there is none, with the nearest known name.
    """
    folder = resources.directory("datasets")
    known = names()
    key = name.lower()
    if key in known:
        return read(folder / f"{key}.toml")
    for manifest in map(read, sorted(folder.glob("*.toml"))):
        if key in manifest.aliases:
            return manifest
    raise UsageError(
        f"there is no data set '{name}'.{near_miss(name, known)} Known: {', '.join(known)}."
    )


def read(path: Path) -> Manifest:
    """Read one manifest file; a malformed one is an `InputError`."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        return _manifest(table)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, TypeError, KeyError) as error:
        raise InputError(f"'{path}' is not a manifest of a data set: {error}") from error


def _manifest(table: dict[str, Any]) -> Manifest:
    table["citation"] = Citation(**table["citation"])
    table["sources"] = tuple(
        Source(item["url"], item.get("bytes"), item.get("sha256"))
        for item in table.pop("sources", [])
    )
    table["layouts"] = tuple(Layout(**item) for item in table.pop("layouts", []))
    for key in ("notes", "aliases", "mirrors"):
        table[key] = tuple(table.pop(key, []))
    return Manifest(**table)


def store() -> Path:
    """Return where data sets are kept: ``DOCBIN_DATA``, else docbin/data in the XDG data folder."""
    if chosen := os.environ.get("DOCBIN_DATA"):
        return Path(chosen)
    base = os.environ.get("XDG_DATA_HOME") or "~/.local/share"
    return Path(base).expanduser() / "docbin" / "data"


def stored(name: str, root: Path | None = None) -> Path | None:
    """Return the folder of a data set that has been added to the store, or None."""
    folder = (root or store()) / name
    return folder if (folder / "manifest.json").is_file() else None
