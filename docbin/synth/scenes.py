"""Photos with text, with polygons and the truth of every pixel, seeded.

In short::

    photo = scenes.scene(0, scenes.SCENES["development"])   # `docbin data synth --kind scenes`
    photo.image, photo.truth, photo.lines, photo.words
    for photo in scenes.stream(scenes.SCENES["training"], seed=1): ...
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from docbin.dependencies import load
from docbin.evaluate.labels.label import Label
from docbin.image import Color, Mask
from docbin.ops.parameters import number
from docbin.ops.polygon import filled
from docbin.synth.faces import Coverage, face, system_fonts
from docbin.synth.scene_backdrops import backdrop, chosen
from docbin.synth.scene_camera import blurred, captured, in_front, lit
from docbin.synth.scene_labels import Block, Seen
from docbin.synth.scene_lettering import Lettering, lettered
from docbin.synth.scene_paint import Painted, painted
from docbin.synth.scene_places import (
    Curve,
    Place,
    Points,
    any_curve,
    corners_of,
    extent,
    perspective,
    tilted,
)
from docbin.synth.scene_ranges import SCENES, SPAN, SceneRanges
from docbin.synth.scene_words import BUILT_IN, font_table, is_compact, leftward, lines_of
from docbin.synth.writing import Writing

__all__ = ["SCENES", "Scene", "scene", "stream"]

# Places that are tried for a block.
_TRIES = 10
_Writings = Sequence[tuple[Writing, tuple[str, ...]]]


class Scene(NamedTuple):
    """A photo with text.

    Parameters
    ----------
    image
        uint8 (H, W, 3) RGB.
    truth
        bool (H, W): ink that can be seen, of letters of any colour. Shadows, outlines and signs
        are no ink.
    lines
        The lines of text in the order in which blocks were placed, each a `Label`: polygon (four
        corners, on curves fourteen; from the upper left of the first letter along the top, back
        along the bottom), text, script; ``care`` is False for what is too small, too blurred or
        mostly hidden.
    words
        The same for words; of scripts without blanks, runs of characters.
    backdrop
        Name of the photograph or texture.
    """

    image: Color
    truth: Mask
    lines: tuple[Label, ...]
    words: tuple[Label, ...]
    backdrop: str


def scene(
    index: int,
    ranges: SceneRanges,
    width: int = 640,
    height: int = 480,
    *,
    fonts: Sequence[str | Path] | None = None,
    photos: Sequence[str | Path] | None = None,
) -> Scene:
    """Make photo ``index`` of a configuration.

    Parameters
    ----------
    index
        Number of the photo, 0 to 99999999.
    ranges
        One of `SCENES`.
    width, height
        Size in pixels, 64 to 20000.
    fonts
        Font files of which those that the configuration names are used; None: the system's.
        Where there are none of them, built-in faces write.
    photos
        Photographs of which those that the configuration names are used; None: the samples of
        scikit-image and the system's backgrounds. Where there are none, all are textures.

    Notes
    -----
    One index gives one photo on one machine. Others may round differently in OpenCV and FreeType,
    and have other versions of fonts and photographs.
    """
    number("index", index, 0, SPAN - 1, whole=True)
    for name, length in (("width", width), ("height", height)):
        number(name, length, 64, 20000, whole=True)
    writings = _writings(ranges, None if fonts is None else tuple(map(Path, fonts)))
    files = chosen(ranges, None if photos is None else tuple(map(Path, photos)))
    rng = np.random.default_rng([ranges.first + index, 60])
    image, name = backdrop(rng, (height, width), ranges, files)
    image = image.copy()
    ink = np.zeros((height, width), np.uint8)
    taken = np.zeros((height, width), np.uint8)
    blocks = []
    for each in range(int(rng.integers(ranges.texts[0], ranges.texts[1] + 1))):
        its = np.random.default_rng([ranges.first + index, 61, each])
        block = _placed(its, image, ink, taken, ranges, writings)
        blocks += [block] if block else []
    image = lit(rng, image, ranges)
    whole = ink.copy()
    if rng.random() < ranges.occlusion:
        for _ in range(int(rng.integers(1, 4))):
            color, cover = in_front(rng, (height, width))
            _lay(image, color, cover)
            ink = (ink * (1 - cover / 255.0)).astype(np.uint8)
    image, reach = blurred(rng, image, ranges)
    truth = ink >= 128
    seen = Seen(image, whole >= 128, truth, reach, ranges)
    lines, words = (
        tuple(label for block in blocks for label in labels(block))
        for labels in (seen.lines, seen.words)
    )
    return Scene(captured(rng, image, ranges), truth, lines, words, name)


def stream(
    ranges: SceneRanges, width: int = 640, height: int = 640, *, seed: int = 0, **sources: Any
) -> Iterator[Scene]:
    """Yield photos ``seed``, ``seed + 1``, … without end; ``sources`` as `scene` takes them."""
    index = seed
    while True:
        yield scene(index % SPAN, ranges, width, height, **sources)
        index += 1


@functools.lru_cache(maxsize=8)
def _writings(ranges: SceneRanges, fonts: tuple[Path, ...] | None) -> _Writings:
    found = font_table(list(system_fonts() if fonts is None else fonts), ranges.fonts)
    return found or [(Writing(BUILT_IN, ""), ranges.faces)]


def _placed(
    rng: np.random.Generator,
    image: Color,
    ink: Coverage,
    taken: Coverage,
    ranges: SceneRanges,
    writings: _Writings,
) -> Block | None:
    """Lay a block of text over the photo; None where it finds no room."""
    text, script = _set(rng, min(ink.shape), ranges, writings)
    if text is None:
        return None
    high, wide = text.cover.shape
    margin = int(0.5 * text.em) + 2
    size = (float(wide + 2 * margin), float(high + 2 * margin))
    one_line = not text.upright and len({word.line for word in text.words}) == 1
    bends = one_line and wide > 2.5 * high and rng.random() < ranges.curved
    curve = any_curve(rng, *size) if bends else Curve(*size)
    box = extent(curve)
    turn = 180.0 if rng.random() < ranges.steep else ranges.turn
    angle = math.radians(turn * (2 * float(rng.random()) - 1))
    corners = tilted(rng, (box[2] - box[0], box[3] - box[1]), angle, ranges.perspective)
    room = np.array(ink.shape[::-1]) / np.maximum(1, np.ptp(corners, axis=0))
    scale = min(1.0, 0.94 * float(room.min()))
    target = _free(rng, corners * scale, image, taken)
    if target is None or scale * text.em < 5:
        return None
    window, under = filled(target, taken.shape)
    around = image[window][under].mean(axis=0) if under.any() else image[window].mean(axis=(0, 1))
    taken[window][under] = 1
    layers = painted(rng, text, margin, ranges=ranges, around=around)
    place = Place(curve, perspective(corners_of(box), target))
    _warp(image, ink, layers, place, target)
    return Block(text, place, margin, scale, script, is_compact(script))


def _set(
    rng: np.random.Generator, side: int, ranges: SceneRanges, writings: _Writings
) -> tuple[Lettering | None, str]:
    """Return some lines of text set flat, and their script."""
    weights = np.array([writing.weight for writing, _ in writings])
    writing, faces = writings[int(rng.choice(len(writings), p=weights / weights.sum()))]
    least, most = ranges.em
    em = max(6.0, side * least * (most / least) ** float(rng.random()) * writing.scale)
    lines = 1 + int(4 * float(rng.random()) ** 2) if em < 0.1 * side else 1
    compact = is_compact(writing.script)
    upright = rng.random() < ranges.upright * (2.5 if compact else 0.4)
    tracked = (compact or writing.script == BUILT_IN) and rng.random() < 0.15
    text = lettered(
        lines_of(rng, writing.script, lines),
        face(faces[int(rng.integers(0, len(faces)))]),
        em,
        lead=1.15 + 0.5 * float(rng.random()),
        tracking=0.25 * float(rng.random()) if tracked else 0.0,
        upright=upright,
        leftward=leftward(writing.script),
        align=(0.0, 0.5, 1.0)[int(rng.integers(0, 3))],
    )
    return text, writing.script


def _free(
    rng: np.random.Generator, corners: Points, image: Color, taken: Coverage
) -> Points | None:
    """Return the corners moved to the evenest of some free places; None where all are taken."""
    low, high = corners.min(axis=0), corners.max(axis=0)
    room = np.array(taken.shape[::-1]) - (high - low) - 2
    if (room < 0).any():
        return None
    best: tuple[float, Points] | None = None
    for _ in range(_TRIES):
        moved = corners - low + 1 + rng.random(2) * room
        left, top = moved.min(axis=0).astype(int)
        right, bottom = moved.max(axis=0).astype(int) + 1
        if taken[top:bottom, left:right].any():
            continue
        uneven = float(image[top:bottom:4, left:right:4].std())
        if best is None or uneven < best[0]:
            best = (uneven, moved)
        if rng.random() < 0.4:
            break
    return best[1] if best else None


def _warp(image: Color, ink: Coverage, layers: Painted, place: Place, target: Points) -> None:
    """Lay painted text over the photo, and its ink into the truth, both in place."""
    cv2: Any = load("cv2", purpose="generating photos")
    height, width = ink.shape
    left, top = np.maximum(0, np.floor(target.min(axis=0))).astype(int)
    right, bottom = np.minimum((width, height), np.ceil(target.max(axis=0))).astype(int)
    where = place.lookup((int(left), int(top), int(right), int(bottom)))
    color, cover, its_ink = (
        cv2.remap(plane, where, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
        for plane in (layers.color, layers.cover, layers.ink)
    )
    part = np.s_[top:bottom, left:right]
    left_over = (255 - cover[..., None]) * np.float32(1 / 255)
    image[part] = np.minimum(255, image[part] * left_over + color + np.float32(0.5))
    np.maximum(ink[part], its_ink, out=ink[part])


def _lay(image: Color, color: Color, cover: Coverage) -> None:
    """Lay colours over the photo, in place."""
    rows, columns = np.nonzero(cover)
    share = cover[rows, columns, None] * np.float32(1 / 255)
    image[rows, columns] = image[rows, columns] * (1 - share) + color[rows, columns] * share
