"""A folder of generated photos with text: pixels, masks, and labels in two published layouts."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from docbin.dependencies import load
from docbin.evaluate.labels.label import Label
from docbin.io.atomic import replacing
from docbin.ops.parameters import number
from docbin.regions import Polygon
from docbin.synth.folder import fill, prepare, written
from docbin.synth.scene_ranges import SPAN, SceneRanges
from docbin.synth.scenes import Scene, scene

WORDS, LINES = "labels/words", "labels/lines"
_COLUMNS = ("dataset", "split", "name", "image", "truth", "words", "lines", "scripts", "backdrop")


def write_scenes(
    folder: str | os.PathLike[str],
    ranges: SceneRanges,
    count: int,
    seed: int = 0,
    *,
    size: tuple[int, int] = (640, 480),
    fonts: Sequence[str | Path] | None = None,
    photos: Sequence[str | Path] | None = None,
    force: bool = False,
    jobs: int = 1,
    told: Callable[[int, int], None] | None = None,
) -> Path:
    """Write photos ``seed`` … ``seed + count − 1`` of a configuration.

    Parameters
    ----------
    folder
        Gets ``img/SEED.png``, ``gt/SEED.png`` (the ink), ``labels/words/gt_SEED.txt`` (ICDAR 2015:
        quadrilaterals of words), ``labels/lines/SEED.txt`` (Total-Text: polygons of lines) and,
        last, ``INDEX.csv`` (the split is the configuration's name).
    ranges
        One of `docbin.synth.scenes.SCENES`.
    count
        How many photos, 1 to 1000000.
    seed
        Number of the first photo.
    size
        Width and height in pixels, 64 to 20000.
    fonts, photos
        As `docbin.synth.scenes.scene` takes them.
    force
        Write into a folder that is not empty, over photos of the same names.
    jobs
        Photos at once, each in a process of its own; the photos do not depend on it.
    told
        Is told after each photo how many are done, and how many there will be; or None.

    Raises
    ------
    OutputError
        If the folder is not empty, or cannot be written.
    """
    number("count", count, 1, 1_000_000, whole=True)
    number("seed", seed, 0, whole=True)
    number("the last photo's number", seed + count - 1, 0, SPAN - 1, whole=True)
    for name, length in zip(("width", "height"), size, strict=True):
        number(name, length, 64, 20000, whole=True)
    number("jobs", jobs, 1, 1024, whole=True)
    target = Path(folder)
    prepare(target, ("img", "gt", WORDS, LINES), force=force)
    work = functools.partial(_photo, target, size, ranges, fonts, photos)
    fill(target, _COLUMNS, work, range(seed, seed + count), jobs=jobs, told=told)
    return target


def _photo(
    target: Path, size: tuple[int, int], ranges: SceneRanges, fonts: Any, photos: Any, index: int
) -> list[str]:
    """Write one photo, its mask and labels; return its row of the table."""
    made = scene(index, ranges, *size, fonts=fonts, photos=photos)
    name = f"{index:08}"
    image, truth = written(target, name, made.image, {"gt": made.truth})
    labels = {f"{WORDS}/gt_{name}.txt": quads(made), f"{LINES}/{name}.txt": polygons(made)}
    for file, text in labels.items():
        with replacing(target / file, force=True) as sink:
            sink.write(text.encode())
    scripts = " ".join(sorted({label.language or "" for label in made.lines}))
    return ["scenes", ranges.name, name, image, truth, *labels, scripts, made.backdrop]


def quads(made: Scene) -> str:
    """Return the words as ICDAR 2015 has them: ``x1,y1,…,x4,y4,text``; ``###`` is don't-care.

    A word on a curve gets the smallest rectangle around it.
    """
    return _lines(
        f"{','.join(f'{value:.0f}' for value in _quad(word).ravel())},"
        f"{word.text if word.care else '###'}"
        for word in made.words
    )


def _quad(label: Label) -> Polygon:
    polygon = label.region.polygon
    if len(polygon) == 4:
        return polygon
    cv2: Any = load("cv2", purpose="generating photos")
    return np.asarray(cv2.boxPoints(cv2.minAreaRect(polygon.astype(np.float32))), np.float64)


def polygons(made: Scene) -> str:
    """Return the lines as Total-Text has them; ``#`` is don't-care."""
    rows = []
    for line in made.lines:
        xs, ys = (" ".join(f"{v:.0f}" for v in column) for column in line.region.polygon.T)
        kind = "c" if len(line.region.polygon) > 4 else "m"
        text = line.text if line.care else "#"
        rows.append(f"x: [[{xs}]], y: [[{ys}]], ornt: [u'{kind}'], transcriptions: [u{text!r}]")
    return _lines(rows)


def _lines(rows: Iterable[str]) -> str:
    return "".join(f"{row}\n" for row in rows)
