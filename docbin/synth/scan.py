"""Pages as archives have them: script, hand, ink, paper, age and scanner, all drawn from a seed.

In short::

    image, truth = scan(seed=7)             # `docbin data synth` writes them
    recipe(7, system_writings()).after      # what happened to page 7, for the record

`docbin.synth.page` makes a page to order; `scan` makes one of many for training, no two alike.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from docbin.image import Color, Mask, rgb_to_gray
from docbin.ops.parameters import number
from docbin.synth.faces import Coverage, face, font_files
from docbin.synth.ink import broadened, inked, pressed, swayed
from docbin.synth.layouts import LAYOUTS, Sheet
from docbin.synth.pages import DEGRADATIONS, TWO_SIDED, Degradation, Synthetic
from docbin.synth.recipes import Recipe, Steps, recipe
from docbin.synth.writing import Writing, available, script

Writings = Sequence[tuple[Writing, tuple[str, ...]]]


def scan(
    seed: int = 0,
    width: int = 1000,
    height: int = 1200,
    *,
    fonts: Sequence[str | Path] | None = None,
) -> Synthetic:
    """Make a page as an archive might have it, and its exact truth.

    Parameters
    ----------
    seed
        Decides everything: writing, size, layout, ink, paper, what age and scanner did.
    width, height
        Size in pixels, 16 to 20000.
    fonts
        Font files to choose from (those that `docbin.synth.writing` knows by name are used);
        None takes the system's. Without any of them, the built-in faces write.

    Returns
    -------
    Synthetic
        Image, uint8 (H, W, 3) RGB, and truth, bool (H, W): True where ink covers at least half of
        the pixel, before it fades. The same seed, size and fonts give the same page.

    Examples
    --------
    >>> image, truth = scan(seed=3, width=320, height=240, fonts=[])
    >>> image.shape, image.dtype.name, truth.shape, truth.dtype.name
    ((240, 320, 3), 'uint8', (240, 320), 'bool')
    """
    number("seed", seed, 0, whole=True)
    number("width", width, 16, 20000, whole=True)
    number("height", height, 16, 20000, whole=True)
    writings = system_writings() if fonts is None else available(map(Path, fonts))
    return made(recipe(seed, writings), width, height)


@functools.cache
def system_writings() -> Writings:
    """Return the writings that the system's fonts allow."""
    return available(font_files())


def made(
    plan: Recipe, width: int, height: int, *, instead: Mapping[str, Degradation] | None = None
) -> Synthetic:
    """Make the page of a recipe; ``instead`` has degradations that replace those of their name."""
    recto, verso = (_written(plan, side, (height, width)) for side in range(2))
    return laid(plan, recto, verso, instead=instead)


def laid(
    plan: Recipe,
    recto: Coverage,
    verso: Coverage,
    *,
    instead: Mapping[str, Degradation] | None = None,
) -> Synthetic:
    """Lay ink on the paper of a recipe, and let happen to it what the recipe says.

    Parameters
    ----------
    plan
        Ink, paper, and what happens.
    recto, verso
        Coverage by ink of this side and of the other, uint8 (H, W).
    instead
        Degradations that replace those of their name.
    """
    shape = (recto.shape[0], recto.shape[1])
    truth: Mask = recto >= 128
    image = np.empty((*shape, 3), np.uint8)
    image[:] = plan.paper
    # The paper does not know what will be written on it.
    image = _happened(plan, image, np.zeros(shape, bool), verso, plan.before, {})
    image = inked(image, recto, np.random.default_rng([plan.seed, 12]), plan.ink, plan.size)
    image = _happened(plan, image, truth, verso, plan.after, instead or {})
    if plan.gray:
        image = np.repeat(rgb_to_gray(image)[:, :, None], 3, axis=2)
    return Synthetic(image, truth)


def _happened(
    plan: Recipe,
    image: Color,
    truth: Mask,
    verso: Coverage,
    steps: Steps,
    instead: Mapping[str, Degradation],
) -> Color:
    """Let the steps of a recipe happen, each with random numbers of its own."""
    for name, strength in steps:
        step = instead.get(name) or DEGRADATIONS[name]
        if step in TWO_SIDED:
            step = functools.partial(step, verso=verso)
        rng = np.random.default_rng([plan.seed, 20 + [*DEGRADATIONS].index(name)])
        image = step(image, truth, rng, strength)
    return image


def _written(plan: Recipe, side: int, shape: tuple[int, int]) -> Coverage:
    """Return the coverage of the recto (0) or verso (1)."""
    rng = np.random.default_rng([plan.seed, 10 + side])
    sheet = [int(length * plan.crop) for length in shape]
    canvas = np.zeros(sheet, np.uint8)
    text, heading = (face(name) for name in plan.faces)
    # Eleven points, whatever that is in pixels.
    dpi = plan.size * 72 / 11
    draw, _ = LAYOUTS[plan.layout]
    its = script(plan.writing)
    draw(Sheet(canvas, rng, dpi, (text, heading), its, inset=plan.inset, lead=plan.lead))
    top, left = (int(rng.integers(0, canvas.shape[i] - shape[i] + 1)) for i in range(2))
    cover = canvas[top : top + shape[0], left : left + shape[1]]
    line, form = plan.sway
    cover = swayed(cover, rng, plan.size, line=line, shape=form)
    cover = broadened(cover, plan.broader)
    swell, fray = plan.press
    return pressed(cover, rng, plan.size, swell=swell, fray=fray)
