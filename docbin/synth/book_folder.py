"""A folder of generated books: pixels, masks, and labels in the layout of NDL-DocL."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from docbin.io.atomic import replacing
from docbin.ops.parameters import number
from docbin.synth.books import book
from docbin.synth.folder import fill, prepare, written
from docbin.synth.seal_ranges import BOOKS, SPAN
from docbin.synth.voc import voc

IMAGES, LABELS, TRUTH = "images", "gt", "ink"
_COLUMNS = ("dataset", "split", "name", "image", "truth", "labels")


def write_books(
    folder: str | os.PathLike[str],
    count: int,
    seed: int = 0,
    *,
    size: tuple[int, int] = (1280, 960),
    fonts: Sequence[str | Path] | None = None,
    force: bool = False,
    jobs: int = 1,
    told: Callable[[int, int], None] | None = None,
) -> Path:
    """Write books ``seed`` … ``seed + count − 1``.

    Parameters
    ----------
    folder
        Gets ``images/SEED.png``, ``ink/SEED.png`` (the ink), ``gt/SEED.xml`` (boxes of columns and
        seals as NDL-DocL has them) and, last, ``INDEX.csv``.
    count
        How many, 1 to 1000000.
    seed
        Number of the first.
    size
        Width and height in pixels, 128 to 20000.
    fonts, force, jobs, told
        As `docbin.synth.scene_folder.write_scenes` takes them.

    Raises
    ------
    OutputError
        If the folder is not empty, or cannot be written.
    """
    number("count", count, 1, SPAN, whole=True)
    number("seed", seed, 0, whole=True)
    number("the last book's number", seed + count - 1, 0, SPAN - 1, whole=True)
    for name, length in zip(("width", "height"), size, strict=True):
        number(name, length, 128, 20000, whole=True)
    number("jobs", jobs, 1, 1024, whole=True)
    target = Path(folder)
    prepare(target, (IMAGES, TRUTH, LABELS), force=force)
    work = functools.partial(_book, target, size, fonts)
    fill(target, _COLUMNS, work, range(seed, seed + count), jobs=jobs, told=told)
    return target


def _book(target: Path, size: tuple[int, int], fonts: Any, index: int) -> list[str]:
    """Write one book; return its row of the table."""
    made = book(index, *size, fonts=fonts)
    name = f"{index:08}"
    image, truth = written(target, name, made.image, {TRUTH: made.truth}, images=IMAGES)
    labels = f"{LABELS}/{name}.xml"
    with replacing(target / labels, force=True) as sink:
        sink.write(voc(made.labels, (made.truth.shape[0], made.truth.shape[1]), f"{name}.png"))
    return ["books", BOOKS.name, name, image, truth, labels]
