"""Lists of pages that are kept out of training, so that figures on them mean something."""

from __future__ import annotations

import os
import tomllib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from docbin.errors import InputError
from docbin.io.names import shown, unreadable

_KEYS = {"pages", "tuning", "unused"}


@dataclass(frozen=True, slots=True)
class HeldOut:
    """What is held out of one data set.

    Parameters
    ----------
    pages
        Names of the pages that figures are measured on.
    tuning
        Pages that are not trained on either, and that choices are made with.
    unused
        Pages for none of it: the rest of a document that is held out.
    """

    pages: frozenset[str]
    tuning: frozenset[str] = frozenset()
    unused: frozenset[str] = frozenset()

    @property
    def untrained(self) -> frozenset[str]:
        """All pages that training must not see."""
        return self.pages | self.tuning | self.unused


def read_held_out(source: str | os.PathLike[str]) -> Mapping[str, HeldOut]:
    """Return what a list holds out: name of the data set -> its pages.

    The file is TOML, a table for each data set with ``pages``, and perhaps ``tuning`` and
    ``unused``: lists of names as `docbin.evaluate.labels.PageLabels` has them.

    Parameters
    ----------
    source
        The file.

    Raises
    ------
    InputError
        If it cannot be read, or says anything else.

    Examples
    --------
    >>> held = read_held_out("benchmarks/held_out.toml")  # doctest: +SKIP
    >>> len(held["msra-td500"].pages)  # doctest: +SKIP
    60
    """
    path = Path(source)
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise unreadable(path, error) from error
    except ValueError as error:
        raise InputError(f"{shown(path)} is no TOML: {error}") from error
    return {name: _held(path, name, table) for name, table in tables.items()}


def _held(path: Path, name: str, table: object) -> HeldOut:
    """Return the lists of one table."""
    if not isinstance(table, dict) or not {"pages"} <= table.keys() <= _KEYS:
        raise InputError(f"{shown(path)}: [{name}] must have pages, and may have tuning and unused")
    lists = {key: _names(path, f"{name}.{key}", value) for key, value in table.items()}
    counted = Counter(page for pages in lists.values() for page in pages)
    twice = ", ".join(sorted(page for page, count in counted.items() if count > 1))
    if twice:
        raise InputError(f"{shown(path)}: [{name}] has pages in two of its lists: {twice}")
    return HeldOut(**lists)


def _names(path: Path, key: str, value: object) -> frozenset[str]:
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise InputError(f"{shown(path)}: {key} must be a list of names")
    if len(set(value)) < len(value):
        raise InputError(f"{shown(path)}: {key} has a name twice")
    return frozenset(value)
