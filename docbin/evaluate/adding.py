"""From what a user downloaded to a data set in the store: ``img``, ``gt``, ``manifest.json``."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from docbin.dependencies import load
from docbin.errors import InputError, OutputError
from docbin.evaluate import archives, manifests
from docbin.evaluate.layouts import Found, find
from docbin.evaluate.manifests import Manifest
from docbin.evaluate.pairing import SUFFIXES
from docbin.image import Mask, as_array, as_bilevel, as_gray
from docbin.io import read_mask, read_pages, write_mask
from docbin.io.atomic import writing
from docbin.io.names import reason, shown

# An archive in an archive in a folder.
_DEEPEST = 3


@dataclass(frozen=True, slots=True)
class Added:
    """What `add` stored.

    Parameters
    ----------
    folder
        Where.
    pages
        Number of pages.
    remarks
        What the user should know: files left out, a number of pages that is not the expected.
    """

    folder: Path
    pages: int
    remarks: tuple[str, ...]


def add(
    manifest: Manifest,
    paths: Sequence[Path],
    *,
    root: Path | None = None,
    force: bool = False,
    limits: archives.Limits | None = None,
    told: Callable[[int, int], None] = lambda *_: None,
) -> Added:
    """Unpack, normalise and store a data set; it appears whole or not at all.

    Parameters
    ----------
    manifest
        Which data set, and how it is laid out.
    paths
        What was downloaded: archives, folders with archives or images in them.
    root
        The store; None: `docbin.evaluate.manifests.store`.
    force
        Replace a data set of this name.
    limits
        How much archives may unpack to.
    told
        Is called with the number of pages done and of all.

    Raises
    ------
    InputError
        If the files are not what the manifest describes, damaged or hostile.
    OutputError
        If the data set is there already, or the store cannot be written.
    """
    store = root or manifests.store()
    target = store / manifest.name
    if target.exists() and not force:
        raise OutputError(f"{shown(target)} exists; use --force to replace it")
    with _workplace(store, manifest.name) as place:
        files = dict(_gather(paths, place / "unpacked", limits))
        found = find(files, manifest)
        whole = place / "whole"
        sums = _normalised(found, whole, told)
        _describe(manifest, whole, paths, sums)
        archives.remove(place / "unpacked")
        with writing(str(target)):
            if target.exists():
                target.rename(place / "old")
            whole.rename(target)
    return Added(target, len(found.pages), tuple(_remarks(manifest, found)))


@contextlib.contextmanager
def _workplace(store: Path, name: str) -> Iterator[Path]:
    """Give a folder in the store that is gone afterwards."""
    place = store / f".{name}.{secrets.token_hex(4)}"
    with writing(str(place)):
        place.mkdir(parents=True)
    try:
        yield place
    finally:
        archives.remove(place)


def _gather(
    paths: Sequence[Path], unpacked: Path, limits: archives.Limits | None, depth: int = 1
) -> Iterator[tuple[str, Path]]:
    """Yield (path within the download, file) of all images, archives opened."""
    for number, path in enumerate(paths):
        if path.is_dir():
            for name, file in _walk(path):
                if archives.is_archive(file):
                    yield from _opened(file, unpacked / f"{depth}.{number}", limits, depth)
                elif file.suffix.lower() in SUFFIXES:
                    yield name, file
        elif not path.is_file():
            raise InputError(f"there is no file {shown(path)}")
        else:
            yield from _opened(path, unpacked / f"{depth}.{number}", limits, depth)


def _walk(folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield the files below a folder in a fixed order; links are not followed."""
    for base, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in ("__MACOSX",))
        for name in sorted(names):
            path = Path(base) / name
            if not name.startswith(".") and not path.is_symlink():
                yield f"{folder.name}/{path.relative_to(folder).as_posix()}", path


def _opened(
    path: Path, place: Path, limits: archives.Limits | None, depth: int
) -> Iterator[tuple[str, Path]]:
    if depth > _DEEPEST:
        raise InputError(f"{shown(path)}: archives within archives, more than {_DEEPEST} deep")
    folder = place / secrets.token_hex(4) / archives.stem(path)
    archives.unpack(path, folder, limits)
    yield from _gather([folder], place, limits, depth + 1)


def _normalised(found: Found, whole: Path, told: Callable[[int, int], None]) -> dict[str, str]:
    """Write all pages; return file -> sha256."""
    sums: dict[str, str] = {}
    for folder in ("img", "gt"):
        (whole / folder).mkdir(parents=True)
    for done, (name, image, truth) in enumerate(found.pages, 1):
        pixels, mask = _image(image), _truth(truth, found.ink_below)
        if pixels.shape[:2] != mask.shape:
            raise InputError(
                f"page '{name}': the image has {pixels.shape[1]} × {pixels.shape[0]} pixels, its "
                f"truth {mask.shape[1]} × {mask.shape[0]} ({image.name}, {truth.name})"
            )
        targets = whole / "img" / f"{name}.png", whole / "gt" / f"{name}.png"
        with writing(str(targets[0])):
            load("PIL.Image", purpose="writing PNG").fromarray(pixels).save(targets[0])
        write_mask(targets[1], mask)
        for target in targets:
            sums[target.relative_to(whole).as_posix()] = sha256(target)
        told(done, len(found.pages))
    return sums


def _image(path: Path) -> Any:
    return as_array(next(iter(read_pages(path))).pixels)


def _truth(path: Path, ink_below: int) -> Mask:
    if ink_below == 1:
        return read_mask(path)
    pixels = next(iter(read_pages(path))).pixels
    mask = as_bilevel(pixels)
    return mask if mask is not None else np.less(as_gray(pixels), ink_below)


def _describe(manifest: Manifest, whole: Path, paths: Sequence[Path], sums: dict[str, str]) -> None:
    told = {
        "name": manifest.name,
        "title": manifest.title,
        "home": manifest.home,
        "licence": manifest.licence,
        "terms": manifest.terms,
        "pages": len(sums) // 2,
        "sources": [
            {"file": path.name, **({"sha256": sha256(path)} if path.is_file() else {})}
            for path in paths
        ],
        "files": sums,
    }
    text = json.dumps(told, indent=1, ensure_ascii=False) + "\n"
    (whole / "manifest.json").write_text(text, encoding="utf-8")


def _remarks(manifest: Manifest, found: Found) -> Iterator[str]:
    expected = manifest.images or manifest.pages
    if expected is not None and len(found.pages) != expected:
        yield f"{len(found.pages)} pages were found; {manifest.title} has {expected}"
    if found.lone:
        names = ", ".join(found.lone[:5]) + (", …" if len(found.lone) > 5 else "")
        yield f"left out, image without truth or truth without image: {names}"


def sha256(path: Path) -> str:
    """Return the checksum of a file in hexadecimal digits."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise InputError(f"{shown(path)} cannot be read: {reason(error)}") from error
