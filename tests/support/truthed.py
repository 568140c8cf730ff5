"""Small data sets of generated pages with truth, on disk."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

from PIL import Image

from docbin import synth
from docbin.image import Gray, Mask
from docbin.io import write_mask


def data_set(folder: Path, sets: dict[str, int], *, width: int = 300, height: int = 260) -> Path:
    """Write a folder with INDEX.csv; ``sets`` says how many pages each set has."""
    names = [f"{name}/{number}" for name, count in sets.items() for number in range(count)]
    drawn = (synth.page(seed, width, height, 90) for seed in range(len(names)))
    return indexed(folder, zip(names, drawn, strict=True))


def indexed(
    folder: Path, pages: Iterable[tuple[str, tuple[Gray, Mask]]], split: str = "train"
) -> Path:
    """Write pages, each a name ``set/page`` with image and truth, and their INDEX.csv."""
    rows = []
    for name, (image, truth) in pages:
        its, _, page = name.partition("/")
        files = [f"{its}/{kind}/{page}.png" for kind in ("img", "gt")]
        for file in files:
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(image).save(folder / files[0])
        write_mask(folder / files[1], truth)
        rows.append([its, split, page, *files])
    with (folder / "INDEX.csv").open("w", newline="") as stream:
        csv.writer(stream).writerows([["dataset", "split", "name", "image", "truth"], *rows])
    return folder
