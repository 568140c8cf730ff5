"""Stores of generated pages alone: training data that nobody owns.

In short::

    build_synthetic_store(300, "synthetic.tiles", seed=1)

The pages are those of `docbin.synth.scan`; the fonts that wrote them are named in the store.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from docbin.nn.data.pages import TruthedPage
from docbin.nn.data.store import TileStore, write_store
from docbin.ops.parameters import number
from docbin.synth.recipes import recipe
from docbin.synth.scan import made, system_writings
from docbin.synth.writing import available

SET = "synthetic"


def synthetic_pages(
    count: int,
    seed: int = 0,
    *,
    size: tuple[int, int] = (896, 896),
    fonts: Sequence[str | Path] | None = None,
) -> Iterator[TruthedPage]:
    """Yield generated pages; page ``i`` of ``seed`` is ``scan(seed * 1000000 + i)``.

    Parameters
    ----------
    count
        How many, 1 to 1000000.
    seed
        Which: the same seed, size and fonts give the same pages.
    size
        Width and height in pixels.
    fonts
        Font files to choose from; None takes the system's, see `docbin.synth.scan`.
    """
    number("count", count, 1, 1_000_000, whole=True)
    number("seed", seed, 0, whole=True)
    writings = system_writings() if fonts is None else available(map(Path, fonts))
    for index in range(seed * 1_000_000, seed * 1_000_000 + count):
        plan = recipe(index, writings)
        image, truth = made(plan, *size)
        source = {
            "made": "docbin.synth.scan",
            "seed": index,
            "size": size,
            "script": plan.writing.script,
            "fonts": sorted({Path(face).name for face in plan.faces}),
        }
        yield TruthedPage(SET, f"{SET}/{index}", image, truth, source)


def build_synthetic_store(
    count: int,
    path: str | os.PathLike[str],
    seed: int = 0,
    *,
    size: tuple[int, int] = (896, 896),
    tile: int = 448,
    stride: int = 448,
    fonts: Sequence[str | Path] | None = None,
    force: bool = False,
) -> TileStore:
    """Generate ``count`` pages and keep their tiles in one file.

    The parameters are those of `synthetic_pages` and `docbin.nn.data.store.build_store`.
    """
    pages = synthetic_pages(count, seed, size=size, fonts=fonts)
    return write_store(pages, path, tile=tile, stride=stride, seed=seed, blank=0.1, force=force)
