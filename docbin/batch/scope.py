"""Pages that are to look alike: one choice for a folder, or for a file with several pages.

Only ``auto`` has a choice to make. A few pages of the group are looked at: of a folder the files
whose names have the smallest sums, so that neither the shard of a run nor what is done already
matters, of a file pages at even distances. `docbin.methods.auto_scope` says what is chosen.
"""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from docbin.api import AUTO
from docbin.batch.treatment import Treatment, is_huge
from docbin.errors import DocbinError
from docbin.image import as_gray
from docbin.io.blob import STDIN, Source
from docbin.io.page import PageSource
from docbin.io.reader import open_source
from docbin.pipeline import Pipeline

if TYPE_CHECKING:
    from docbin.methods.auto_scope import Fit, Seen

# Pages of a group that are looked at, more or less.
PAGES = 15

Each = TypeVar("Each")
# Looks at a page; None: there is nothing to choose for it.
Looker: TypeAlias = "Callable[[PageSource, Treatment], Seen | None]"


def look(source: PageSource, treatment: Treatment) -> Seen | None:
    """Return what ``auto`` sees of a page, after the steps before it."""
    info = source.info
    if info.bilevel or treatment.name(info) != AUTO:
        return None
    from docbin.methods.auto import TILE
    from docbin.methods.auto_scope import seen

    sides = treatment.resolution(info)
    dpi = None if sides is None else (sides[0] * sides[1]) ** 0.5
    method = treatment.method_at(dpi, info)
    if is_huge(info) and not treatment.steps:
        return seen(method, method.looked_at_bands(source.bands(TILE))[0])
    pixels: Any = source.load().pixels
    pixels = Pipeline(treatment.steps).at(dpi).prepare(pixels)
    return seen(method, method.looked_at(as_gray(pixels)))


def looks(source: Source, treatment: Treatment, count: int, looker: Looker) -> tuple[Seen, ...]:
    """Look at up to ``count`` pages of a file."""
    pages = spread(list(open_source(source, max_pixels=treatment.max_pixels)), count)
    found = (looker(page, treatment) for page in pages)
    return tuple(each for each in found if each is not None)


def spread(pages: Sequence[Each], count: int) -> list[Each]:
    """Return up to ``count`` of the pages at even distances."""
    count = min(count, len(pages))
    return [pages[(2 * number + 1) * len(pages) // (2 * count)] for number in range(count)]


def sample(names: Iterable[str]) -> dict[str, int]:
    """Return which of a folder's files to look at, and at how many pages of each."""
    first = sorted(set(names), key=lambda name: sha256(os.fsencode(name)).digest())[:PAGES]
    return {name: -(-PAGES // len(first)) for name in first}


class Chooser:
    """Says how each page is treated, where pages share a choice.

    Parameters
    ----------
    treatment
        How pages are cleaned. Where it has a choice, all is settled.
    names
        All inputs: those of a folder share one choice.
    looker
        Looks at a page.
    """

    def __init__(self, treatment: Treatment, names: Iterable[str], looker: Looker) -> None:
        self.treatment = treatment
        self._looker = looker
        self._scope = None if treatment.fit else treatment.shared
        self._folders: dict[str, list[str]] = {}
        self._fits: dict[str, Fit] = {}
        if self._scope == "folder":
            for name in names:
                self._folders.setdefault(_folder(name), []).append(name)

    def begin(self, pages: Callable[[], Iterable[PageSource]]) -> None:
        """Begin a result that is made of these pages."""
        if self._scope == "document":
            found = (self._looker(page, self.treatment) for page in spread([*pages()], PAGES))
            self._settle("", (each for each in found if each is not None))

    def treatment_of(self, page: PageSource) -> Treatment:
        """Return how a page is treated."""
        name = page.info.source
        key = "" if self._scope == "document" else _folder(name)
        if self._scope == "folder" and key not in self._fits and name != STDIN:
            files = sample(self._folders[key])
            self._settle(key, (each for item in files.items() for each in self._seen(*item)))
        return dataclasses.replace(self.treatment, fit=self._fits.get(key, self.treatment.fit))

    def _seen(self, name: str, count: int) -> tuple[Seen, ...]:
        if name == STDIN:
            return ()  # it can be read once only
        try:
            return looks(name, self.treatment, count, self._looker)
        except DocbinError:
            return ()  # which is said when its turn comes

    def _settle(self, key: str, found: Iterable[Seen]) -> None:
        from docbin.methods.auto_scope import common

        self._fits[key] = common(found)


def _folder(name: str) -> str:
    return str(Path(name).parent)
