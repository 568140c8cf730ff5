"""Which packed networks docbin comes with: ``weights/index.toml``, a line for each role.

This is the one place that decides: with a line ``default = "NAME.docbin"`` there the method of
``docbin clean`` and `docbin.binarize` is ``net``, without it ``auto``.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

from docbin.errors import InputError, UsageError
from docbin.resources import directory

INDEX = "index.toml"
DETECTOR, KUZUSHIJI, SEALS = "detector", "kuzushiji", "seals"
# Roles of networks that find regions rather than ink.
DETECTORS = (DETECTOR, KUZUSHIJI, SEALS)
# What makes a folder a trained pipeline of several networks.
PIPELINE = "pipeline.json"
# Role -> (what it is for, most bytes of its file).
ROLES: dict[str, tuple[str, int]] = {
    "default": ("the best masks", 300_000),
    "small": ("small devices", 80_000),
    "free": ("trained on generated pages alone", 300_000),
    DETECTOR: ("where text is, for docbin detect", 3_000_000),
    KUZUSHIJI: ("columns of writing in old Japanese books, for docbin detect", 3_000_000),
    SEALS: ("seals on pages, for docbin detect", 3_000_000),
}


def index() -> dict[str, Path]:
    """Return role -> file of every network that docbin comes with, in the order of `ROLES`.

    Raises
    ------
    InputError
        If ``weights/`` is damaged: the index is missing or wrong, or a file of it is not there.
    """
    folder = directory("weights")
    source = folder / INDEX
    try:
        lines = tomllib.loads(source.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(f"'{source}' cannot be read: {error}; reinstall docbin") from error
    for role, name in lines.items():
        if role not in ROLES:
            raise InputError(f"'{source}' has the role '{role}'; there are {', '.join(ROLES)}")
        if not isinstance(name, str) or Path(name).name != name or not (folder / name).is_file():
            raise InputError(f"'{source}' names {name!r}, which is no file there; reinstall docbin")
    return {role: folder / lines[role] for role in ROLES if role in lines}


def located(weights: str) -> Path:
    """Return the file of a role of `ROLES`, or the path that is given.

    Of a folder with a trained pipeline it is the ``pipeline.json``, which has the sums of the rest.

    Raises
    ------
    UsageError
        If docbin has no network for the role, or the path is no file.
    """
    if weights in ROLES:
        found = index()
        if weights in found:
            return found[weights]
        here = ", ".join(f"'{role}'" for role in found) or "none at all"
        raise UsageError(
            f"docbin comes with no network for the role '{weights}' (it has {here}); give a packed "
            "network with weights=FILE (--set weights=FILE on the command line), or take the "
            "method auto"
        )
    path = Path(weights)
    if (path / PIPELINE).is_file():
        return path / PIPELINE
    if not path.is_file():
        raise UsageError(
            f"weights is {weights!r}, which is no file; give the path of a packed network "
            f"(.docbin), or one of {', '.join(ROLES)}"
        )
    return path
