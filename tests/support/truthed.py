"""Small data sets of generated pages with truth, on disk."""

from __future__ import annotations

import csv
from pathlib import Path

from PIL import Image

from docbin import synth
from docbin.io import write_mask


def data_set(folder: Path, sets: dict[str, int], *, width: int = 300, height: int = 260) -> Path:
    """Write a folder with INDEX.csv; ``sets`` says how many pages each set has."""
    rows = []
    seed = 0
    for name, count in sets.items():
        for number in range(count):
            image, truth = synth.page(seed, width, height, 90)
            files = [f"{name}/{kind}/{number}.png" for kind in ("img", "gt")]
            for file in files:
                (folder / file).parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(image).save(folder / files[0])
            write_mask(folder / files[1], truth)
            rows.append([name, "train", str(number), *files])
            seed += 1
    with (folder / "INDEX.csv").open("w", newline="") as stream:
        csv.writer(stream).writerows([["dataset", "split", "name", "image", "truth"], *rows])
    return folder
