"""Recipes: what a seed decides about a generated page, written down before it is made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from docbin.synth.ink import Ink
from docbin.synth.writing import Writing

Steps = tuple[tuple[str, float], ...]

# Paper as archives photograph it: white, cream, buff, gray, blue-gray, brown, orange, dark.
_PAPERS = (
    (250, 249, 246), (244, 240, 228), (238, 230, 205), (222, 210, 178), (205, 205, 203),
    (186, 190, 192), (160, 168, 170), (196, 168, 122), (214, 150, 74), (170, 140, 100),
    (150, 142, 130), (230, 226, 216), (242, 242, 240), (120, 118, 115),
)  # fmt: skip
# What is left of red, green and blue light: lamp black, iron gall, faded gall, blue,
# sepia, pencil, black, brown-black, green, violet, red.
_INKS = (
    (0.10, 0.09, 0.09), (0.17, 0.13, 0.11), (0.22, 0.20, 0.21), (0.40, 0.28, 0.17),
    (0.16, 0.18, 0.36), (0.35, 0.25, 0.18), (0.42, 0.42, 0.43), (0.06, 0.06, 0.07),
    (0.12, 0.09, 0.08), (0.20, 0.30, 0.16), (0.22, 0.14, 0.34), (0.55, 0.16, 0.14),
)  # fmt: skip

# Step -> how often, least and greatest strength: of the paper, before ink is laid on it ...
_BEFORE: dict[str, tuple[float, float, float]] = {
    "grain": (0.95, 0.3, 1.8),
    "laid": (0.25, 0.4, 1.6),
    "mottling": (0.8, 0.15, 1.5),
    "rulings": (0.22, 0.4, 1.6),
    "show-through": (0.2, 0.4, 1.4),
    "bleed-through": (0.4, 0.5, 1.9),
}
# ... and of the written page.
_AFTER: dict[str, tuple[float, float, float]] = {
    "fading": (0.3, 0.2, 0.9),
    "foxing": (0.15, 0.4, 1.4),
    "stains": (0.22, 0.3, 1.6),
    "toning": (0.3, 0.4, 1.8),
    "seals": (0.06, 0.6, 1.0),
    "specks": (0.45, 0.2, 1.5),
    "folds": (0.22, 0.4, 1.4),
    "shading": (0.45, 0.3, 1.4),
    "lamp": (0.12, 0.4, 1.3),
    "gutter": (0.12, 0.4, 1.2),
    "border": (0.06, 0.5, 1.2),
    "blur": (0.7, 0.1, 1.1),
    "low-contrast": (0.16, 0.2, 1.1),
    "scratches": (0.04, 0.4, 1.0),
    "banding": (0.08, 0.5, 1.5),
    "noise": (0.8, 0.2, 2.2),
    "jpeg": (0.3, 0.4, 2.5),
}


@dataclass(frozen=True, slots=True)
class Recipe:
    """Everything that is decided about a page.

    Parameters
    ----------
    seed
        What decided it, and decides the rest.
    writing, faces
        What is written, and the faces of text and headings.
    layout
        A key of `docbin.synth.layouts.LAYOUTS`.
    size
        The em in pixels.
    inset
        The white around the text in inches, where an inch has 6.5 ems.
    lead
        Factor of the distance between lines.
    crop
        How much larger than the page the written sheet is, from 1: the page shows a part of it.
    sway, press
        ``line`` and ``shape`` of `docbin.synth.ink.swayed`, ``swell`` and ``fray`` of
        `docbin.synth.ink.pressed`.
    broader
        Pixels by which strokes are broadened to each side.
    ink
        What the ink is like.
    paper
        The colour of the paper, 0 to 255.
    before, after
        Names of `docbin.synth.DEGRADATIONS` with strengths: before and after ink is laid on.
    gray
        Whether the scan is gray.
    """

    seed: int
    writing: Writing
    faces: tuple[str, str]
    layout: str
    size: float
    inset: float
    lead: float
    crop: float
    sway: tuple[float, float]
    press: tuple[float, float]
    broader: int
    ink: Ink
    paper: tuple[int, int, int]
    before: Steps
    after: Steps
    gray: bool


def recipe(seed: int, writings: Sequence[tuple[Writing, tuple[str, ...]]]) -> Recipe:
    """Return the recipe of a seed, with writings as `docbin.synth.writing.available` finds them."""
    rng = np.random.default_rng([seed, 9])
    weights = np.array([writing.weight for writing, _ in writings])
    writing, faces = writings[int(rng.choice(len(writings), p=weights / weights.sum()))]
    text, heading = (faces[int(rng.integers(0, len(faces)))] for _ in range(2))
    size = (23 + 34 * float(rng.random()) ** 1.5) * writing.scale
    if writing.hand:
        sway = 0.25 * float(rng.random()), 0.01 + 0.05 * float(rng.random())
        press = float(rng.random()), 0.6 * float(rng.random()) ** 2
        layouts = ("letter", "page", "note", "page", "letter", "page", "note", "table")
    else:
        sway = 0.06 * float(rng.random()), 0.012 * float(rng.random())
        press = 0.6 * float(rng.random()), 0.5 * float(rng.random())
        layouts = ("page", "page", "columns", "initials", "page", "columns", "page", "table")
    layout = layouts[int(rng.integers(0, len(layouts)))]
    if writing.script == "japanese" and rng.integers(0, 4):
        layout = "upright"
    return Recipe(
        seed,
        writing,
        (text, heading),
        layout,
        size,
        inset=0.6 * float(rng.random()) ** 2,
        lead=(0.62 if writing.hand else 0.75) + 0.4 * float(rng.random()),
        crop=1 + 0.6 * float(rng.random()) * int(rng.integers(0, 2)),
        sway=sway,
        press=press,
        broader=_broader(rng, size, hand=writing.hand),
        ink=_ink(rng, hand=writing.hand),
        paper=_paper(rng),
        before=_steps(rng, _BEFORE),
        after=_steps(rng, _AFTER),
        gray=bool(rng.random() < 0.4),
    )


def _ink(rng: np.random.Generator, *, hand: bool) -> Ink:
    uneven, dry, rim, halo = (float(value) for value in rng.random(4))
    return Ink(
        _INKS[int(rng.integers(0, len(_INKS)))] if hand else _INKS[int(rng.integers(0, 3))],
        depth=1 - 0.45 * float(rng.random()) ** 3,
        uneven=(0.6 if hand else 0.35) * uneven,
        dry=(0.45 if hand else 0.3) * dry * dry,
        rim=0.3 * rim if hand else 0.1 * rim,
        halo=halo if hand and halo > 0.5 else 0.0,
    )


def _broader(rng: np.random.Generator, size: float, *, hand: bool) -> int:
    """Return up to a thirtieth of the em for hands, whose fonts are thin; seldom any for print."""
    most = size / 30 if hand else size / 60
    return int(most * float(rng.random()) + (0.5 if hand else 0.0))


def _paper(rng: np.random.Generator) -> tuple[int, int, int]:
    """Return one of the papers, a little lighter or darker and of another hue."""
    base = _PAPERS[int(rng.integers(0, len(_PAPERS)))]
    light = 0.9 + 0.14 * float(rng.random())
    red, green, blue = (
        int(min(253, value * light + 8 * (float(rng.random()) - 0.5))) for value in base
    )
    return red, green, blue


def _steps(rng: np.random.Generator, table: dict[str, tuple[float, float, float]]) -> Steps:
    chosen = []
    for name, (share, low, high) in table.items():
        draw, strength = float(rng.random()), low + (high - low) * float(rng.random()) ** 1.5
        if draw < share:
            chosen.append((name, round(strength, 3)))
    return tuple(chosen)
