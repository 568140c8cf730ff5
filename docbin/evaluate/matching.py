"""Which files of results belong to which truths: two files, two folders, or a data set."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TypeAlias

from docbin.errors import InputError, UsageError
from docbin.evaluate import manifests
from docbin.evaluate.datasets import Dataset
from docbin.evaluate.pairing import SUFFIXES, image_files, key, pair
from docbin.io.names import shown, unreadable

# Page's name, its result (None for a gap) and its truth.
Item: TypeAlias = tuple[str, Path | None, Path]


def open_truth(
    source: Path, *, split: str | None = None, only: Iterable[str] = ()
) -> Path | Dataset:
    """Return what results are scored against.

    Parameters
    ----------
    source
        A truth file, a folder of them, or what `Dataset.open` takes.
    split, only
        A split and sets of a data set.
    """
    data = Dataset.open(str(source), split=split) if _is_data_set(source) else None
    if data is None:
        if split is not None or tuple(only):
            raise UsageError(f"{shown(source)} is no data set, so it has no splits and no sets")
        return source
    return data.only(*only) if tuple(only) else data


def _is_data_set(source: Path) -> bool:
    if source.is_dir():
        both = (source / "img").is_dir() and (source / "gt").is_dir()
        return both or any((source / name).is_file() for name in ("INDEX.csv", "manifest.json"))
    if source.exists() or source.suffix:
        return False
    try:
        manifests.load(str(source))
    except UsageError:
        return False
    return True


def match(result: Path, truth: Path | Dataset) -> list[Item]:
    """Return the pages of ``truth`` with their results.

    Files are paired by name (see `docbin.evaluate.pairing`). Of a data set with several sets, the
    result of ``set/page`` is ``set/page.png`` or ``set_page.png``.

    Raises
    ------
    InputError
        If nothing fits, or two results fit one page.
    """
    if not result.exists():
        raise unreadable(result, "there is no such file or folder")
    if isinstance(truth, Dataset):
        items = _of_data_set(result, truth)
    elif not truth.exists():
        raise unreadable(truth, "there is no such file or folder")
    elif result.is_dir() != truth.is_dir():
        raise InputError(
            f"{shown(result)} and {shown(truth)} must both be files or both be folders"
        )
    elif not truth.is_dir():
        return [(truth.stem, result, truth)]
    else:
        inner = truth / "gt"
        truths = image_files(inner if inner.is_dir() else truth)
        items = list(pair(image_files(result), truths).in_order())
    if all(found is None for _, found, _ in items):
        raise InputError(
            f"no file of {shown(result)} has the name of a page of the truth; H01.png, "
            "H1_gt.bmp and h01.bw.tif are one page"
        )
    return items


def _of_data_set(result: Path, data: Dataset) -> list[Item]:
    """Find each page of a data set in a folder, or in its folders named as the sets."""
    if not result.is_dir():
        raise InputError(f"{shown(result)} is no folder; a data set needs a folder of results")
    found: dict[tuple[str, str], Path] = {}
    for path in sorted(
        [*_images(result), *(p for s in data.sets if s for p in _images(result / s))]
    ):
        folder = "" if path.parent == result else path.parent.relative_to(result).as_posix()
        other = found.setdefault((folder, key(path)), path)
        if other != path:
            raise InputError(f"{shown(other)} and {shown(path)} are the same page by name")
    several = len(data.sets) > 1
    items: list[Item] = []
    for sample in data:
        page = key(Path(sample.name.rpartition("/")[2]))
        places = [(sample.set, page), ("", key(Path(sample.name.replace("/", "_"))))]
        places += [] if several else [("", page)]
        items.append(
            (sample.name, next((found[p] for p in places if p in found), None), sample.truth)
        )
    return items


def _images(folder: Path) -> list[Path]:
    """Return the pictures of a folder, none where it is not there."""
    return [p for p in folder.glob("*") if p.suffix.lower() in SUFFIXES and p.is_file()]
