"""Pages with seals: the page as `docbin.synth.scan` makes it, stamped, with both truths.

In short::

    sealed = seals.sealed(0, seals.SEALS["test"])   # `docbin data synth --seals test` writes them
    sealed.image, sealed.truth, sealed.area
    seals.sealed(0, seals.SEALS["test"], stamped=False).image   # the same page without its seals
"""

from __future__ import annotations

import dataclasses
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from docbin.dependencies import load
from docbin.evaluate.labels.label import Label
from docbin.evaluate.labels.lines import box
from docbin.image import Color, Mask
from docbin.ops.parameters import number
from docbin.regions import SEAL, TextRegion
from docbin.synth.faces import Coverage, Face, face, system_fonts
from docbin.synth.fields import Field, blend, box_blur, drawn, field, octaves, to_bytes
from docbin.synth.recipes import Recipe, recipe
from docbin.synth.scan import made
from docbin.synth.seal_ranges import COLORS, SEALS, SPAN, SealRanges
from docbin.synth.seal_shapes import stamp
from docbin.synth.writing import available

__all__ = ["SEALS", "Seal", "Sealed", "sealed"]

# Places that are tried for a seal.
_TRIES = 12
# A seal is at most this share of the page's shorter side.
_LARGEST = 0.4
# A seal overlaps ink from this share of its paste.
_OVERLAPS = 0.02


@dataclass(frozen=True, slots=True)
class Seal:
    """A seal of a page.

    Parameters
    ----------
    shape, color
        Keys of `docbin.synth.seal_shapes.SHAPES` and of `docbin.synth.seal_ranges.COLORS`.
    font
        Name of the font file or built-in face.
    white
        Whether its characters are white on red.
    left, top, side
        Where it is, in pixels.
    box
        Left, top, right and bottom of what it printed.
    opacity, body
        See `docbin.synth.seal_ranges.SealRanges`.
    overlaps
        Whether at least 2 % of its paste lies on ink.
    """

    shape: str
    color: str
    font: str
    white: bool
    left: int
    top: int
    side: int
    box: tuple[int, int, int, int]
    opacity: float
    body: float
    overlaps: bool

    @property
    def label(self) -> Label:
        """Its box, for detectors of seals."""
        return upright(self.box, SEAL)


class Sealed(NamedTuple):
    """A page with seals.

    Parameters
    ----------
    image
        uint8 (H, W, 3) RGB.
    truth
        bool (H, W): ink, also where a seal covers it. Seals are no ink.
    area
        bool (H, W): where at least half of the pixel was printed by a seal.
    seals
        The seals, in the order in which they were stamped.
    plan
        Everything else that was decided about the page.
    quality
        Quality of its JPEG.
    """

    image: Color
    truth: Mask
    area: Mask
    seals: tuple[Seal, ...]
    plan: Recipe
    quality: int


def sealed(
    index: int,
    ranges: SealRanges,
    width: int = 1000,
    height: int = 1200,
    *,
    fonts: Sequence[str | Path] | None = None,
    stamped: bool = True,
) -> Sealed:
    """Make page ``index`` of a configuration.

    Parameters
    ----------
    index
        Number of the page, 0 to 999999.
    ranges
        One of `SEALS`.
    width, height
        Size in pixels, 64 to 20000.
    fonts
        Font files of which those that the configuration names are used; None: the system's.
        Where there are none of them, built-in faces write and are cut.
    stamped
        False leaves the seals out: the same page, and everything that was to happen to it.
    """
    number("index", index, 0, SPAN - 1, whole=True)
    for name, length in (("width", width), ("height", height)):
        number(name, length, 64, 20000, whole=True)
    files = system_fonts() if fonts is None else tuple(map(Path, fonts))
    plan = _plan(ranges.first + index, ranges, files)
    rng = np.random.default_rng([plan.seed, 40])
    quality = int(rng.integers(ranges.jpeg[0], ranges.jpeg[1] + 1))
    rubric = bool(rng.random() < ranges.rubric)
    area = np.zeros((height, width), bool)
    done: list[Seal] = []

    def stamping(image: Color, truth: Mask, _: np.random.Generator, __: float) -> Color:
        if rubric:
            image = _rubricated(image, np.random.default_rng([plan.seed, 41]), plan.size)
        for each in range(int(rng.integers(ranges.seals[0], ranges.seals[1] + 1)) * stamped):
            its = np.random.default_rng([plan.seed, 50 + each])
            image, seal, printed = with_seal(image, truth, its, ranges, plan.size, files)
            np.logical_or(area, printed, out=area)
            done.append(seal)
        return image

    image, truth = made(plan, width, height, instead={"seals": stamping})
    return Sealed(as_jpeg(image, quality), truth, area, tuple(done), plan, quality)


