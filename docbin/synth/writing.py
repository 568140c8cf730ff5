"""Writings: a script, the faces that write it, and how big; which ones this machine has."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from docbin.synth.scripts import SCRIPTS, Script


@dataclass(frozen=True, slots=True)
class Writing:
    """How a page may be written.

    Parameters
    ----------
    script
        A key of `docbin.synth.scripts.SCRIPTS`.
    fonts
        Regular expression over names of font files without extension, or names of built-in faces.
    hand
        Whether a hand writes: lines sway, strokes swell, ink runs dry.
    scale
        Factor of the size, so that faces look equally large.
    weight
        How often it is chosen among those that this machine has.
    """

    script: str
    fonts: str
    hand: bool = False
    scale: float = 1.0
    weight: float = 1.0


# The built-in faces are always there.
BUILT_IN = (
    Writing("latin", "book|plain"),
    Writing("latin", "hand", hand=True, scale=1.2),
)

WRITINGS = (
    Writing("latin", "Kristi", hand=True, scale=1.9, weight=4),
    Writing("latin", "DancingScript-.*", hand=True, scale=1.5, weight=3),
    Writing("long s", "Joscelyn.*", hand=True, scale=1.5, weight=2.5),
    Writing("latin", "[Bb]reip.*", hand=True, scale=1.5, weight=3),
    Writing("latin", "BecauseWe.*", hand=True, scale=1.4, weight=1),
    Writing("latin", "Isabella", hand=True, scale=1.3, weight=1),
    Writing("german", "Blankenburg.*", scale=1.2, weight=3),
    Writing("german", "Zainer-Gotico.*|Fust.*|Rusch-Gotico.*", weight=1.5),
    Writing("long s", "Rot.*|Spira.*|Parix.*|Ptolemy.*|Soufflet.*|Swey.*|Rusch-R.*", weight=2),
    Writing("latin", "Hamlet.*|Jessen.*", weight=1),
    Writing("latin", "OldStandard-.*", weight=2.5),
    Writing("latin", "GFSDidot.*", weight=1.5),
    Writing("greek", "OldStandard-Regular|GFSDidot", weight=1.2),
    Writing("cyrillic", "OldStandard-.*|DejaVuSerif", weight=1.2),
    Writing("latin", "DejaVuSansMono|DejaVuSerif", scale=0.9, weight=1),
    Writing("persian", "Amiri-Regular|Amiri-Slanted", hand=True, scale=1.6, weight=3),
    Writing("arabic", "Amiri-.*", scale=1.3, weight=1),
    Writing("devanagari", "Lohit-Devanagari", scale=1.2, weight=1.2),
    Writing("japanese", "kouzan.*|Kouzan.*|[Aa]oyagi.*", hand=True, scale=1.5, weight=2),
    Writing("japanese", "ipaexm", scale=1.1, weight=0.8),
)


def script(writing: Writing) -> Script:
    """Return the script of a writing."""
    return SCRIPTS[writing.script]


def available(files: Iterable[Path]) -> list[tuple[Writing, tuple[str, ...]]]:
    """Return the writings that these font files allow, each with its faces, sorted.

    Without any, those of the built-in faces.
    """
    by_stem = {path.stem: str(path) for path in sorted(files)}
    found = []
    for writing in WRITINGS:
        faces = tuple(path for stem, path in by_stem.items() if re.fullmatch(writing.fonts, stem))
        if faces:
            found.append((writing, faces))
    return found or [(writing, tuple(writing.fonts.split("|"))) for writing in BUILT_IN]
