"""Which result belongs to which truth, by the names of the files.

The key of a file is its name without folder and extension, in lower case, without one of the
endings that data sets and tools add (``_gt``, ``-gt``, ``_estGT``, ``_truth``, ``.bw``, …), and
with numbers written without leading zeros. So ``H01_gt.bmp``, ``H1.png`` and ``h01.bw.tif`` are
one page. Two files of one folder with one key are an error that names both.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from docbin.errors import InputError

SUFFIXES = (
    ".png", ".tif", ".tiff", ".bmp", ".jpg", ".jpeg", ".pbm", ".pgm", ".ppm", ".pnm", ".webp",
    ".jp2", ".gif",
)  # fmt: skip

_ENDINGS = re.compile(
    r"(?:[ ._-]*(?:est)?gt(?:image)?"
    r"|[ ._-](?:ground[ _-]?truth|truth|mask|label|bw|bin|binary|binari[sz]ed|result|out))+$"
)
_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Pairs:
    """What `pair` found.

    Parameters
    ----------
    pairs
        (name of the truth, result, truth), in natural order of the names.
    missing
        Name and file of truths that have no result.
    extra
        Results that have no truth.
    """

    pairs: tuple[tuple[str, Path, Path], ...]
    missing: tuple[tuple[str, Path], ...]
    extra: tuple[Path, ...]

    def in_order(self) -> list[tuple[str, Path | None, Path]]:
        """Return (name, result or None, truth) of every truth in natural order."""
        every: list[tuple[str, Path | None, Path]] = [*self.pairs]
        every += [(name, None, truth) for name, truth in self.missing]
        return sorted(every, key=lambda item: natural(item[0].lower()))


def key(path: Path) -> str:
    """Return the key by which files are paired (see the head of this file)."""
    stem = path.name.lower()
    for suffix in SUFFIXES:
        stem = stem.removesuffix(suffix)
    bare = _ENDINGS.sub("", stem) or stem
    return _NUMBER.sub(lambda digits: str(int(digits[0])), bare)


def natural(text: str) -> tuple[tuple[int, int, str], ...]:
    """Return a sorting key under which ``p2`` comes before ``p10``."""
    parts = re.findall(r"\d+|\D+", text)
    return tuple((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts)


def image_files(folder: Path) -> list[Path]:
    """Return the image files of a folder in natural order; none is an `InputError`."""
    try:
        files = [path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES]
    except OSError as error:
        raise InputError(f"'{folder}' cannot be listed: {error.strerror}") from error
    files = [path for path in files if path.is_file() and not path.name.startswith(".")]
    if not files:
        raise InputError(f"'{folder}' has no images ({' '.join(SUFFIXES)})")
    return sorted(files, key=lambda path: natural(path.name))


def pair(results: Iterable[Path], truths: Iterable[Path]) -> Pairs:
    """Match results with truths by `key`.

    Raises
    ------
    InputError
        If two files of one side have one key.
    """
    found, wanted = _by_key(results), _by_key(truths)
    pairs, missing = [], []
    for name, truth in sorted(wanted.items(), key=lambda item: natural(item[0])):
        bare = truth.stem[: len(_ENDINGS.sub("", truth.stem.lower()))]
        label = bare or truth.stem
        if name in found:
            pairs.append((label, found[name], truth))
        else:
            missing.append((label, truth))
    extra = tuple(path for name, path in found.items() if name not in wanted)
    return Pairs(tuple(pairs), tuple(missing), extra)


def _by_key(paths: Iterable[Path]) -> dict[str, Path]:
    table: dict[str, Path] = {}
    for path in paths:
        other = table.setdefault(key(path), path)
        if other != path:
            raise InputError(
                f"'{other}' and '{path}' are the same page by name; take one of them away"
            )
    return table
