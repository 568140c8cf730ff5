"""Whole pages: a layout, ink on paper, degradations in their order."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple, TypeAlias

import numpy as np

from docbin.image import Color, Mask, rgb_to_gray
from docbin.ops.parameters import choice, number
from docbin.synth import ageing, capture, paper, scanner
from docbin.synth.faces import Coverage, face
from docbin.synth.fields import blend
from docbin.synth.layouts import LAYOUTS, Sheet

# (image uint8 (H, W, 3) RGB, truth, rng, strength) -> image of the same shape.
Degradation: TypeAlias = Callable[[Color, Mask, np.random.Generator, float], Color]

# In the order in which they happen to a page.
DEGRADATIONS: dict[str, Degradation] = {
    "texture": paper.texture,
    "grain": ageing.grain,
    "laid": ageing.laid,
    "mottling": ageing.mottling,
    "fading": capture.fading,
    "rulings": paper.rulings,
    "bleed-through": paper.bleed_through,
    "show-through": ageing.show_through,
    "foxing": paper.foxing,
    "stains": paper.stains,
    "toning": ageing.toning,
    "seals": paper.seals,
    "specks": ageing.specks,
    "folds": ageing.folds,
    "shading": capture.shading,
    "lamp": capture.lamp,
    "gutter": scanner.gutter,
    "border": capture.border,
    "blur": capture.blur,
    "low-contrast": scanner.low_contrast,
    "scratches": scanner.scratches,
    "banding": scanner.banding,
    "noise": capture.noise,
    "jpeg": capture.jpeg,
}
# Those that take the coverage of the other side.
TWO_SIDED = (paper.bleed_through, ageing.show_through)
USUAL = ("texture", "fading", "bleed-through", "stains", "shading", "blur", "noise")

_PAPER = (246, 243, 236)
_INKS = ((28, 25, 26), (52, 38, 30), (30, 34, 62))


class Synthetic(NamedTuple):
    """A page and its truth.

    Parameters
    ----------
    image
        uint8 (H, W, 3) RGB, or (H, W) gray.
    truth
        bool (H, W), True is ink: where at least half of the pixel was covered by ink.
    """

    image: Color
    truth: Mask


def page(
    seed: int = 0,
    width: int = 1240,
    height: int = 1754,
    dpi: float = 150,
    *,
    layout: str = "page",
    degradations: Iterable[str | tuple[str, float] | Degradation] = USUAL,
    strength: float = 1.0,
    fonts: Sequence[str | os.PathLike[str]] = (),
    gray: bool = False,
) -> Synthetic:
    """Make a page of text as a scanner or camera might see it, and its exact truth.

    Parameters
    ----------
    seed
        The same seed gives the same pixels on every machine (with the built-in faces).
    width, height
        Size in pixels, 1 to 20000.
    dpi
        Resolution; text is set in 11 points.
    layout
        ``"page"``, ``"letter"``, ``"table"``, ``"columns"`` or ``"initials"``.
    degradations
        What happens to the page, in this order: names of `DEGRADATIONS`, such names with a
        strength of their own, or functions ``(image, truth, rng, strength) -> image``.
    strength
        Strength of those that come without one; 0 is none, 1 clearly visible, 2 hard.
    fonts
        Names of built-in faces (``"book"``, ``"plain"``, ``"bold"``, ``"hand"``) or paths of font
        files: the first sets the text, the second headings. None: what suits the layout.
    gray
        Whether the image is gray rather than colour.

    Returns
    -------
    Synthetic
        Image and truth.

    Examples
    --------
    >>> image, truth = page(seed=1, width=310, height=220, dpi=75, degradations=["shading"])
    >>> image.shape, image.dtype.name, truth.shape, truth.dtype.name
    ((220, 310, 3), 'uint8', (220, 310), 'bool')
    """
    _check(seed, width, height, dpi, strength, layout)
    steps = [_step(item, strength) for item in degradations]
    shape = height, width
    rng = np.random.default_rng([seed, 0])
    recto = coverage(rng, shape, dpi, layout=layout, fonts=fonts)
    truth: Mask = recto >= 128
    ink = _INKS[int(rng.integers(0, len(_INKS)))]
    image = blend(np.broadcast_to(np.array(_PAPER, np.uint8), (*shape, 3)), ink, recto / 255.0)
    for index, (degrade, its) in enumerate(steps):
        if degrade in TWO_SIDED:
            verso = coverage(
                np.random.default_rng([seed, 1]), shape, dpi, layout=layout, fonts=fonts
            )
            degrade = functools.partial(degrade, verso=verso)
        # A stream of its own each, so that leaving one out does not change the others.
        image = degrade(image, truth, np.random.default_rng([seed, 2 + index]), its)
    return Synthetic(rgb_to_gray(image) if gray else image, truth)


def coverage(
    rng: np.random.Generator,
    shape: tuple[int, int],
    dpi: float,
    *,
    layout: str = "page",
    fonts: Sequence[str | os.PathLike[str]] = (),
) -> Coverage:
    """Return how much of each pixel ink covers, uint8 (H, W), of a page in this layout."""
    draw, usual = LAYOUTS[layout]
    names = [*fonts][:2] or [*usual]
    canvas = np.zeros(shape, np.uint8)
    draw(Sheet(canvas, rng, dpi, (face(names[0]), face(names[-1]))))
    return canvas


def _step(item: str | tuple[str, float] | Degradation, usual: float) -> tuple[Degradation, float]:
    """Return what ``item`` names, and its strength."""
    if not isinstance(item, str | tuple):
        return item, usual
    name, strength = (item, usual) if isinstance(item, str) else item
    choice("degradation", name, tuple(DEGRADATIONS))
    number("strength", strength, 0, 10)
    return DEGRADATIONS[name], strength


def _check(seed: int, width: int, height: int, dpi: float, strength: float, layout: str) -> None:
    number("seed", seed, 0, whole=True)
    number("width", width, 1, 20000, whole=True)
    number("height", height, 1, 20000, whole=True)
    number("dpi", dpi, 20, 2400)
    number("strength", strength, 0, 10)
    choice("layout", layout, tuple(LAYOUTS))