def named(files: Sequence[Path], pattern: str) -> list[Path]:
    """Return the files whose name without extension a regular expression matches as a whole."""
    return [path for path in files if re.fullmatch(pattern, path.stem)]


def _plan(seed: int, ranges: SealRanges, files: Sequence[Path]) -> Recipe:
    """Return what is decided about the page: seals happen when its paper has aged."""
    plan = recipe(seed, available(named(files, ranges.text_fonts)))
    plan = stampable(plan, ranges.left_out)
    return _set(plan, ranges)


def stampable(plan: Recipe, left_out: Sequence[str]) -> Recipe:
    """Return a recipe in colour and not in red, with seals behind the ageing of its paper.

    Parameters
    ----------
    plan
        A recipe.
    left_out
        Steps that are not to happen.
    """
    color = plan.ink.color
    if color[0] > 2 * color[1]:
        # Pages all in red are left to others; rubrics are drawn here.
        color = (0.10, 0.09, 0.09)
    after = [step for step in plan.after if step[0] not in left_out]
    aged = sum(name in ("fading", "foxing", "stains", "toning") for name, _ in after)
    after.insert(aged, ("seals", 1.0))
    ink = dataclasses.replace(plan.ink, color=color)
    return dataclasses.replace(plan, ink=ink, after=tuple(after), gray=False)


def _set(plan: Recipe, ranges: SealRanges) -> Recipe:
    """Return the page set as its configuration wants it."""
    rng = np.random.default_rng([plan.seed, 42])
    if ranges.inset:
        plan = dataclasses.replace(plan, inset=drawn(rng, ranges.inset))
    if ranges.lead:
        plan = dataclasses.replace(plan, lead=drawn(rng, ranges.lead))
    if ranges.layouts and plan.layout not in ranges.layouts:
        layout = ranges.layouts[int(rng.integers(0, len(ranges.layouts)))]
        plan = dataclasses.replace(plan, layout=layout, crop=1.0)
    return plan


def with_seal(
    image: Color,
    truth: Mask,
    rng: np.random.Generator,
    ranges: SealRanges,
    size: float,
    files: Sequence[Path],
) -> tuple[Color, Seal, Mask]:
    """Return the page with one more seal, the seal, and where it printed."""
    shape, color = (
        names[int(rng.integers(0, len(names)))] for names in (ranges.shapes, ranges.colors)
    )
    height, width = (int(length) for length in truth.shape)
    side = int(min(drawn(rng, ranges.side) * size, _LARGEST * min(height, width)))
    side, white = max(side, 12), bool(rng.integers(0, 2))
    font, cut = _face(rng, ranges, files)
    clean = stamp(rng, shape, cut, side, frame=drawn(rng, ranges.frame), white=white)
    cover = _printed(_turned(clean, rng, ranges.turn), rng, drawn(rng, ranges.bare))
    left, top = _place(cover, truth, rng, on_ink=bool(rng.random() < ranges.overlap))
    whole = np.s_[top : top + cover.shape[0], left : left + cover.shape[1]]
    opacity, body = (drawn(rng, its) for its in (ranges.opacity, ranges.body))
    paste = np.array([drawn(rng, its) for its in COLORS[color]])
    patches = np.clip(1.6 * octaves(rng, _size(cover), 4, 3) - 0.3, 0, 1)
    amount = cover / 255.0 * opacity * (1 - drawn(rng, ranges.uneven) * patches)
    result = image.copy()
    result[whole] = _pasted(image[whole], paste, amount, body)
    printed = np.zeros(truth.shape, bool)
    printed[whole] = cover >= 128
    overlaps = bool((printed & truth).sum() >= _OVERLAPS * max(1, printed.sum()))
    seal = Seal(shape, color, font, white, left, top, side, _box(printed), opacity, body, overlaps)
    return result, seal, printed


