"""A folder of generated pages, as `docbin score --data` and `docbin.evaluate.Dataset` read it."""

from __future__ import annotations

import csv
import functools
import io
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from docbin.dependencies import load
from docbin.errors import OutputError
from docbin.image import Color, Mask
from docbin.io import write_mask
from docbin.io.atomic import replacing, writing
from docbin.ops.parameters import number
from docbin.synth.recipes import Recipe, recipe
from docbin.synth.scan import Writings, made, system_writings
from docbin.synth.seal_ranges import SPAN, SealRanges
from docbin.synth.seals import Seal, sealed
from docbin.synth.voc import voc
from docbin.synth.writing import available

# Boxes of seals.
SEAL_LABELS = "seals"
_COLUMNS = ("dataset", "split", "name", "image", "truth", "seed", "script", "fonts", "layout")
# Writes the page of a seed; returns its row of the table.
Work = Callable[[int], list[str]]


def write_pages(
    folder: str | os.PathLike[str],
    count: int,
    seed: int = 0,
    *,
    size: tuple[int, int] = (1000, 1200),
    fonts: Sequence[str | Path] | None = None,
    force: bool = False,
    jobs: int = 1,
    seals: SealRanges | None = None,
    told: Callable[[int, int], None] | None = None,
) -> Path:
    """Write pages ``seed`` … ``seed + count − 1`` of `docbin.synth.scan` with their truths.

    Parameters
    ----------
    folder
        Gets ``img/SEED.png``, ``gt/SEED.png`` and, last, ``INDEX.csv`` (split ``train``) with the
        script, fonts and layout of each page.
    count
        How many pages, 1 to 1000000.
    seed
        Seed of the first page.
    size
        Width and height in pixels, 16 to 20000.
    fonts
        Font files to choose from, see `docbin.synth.scan`.
    force
        Write into a folder that is not empty, over pages of the same names.
    jobs
        Pages at once, each in a process of its own; the pages do not depend on it.
    seals
        One of `docbin.synth.seals.SEALS`: its pages ``seed`` … instead. ``area/SEED.png`` then
        shows where seals printed, ``seals/SEED.xml`` has their boxes in the layout of NDL-DocL,
        and the table has the seals of each page; the split is the configuration's name.
    told
        Is told after each page how many are done, and how many there will be; or None.

    Raises
    ------
    OutputError
        If the folder is not empty, or cannot be written.
    """
    number("count", count, 1, 1_000_000, whole=True)
    number("seed", seed, 0, whole=True)
    for name, length in zip(("width", "height"), size, strict=True):
        number(name, length, 16, 20000, whole=True)
    target = Path(folder)
    number("jobs", jobs, 1, 1024, whole=True)
    if seals is not None:
        number("the last page's number", seed + count - 1, 0, SPAN - 1, whole=True)
    kinds = ("img", "gt") if seals is None else ("img", "gt", "area", SEAL_LABELS)
    prepare(target, kinds, force=force)
    columns = _COLUMNS if seals is None else (*_COLUMNS, "area", "quality", "seals")
    work: Work
    if seals is None:
        writings = system_writings() if fonts is None else available(map(Path, fonts))
        work = functools.partial(_page, target, size, writings)
    else:
        work = functools.partial(_sealed_page, target, size, seals, fonts)
    fill(target, columns, work, range(seed, seed + count), jobs=jobs, told=told)
    return target


def _page(target: Path, size: tuple[int, int], writings: Writings, seed: int) -> list[str]:
    """Write one page and its truth; return its row of the table."""
    plan = recipe(seed, writings)
    image, truth = made(plan, *size)
    files = written(target, f"{seed:07}", image, {"gt": truth})
    return ["synthetic", "train", f"{seed:07}", *files, *_about(seed, plan)]


def _sealed_page(
    target: Path,
    size: tuple[int, int],
    ranges: SealRanges,
    fonts: Sequence[str | Path] | None,
    index: int,
) -> list[str]:
    """Write one page with seals, its truth and the area of the seals; return its row."""
    page = sealed(index, ranges, *size, fonts=fonts)
    masks = {"gt": page.truth, "area": page.area}
    image, truth, area = written(target, f"{index:07}", page.image, masks)
    boxes = [seal.label for seal in page.seals if seal.box[2]]
    with replacing(target / SEAL_LABELS / f"{index:07}.xml", force=True) as sink:
        sink.write(voc(boxes, (size[1], size[0]), Path(image).name))
    about = [*_about(index, page.plan), area, str(page.quality), "; ".join(map(_told, page.seals))]
    return ["seals", ranges.name, f"{index:07}", image, truth, *about]


def written(
    target: Path, name: str, image: Color, masks: Mapping[str, Mask], *, images: str = "img"
) -> list[str]:
    """Write a page and its masks, each into its folder; return their paths in the target."""
    files = [f"{kind}/{name}.png" for kind in (images, *masks)]
    with replacing(target / files[0], force=True) as sink:
        load("PIL.Image", purpose="writing PNG").fromarray(image).save(sink, format="PNG")
    for file, mask in zip(files[1:], masks.values(), strict=True):
        write_mask(target / file, mask, force=True)
    return files


def _about(seed: int, plan: Recipe) -> list[str]:
    names = " ".join(sorted({Path(face).name for face in plan.faces}))
    return [str(seed), plan.writing.script, names, plan.layout]


def _told(seal: Seal) -> str:
    """Return a seal in words."""
    kind = "white on red" if seal.white else "red on white"
    where = f"{seal.side} pixels at {seal.left} {seal.top}"
    over = " over ink" if seal.overlaps else ""
    return f"{seal.color} {seal.shape} {kind} {where} opacity {seal.opacity:.2f}{over} {seal.font}"


def fill(
    target: Path,
    columns: Sequence[str],
    work: Work,
    seeds: Sequence[int],
    *,
    jobs: int,
    told: Callable[[int, int], None] | None,
) -> None:
    """Do the work of all seeds in ``jobs`` processes and, last, write the table of its rows."""
    table = io.StringIO()
    rows = csv.writer(table, lineterminator="\n")
    rows.writerow(columns)
    for done, row in enumerate(_each(work, seeds, jobs), 1):
        rows.writerow(row)
        if told is not None:
            told(done, len(seeds))
    with replacing(target / "INDEX.csv", force=True) as sink:
        sink.write(table.getvalue().encode())


def _each(work: Work, seeds: Iterable[int], jobs: int) -> Iterator[list[str]]:
    """Yield the rows in the order of the seeds, made by ``jobs`` processes."""
    if jobs == 1:
        yield from map(work, seeds)
        return
    # Processes, since numpy holds the lock for much of a page; spawned, as on every system.
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        try:
            yield from pool.map(work, seeds)
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def prepare(target: Path, kinds: Iterable[str], *, force: bool) -> None:
    """Make a folder, which has to be empty unless ``force``, and folders in it."""
    with writing(str(target)):
        target.mkdir(parents=True, exist_ok=True)
        if any(target.iterdir()) and not force:
            raise OutputError(f"'{target}' is not empty; give another folder or --force")
        for kind in kinds:
            (target / kind).mkdir(parents=True, exist_ok=True)
