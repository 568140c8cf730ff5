"""What ``docbin train`` learns from: pages with truth, cut or drawn once and kept with the run."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from docbin.evaluate.datasets import Dataset
    from docbin.nn.data.store import TileStore
    from docbin.runtime.staged.description import Description

_Store = TypeVar("_Store")
_GENERATED = 400
_TILE = 448


def tiles(
    source: str, out: Path, *, split: str | None, only: tuple[str, ...], tile: int = _TILE
) -> TileStore:
    """Return the tiles of a data set; they are cut once and kept in the folder of the run.

    Parameters
    ----------
    source
        A folder of pages, a stored data set, a file of tiles, or ``synthetic:COUNT``.
    out
        Of the run.
    split, only
        Which pages of a folder.
    tile
        Side of the tiles in pixels.
    """
    from docbin.nn.data.store import TileStore, build_store
    from docbin.nn.data.synthetic import build_synthetic_store

    if Path(source).suffix == ".tiles":
        _whole_source(source, split, only)
        return TileStore.load(source)
    size = "" if tile == _TILE else f"-{tile}"
    if (count := _drawn(source)) is not None:
        _whole_source(source, split, only)
        kept = _made(out) / f"synthetic-{count}{size}.tiles"
        return _once(
            kept, lambda: build_synthetic_store(count, kept, seed=1, tile=tile, stride=tile)
        )
    pages = _pages(source, split, only)
    kept = _made(out) / f"{pages.name}{size}.tiles"
    return _once(kept, lambda: build_store(pages, kept, tile=tile, stride=tile // 2))


def whole_pages(
    source: str,
    out: Path,
    description: Description,
    *,
    split: str | None,
    only: tuple[str, ...],
) -> TileStore | None:
    """Return the pages of a data set as a global stage sees them; None of a file of tiles."""
    from docbin.nn.data.pages import pages_of
    from docbin.nn.data.synthetic import synthetic_pages
    from docbin.nn.gan.sources import write_whole_pages

    if Path(source).suffix == ".tiles":
        return None
    side = description.stage("global").side
    if (count := _drawn(source)) is not None:
        kept = _made(out) / f"synthetic-{count}-whole-{side}.tiles"
        return _once(kept, lambda: write_whole_pages(synthetic_pages(count, 1), kept, description))
    pages = _pages(source, split, only)
    kept = _made(out) / f"{pages.name}-whole-{side}.tiles"
    return _once(kept, lambda: write_whole_pages(pages_of(pages), kept, description))


def fonts_of(stores: Sequence[TileStore]) -> set[str]:
    """Return the fonts of the generated pages among tiles."""
    return {font for its in stores for page in its.pages for font in page.source.get("fonts", ())}


def _pages(source: str, split: str | None, only: tuple[str, ...]) -> Dataset:
    from docbin.evaluate.datasets import Dataset

    pages = Dataset.open(source, split=split)
    return pages.only(*only) if only else pages


def _whole_source(source: str, split: str | None, only: tuple[str, ...]) -> None:
    """Refuse to take a part of what has none."""
    from docbin.errors import UsageError

    if split or only:
        raise UsageError(f"'{source}' is no folder of pages; --split and --only are for those")


def _drawn(source: str) -> int | None:
    """Return how many pages are to be drawn; None if none are."""
    from docbin.errors import UsageError
    from docbin.evaluate.terms import GENERATED

    drawn, _, count = source.partition(":")
    if drawn != GENERATED:
        return None
    if count and not count.isdecimal():
        raise UsageError(f"--data synthetic:COUNT takes a number of pages; got '{count}'")
    return int(count or _GENERATED)


def _made(out: Path) -> Path:
    """Return the folder of the run, which is there."""
    from docbin.io.atomic import writing

    with writing(str(out)):
        out.mkdir(parents=True, exist_ok=True)
    return out


def _once(kept: Path, make: Callable[[], TileStore]) -> TileStore:
    from docbin.nn.data.store import TileStore

    return once(kept, make, TileStore.load)


def once(kept: Path, make: Callable[[], _Store], load: Callable[[Path], _Store]) -> _Store:
    """Return the data of a file; of the processes on a machine the first makes it, if need be."""
    while not kept.exists():  # it appears whole; if making it fails, torchrun ends those who wait
        if os.environ.get("LOCAL_RANK", "0") == "0":
            return make()
        time.sleep(0.2)
    return load(kept)