def upright(sides: tuple[float, float, float, float], kind: str) -> Label:
    """Return the label of an upright box: left, top, right and bottom."""
    return Label(TextRegion(np.array(box(*sides), np.float64), kind=kind))


def _box(printed: Mask) -> tuple[int, int, int, int]:
    """Return the box of a mask, without extent where there is nothing."""
    rows, columns = np.flatnonzero(printed.any(1)), np.flatnonzero(printed.any(0))
    if not len(rows):
        return 0, 0, 0, 0
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def _pasted(image: Color, paste: Field, amount: Field, body: float) -> Color:
    """Return what is seen through paste: light filtered by it, and light that it reflects."""
    filtered = image * (1 - amount[..., None] * (1 - paste))
    light = np.quantile(image.reshape(-1, 3), 0.9, axis=0)
    return blend(filtered, paste * light, body * amount)


def _size(cover: Coverage) -> tuple[int, int]:
    return int(cover.shape[0]), int(cover.shape[1])


def _face(rng: np.random.Generator, ranges: SealRanges, files: Sequence[Path]) -> tuple[str, Face]:
    """Return a face to cut seals in, and its name."""
    names: list[Any] = named(files, ranges.seal_fonts) or list(ranges.faces)
    name = names[int(rng.integers(0, len(names)))]
    return Path(name).name, face(name)


def _turned(cover: Coverage, rng: np.random.Generator, most: float) -> Coverage:
    """Turn a seal by at most so many degrees; the picture grows."""
    picture = load("PIL.Image", purpose="turning seals")
    angle = most * (2 * float(rng.random()) - 1)
    turned = picture.fromarray(cover).rotate(angle, picture.Resampling.BICUBIC, expand=True)
    return np.asarray(turned)


def _printed(cover: Coverage, rng: np.random.Generator, bare: float) -> Coverage:
    """Leave out spots that did not print, up to the share ``bare``, and soften the edges."""
    spots = 0.6 * octaves(rng, _size(cover), 5, 2) + 0.4 * field(rng, _size(cover), 60)
    level = np.quantile(spots, bare) if bare else 0.0
    kept = np.clip(0.5 + 25 * (spots - level), 0, 1) if bare else np.ones(cover.shape)
    soft = cover if rng.integers(0, 2) else box_blur(cover, 1, 1)
    return to_bytes(soft * kept)


def _place(
    cover: Coverage, truth: Mask, rng: np.random.Generator, *, on_ink: bool
) -> tuple[int, int]:
    """Return left and top: of some places that with most or least ink under the paste."""
    rows, columns = (
        max(1, int(length) - side + 1)
        for length, side in zip(truth.shape, cover.shape, strict=True)
    )
    places = [(int(rng.integers(0, columns)), int(rng.integers(0, rows))) for _ in range(_TRIES)]
    printed = cover >= 128

    def ink(place: tuple[int, int]) -> int:
        left, top = place
        return int((truth[top:, left:][: cover.shape[0], : cover.shape[1]] & printed).sum())

    return max(places, key=ink) if on_ink else min(places, key=ink)


def _rubricated(image: Color, rng: np.random.Generator, size: float) -> Color:
    """Return the page with the ink red in some rectangles of about a line's height."""
    result = image.astype(np.float64)
    height, width = image.shape[:2]
    for _ in range(int(rng.integers(2, 7))):
        top, left = (int(rng.integers(0, max(1, int(n - size)))) for n in (height, width))
        along, down = int(size * (1 + 9 * float(rng.random()))), int(size * 1.2)
        if rng.integers(0, 2):
            along, down = down, along
        part = result[top : top + down, left : left + along, 0]
        part += (0.5 + 0.2 * float(rng.random())) * (np.quantile(part, 0.95) - part).clip(0)
    return to_bytes(result)


def as_jpeg(image: Color, quality: int) -> Color:
    """Return a picture as JPEG of a quality leaves it."""
    picture = load("PIL.Image", purpose="writing JPEG")
    sink = io.BytesIO()
    picture.fromarray(image).save(sink, format="JPEG", quality=quality)
    return np.asarray(picture.open(sink))
