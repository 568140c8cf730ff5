"""Which files of a folder are images, and which their truths.

Truths lie in a folder of their own (``gt``, ``GT``, ``ground truth``, ``masks``, …), the images
beside it in one called ``img``, ``images``, ``originals``, …, or in ``gt``'s parent, or in the only
other folder there. Else truths lie among the images and end in ``_gt``, ``-GT``, ``.gt``,
``_estGT``, ``_truth``, ``_mask``, …: ``X.png`` and ``X_gt.tiff``.
"""

from __future__ import annotations

import re
from pathlib import Path

from docbin.errors import InputError
from docbin.evaluate.pairing import SUFFIXES, image_files

_TRUTH = r"(?:est)?gt(?:image)?s?|ground[ _-]?truths?|truths?|masks?|labels?"
_TRUTHS = re.compile(rf"(?:.*[ ._-])?(?:{_TRUTH})(?:[ ._-].*)?", re.IGNORECASE)
_IMAGES = re.compile(r"img|images?|orig|originals?|input|pages?", re.IGNORECASE)
_MARKED = re.compile(rf".+(?:[ ._-]|(?<=[0-9]))(?:{_TRUTH})", re.IGNORECASE)


def sides(folder: Path) -> tuple[list[Path], list[Path]]:
    """Return the images and the truths of a folder, each in natural order.

    Parameters
    ----------
    folder
        A folder that is there.

    Raises
    ------
    InputError
        If there are no truths, or it is not clear which files are images.
    """
    plain = folder / "img", folder / "gt"
    if all(path.is_dir() for path in plain):
        return image_files(plain[0]), image_files(plain[1])
    try:
        inner = sorted(path for path in folder.iterdir() if path.is_dir())
    except OSError as error:
        raise InputError(f"'{folder}' cannot be listed: {error.strerror}") from error
    truths = [path for path in inner if _TRUTHS.fullmatch(path.name) and _pictures(path)]
    if len(truths) > 1:
        names = "' and '".join(path.name for path in truths)
        raise InputError(f"in '{folder}' both '{names}' may hold the truths; take one of them away")
    if truths:
        others = [path for path in inner if path not in truths and _pictures(path)]
        return _pictures(_images_of(folder, others)), _pictures(truths[0])
    files = _pictures(folder)
    marked = [path for path in files if _is_truth(path)]
    if not marked:
        raise InputError(
            f"'{folder}' holds no pages with truth: it needs INDEX.csv, or the folders img and gt, "
            "or truths named X_gt.png beside X.png"
        )
    return [path for path in files if path not in marked], marked


def _images_of(folder: Path, others: list[Path]) -> Path:
    """Return the folder of the images, ``others`` being those that hold no truths."""
    named = [path for path in others if _IMAGES.fullmatch(path.name)]
    for found in (named, [folder] if _pictures(folder) else others):
        if len(found) == 1:
            return found[0]
    names = ", ".join(path.name for path in others) or "none"
    raise InputError(
        f"in '{folder}' it is not clear which folder holds the images ({names}); call it img"
    )


def _pictures(folder: Path) -> list[Path]:
    """Return the image files of a folder, which may be none."""
    has = any(path.suffix.lower() in SUFFIXES for path in folder.iterdir())
    return image_files(folder) if has else []


def _is_truth(path: Path) -> bool:
    stem = path.name.lower()
    for suffix in SUFFIXES:
        stem = stem.removesuffix(suffix)
    return _MARKED.fullmatch(stem) is not None
