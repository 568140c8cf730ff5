"""Tile stores: pages with truth as uniform tiles in one file that is mapped into memory.

In short::

    build_store([Dataset.open("pages/", split="train")], "train.tiles")
    store = TileStore.load("train.tiles")
    store.tiles[7], store.truth(7), store.set_of(7)     # uint8 (3, S, S), bool (S, S), a name
    store.shares({"bickley": 0.5})                      # how often to draw each tile

The file (see `docbin.nn.data.container`) has the arrays ``tiles`` uint8 (N, 3, S, S) RGB,
``truth`` uint8 (N, S, ⌈S / 8⌉) with bits as `docbin.image.pack` orders them, ``origin`` int32
(N, 3): page, top, left, and ``level`` int32 (N, 1). Its metadata name every page and the sha256 of
what it was made from.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from docbin.errors import InputError, UsageError
from docbin.evaluate.datasets import Dataset
from docbin.image import Mask, pack, rgb_to_gray, unpack
from docbin.io.atomic import check_target
from docbin.kernels.reference_contrast_planes import page_level
from docbin.nn.data import container
from docbin.nn.data.pages import TruthedPage, pages_of
from docbin.nn.data.tiles import cut
from docbin.ops.parameters import number
from docbin.registry import near_miss
from docbin.version import __version__

FORMAT, VERSION = "docbin-tiles", "2"


class Origin(NamedTuple):
    """Where a page of a store came from; ``source`` says how to get it again."""

    set: str
    name: str
    source: Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class TileStore:
    """Tiles with truth, mapped from a file.

    Parameters
    ----------
    path
        The file.
    tiles
        uint8 (N, 3, S, S) RGB.
    packed
        uint8 (N, S, ⌈S / 8⌉): the truth, 1 is ink, most significant bit first.
    origin
        int32 (N, 3): the index of the page in ``pages``, top and left of the tile.
    level
        int32 (N,): the level of the tile's page, see `docbin.nn.models.contrast.page_level`.
    pages
        What the tiles were cut from.
    settings
        How they were cut.
    """

    path: Path
    tiles: npt.NDArray[np.uint8]
    packed: npt.NDArray[np.uint8]
    origin: npt.NDArray[np.int32]
    level: npt.NDArray[np.int32]
    pages: tuple[Origin, ...]
    settings: Mapping[str, Any]

    def __len__(self) -> int:
        return len(self.tiles)

    @property
    def side(self) -> int:
        """Side of a tile in pixels."""
        return int(self.tiles.shape[-1])

    @property
    def sets(self) -> tuple[str, ...]:
        """The names of the data sets, in order of appearance."""
        return tuple(dict.fromkeys(page.set for page in self.pages))

    def set_of(self, index: int) -> str:
        """Return the name of the data set that a tile comes from."""
        return self.pages[int(self.origin[index, 0])].set

    def truth(self, index: int) -> Mask:
        """Return the truth of a tile, bool (S, S)."""
        return unpack(self.packed[index], self.side)

    def shares(self, weights: Mapping[str, float] | None = None) -> npt.NDArray[np.float64]:
        """Return how often each tile is to be drawn, float64 (N,) that sum to 1.

        A data set of n tiles is drawn √n times its weight: a set with nine times as many tiles
        is seen three times as often, not nine times. Tiles of a set are equals.

        Parameters
        ----------
        weights
            Data set -> factor, at least 0; 1 for those left out.

        Raises
        ------
        UsageError
            If a set is not in the store, a weight is negative, or nothing is left.
        """
        sets = self.sets
        given = dict(weights or {})
        for name, value in given.items():
            if name not in sets:
                raise UsageError(
                    f"the store has no set '{name}'.{near_miss(name, list(sets))} "
                    f"Its sets: {', '.join(sets)}."
                )
            number(f"weight of {name}", value, 0)
        of_page = np.array([sets.index(page.set) for page in self.pages])
        of_tile = of_page[self.origin[:, 0]]
        counts = np.bincount(of_tile, minlength=len(sets))
        factors = np.array([float(given.get(name, 1)) for name in sets])
        share = (factors / np.sqrt(np.maximum(counts, 1)))[of_tile]
        if not share.sum() > 0:
            raise UsageError("all data sets have the weight 0; give one of them more")
        return np.asarray(share / share.sum())

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> TileStore:
        """Map a store.

        Raises
        ------
        InputError
            If the file is no tile store, or is damaged.
        """
        file = Path(path)
        arrays, metadata = container.mapped(file)
        if metadata.get("format") != FORMAT or metadata.get("version") != VERSION:
            raise InputError(
                f"'{file}' is no tile store of version {VERSION}; make it anew with build_store"
            )
        try:
            names = ("tiles", "truth", "origin", "level")
            tiles, packed, origin, level = (arrays[name] for name in names)
            pages = tuple(Origin(*entry) for entry in json.loads(metadata["pages"]))
            settings = json.loads(metadata["settings"])
        except (KeyError, ValueError, TypeError) as error:
            raise InputError(f"'{file}' is a damaged tile store: {error}") from error
        store = cls(file, tiles, packed, origin, level[:, 0], pages, settings)
        store._check()
        return store

    def _check(self) -> None:
        count, side = len(self.tiles), self.side
        fits = (
            self.tiles.shape == (count, 3, side, side)
            and self.packed.shape == (count, side, -(-side // 8))
            and self.origin.shape == (count, 3)
            and self.level.shape == (count,)
            and count > 0
        )
        page = self.origin[:, 0]
        if not fits or page.min() < 0 or page.max() >= len(self.pages):
            raise InputError(f"'{self.path}' is a damaged tile store: its arrays do not fit")


def build_store(
    datasets: Dataset | Sequence[Dataset],
    path: str | os.PathLike[str],
    *,
    tile: int = 448,
    stride: int = 224,
    seed: int = 0,
    blank: float = 0.3,
    force: bool = False,
) -> TileStore:
    """Cut pages with truth into tiles and keep them in one file.

    Parameters
    ----------
    datasets
        Data sets as `docbin.evaluate.Dataset.open` finds them.
    path
        The file to write; it appears whole or not at all.
    tile, stride
        Side of a tile and the step between two, in pixels; the side is a multiple of 8.
    seed
        Decides which blank tiles are kept.
    blank
        Share of the tiles without writing on either side that is kept.
    force
        Replace the file if it exists.

    Raises
    ------
    InputError
        If there is no page, a page or truth cannot be read, or their sizes differ.
    OutputError
        If the file exists or cannot be written.
    """
    given = [datasets] if isinstance(datasets, Dataset) else list(datasets)
    if not sum(map(len, given)):
        raise InputError("no page with truth was given: the data sets are empty")
    pages = (page for data in given for page in pages_of(data))
    return write_store(pages, path, tile=tile, stride=stride, seed=seed, blank=blank, force=force)


def write_store(
    pages: Iterable[TruthedPage],
    path: str | os.PathLike[str],
    *,
    tile: int = 448,
    stride: int = 224,
    seed: int = 0,
    blank: float = 0.3,
    force: bool = False,
) -> TileStore:
    """Cut any pages with truth into tiles, one page in memory at a time; see `build_store`."""
    number("tile", tile, 16, 4096, whole=True)
    if tile % 8:
        raise UsageError(f"tile is {tile}; give a multiple of 8")
    number("stride", stride, 1, tile, whole=True)
    number("seed", seed, 0, whole=True)
    number("blank", blank, 0, 1)
    target = Path(path)
    check_target(target, force=force)
    rows = {
        "tiles": ("U8", (3, tile, tile)),
        "truth": ("U8", (tile, tile // 8)),
        "origin": ("I32", (3,)),
        "level": ("I32", (1,)),
    }
    origins: list[Origin] = []
    with container.Arrays(target, rows) as arrays:
        for page in pages:
            rng = np.random.default_rng([seed, len(origins)])
            level = np.array([page_level(rgb_to_gray(page.image))])
            for item in cut(page.image, page.truth, rng, tile=tile, stride=stride, blank=blank):
                place = np.array([len(origins), *item.place])
                arrays.add(tiles=item.pixels, truth=pack(item.truth), origin=place, level=level)
            origins.append(Origin(page.set, page.name, page.source))
        if not arrays.count:
            raise InputError("no tile is left: there is no page, or all pages are blank")
        settings = {"tile": tile, "stride": stride, "seed": seed, "blank": blank}
        arrays.finish(_metadata(origins, settings), force=force)
    return TileStore.load(target)


def _metadata(origins: Sequence[Origin], settings: Mapping[str, Any]) -> dict[str, str]:
    return {
        "format": FORMAT,
        "version": VERSION,
        "docbin": __version__,
        "settings": json.dumps(settings),
        "pages": json.dumps(origins, ensure_ascii=False),
    }
