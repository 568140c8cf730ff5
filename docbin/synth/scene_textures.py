"""Surfaces that signs hang on: walls, wood, metal, made of smooth noise and lines."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from docbin.dependencies import load
from docbin.image import Color
from docbin.synth.fields import Field, octaves, to_bytes

Shape = tuple[int, int]


def any_color(rng: np.random.Generator) -> Field:
    """Return a colour of any hue, float64 (3,), 0 to 255: often dull, often dark or light."""
    value = 255 * float(rng.random()) ** 0.8
    dull = 1 - float(rng.random()) ** 1.5
    hue = rng.random(3)
    hue /= max(1e-6, float(hue.max()))
    color: Field = value * (dull + (1 - dull) * hue)
    return color


def _mixed(weight: Field, first: Field, second: Field) -> Field:
    mixed: Field = first + (second - first) * weight[..., None]
    return mixed


def _noise(rng: np.random.Generator, shape: Shape, cells: float, count: int) -> Field:
    """Return `octaves` at a quarter of the resolution, enlarged: five times as fast."""
    cv2: Any = load("cv2", purpose="generating photos")
    small = octaves(rng, (shape[0] // 4 + 2, shape[1] // 4 + 2), cells, count)
    return np.asarray(cv2.resize(small, (shape[1], shape[0]), interpolation=cv2.INTER_LINEAR))


def _grain(rng: np.random.Generator, shape: Shape, strength: float) -> Field:
    return rng.standard_normal(shape) * strength


def _plain(rng: np.random.Generator, shape: Shape) -> Color:
    shade = 1 - 0.15 * _noise(rng, shape, 3, 2)
    return to_bytes(any_color(rng) * shade[..., None])


def _gradient(rng: np.random.Generator, shape: Shape) -> Color:
    along = np.linspace(0, 1, shape[1])[None, :] * (2 * rng.random() - 1)
    down = np.linspace(0, 1, shape[0])[:, None] * (2 * rng.random() - 1)
    slope = along + down
    slope = (slope - slope.min()) / max(1e-6, float(slope.max() - slope.min()))
    return to_bytes(_mixed(slope, any_color(rng), any_color(rng)))


def _plaster(rng: np.random.Generator, shape: Shape) -> Color:
    rough = _noise(rng, shape, 6, 5) - 0.5 + _grain(rng, shape, 0.03)
    stains = np.clip(2 * _noise(rng, shape, 3, 3) - 0.9, 0, 1)
    base = any_color(rng)
    return to_bytes(_mixed(stains, base, 0.7 * base) * (1 + 0.5 * rough)[..., None])


def _lattice(rng: np.random.Generator, shape: Shape, cell: Shape, shift: float) -> tuple[Any, Any]:
    """Return for every pixel a number of its cell, and how far it is from the cell's edge."""
    y, x = np.mgrid[0 : shape[0], 0 : shape[1]] + rng.integers(0, 500, (2, 1, 1))
    row = y // cell[0]
    moved = x + (row * shift * cell[1]).astype(np.intp)
    column = moved // cell[1]
    edge = np.minimum(
        np.minimum(y % cell[0], cell[0] - y % cell[0]),
        np.minimum(moved % cell[1], cell[1] - moved % cell[1]),
    )
    return (row * 7919 + column * 104729) % 4096, edge


def _cells(rng: np.random.Generator, shape: Shape, shift: float, aspect: float) -> Color:
    """Return bricks or tiles with joints between them."""
    side = int(rng.integers(14, 60))
    number, edge = _lattice(rng, shape, (side, int(aspect * side)), shift)
    tone = 1 + 0.35 * (rng.random(4096) - 0.5)[number] + 0.3 * (_noise(rng, shape, 12, 4) - 0.5)
    joint = np.clip(edge / max(1.5, 0.06 * side) - 0.3, 0, 1)
    surface = any_color(rng) * tone[..., None]
    return to_bytes(surface * joint[..., None] + any_color(rng) * (1 - joint)[..., None])


def _brick(rng: np.random.Generator, shape: Shape) -> Color:
    return _cells(rng, shape, 0.5, 2.4)


def _tiles(rng: np.random.Generator, shape: Shape) -> Color:
    return _cells(rng, shape, 0.0, 1.0)


def _streaks(rng: np.random.Generator, shape: Shape, squeeze: int) -> Field:
    """Return noise that runs along the rows."""
    cv2: Any = load("cv2", purpose="generating photos")
    narrow = rng.random((shape[0], shape[1] // squeeze + 2))
    return np.asarray(cv2.resize(narrow, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC))


def _brushed(rng: np.random.Generator, shape: Shape) -> Color:
    gray = 90 + 130 * float(rng.random())
    sheen = 1 + 0.4 * (_noise(rng, shape, 2, 2) - 0.5) + 0.15 * (_streaks(rng, shape, 60) - 0.5)
    return to_bytes((gray + 12 * (rng.random(3) - 0.5)) * sheen[..., None])


def _wood(rng: np.random.Generator, shape: Shape) -> Color:
    sway = 40 * _noise(rng, shape, 3, 2)
    rings = np.abs(((np.arange(shape[0])[:, None] + sway) / rng.integers(5, 16)) % 2 - 1)
    base = np.array([150, 105, 65]) * (0.5 + float(rng.random()))
    weight = 0.7 * rings + 0.5 * _streaks(rng, shape, 25)
    return to_bytes(_mixed(np.clip(weight, 0, 1), base, 0.6 * base))


def _concrete(rng: np.random.Generator, shape: Shape) -> Color:
    rough = 0.5 * (_noise(rng, shape, 4, 4) - 0.5) + _grain(rng, shape, 0.06)
    pits = np.clip(8 * _noise(rng, shape, 60, 2) - 5.6, 0, 1)
    gray = 80 + 140 * float(rng.random())
    base = gray + 20 * (rng.random(3) - 0.5)
    return to_bytes(base * ((1 + rough) * (1 - 0.5 * pits))[..., None])


def _stripes(rng: np.random.Generator, shape: Shape) -> Color:
    y, x = np.mgrid[0 : shape[0], 0 : shape[1]]
    slope = 2 * float(rng.random()) - 1
    place = (x + slope * y) if rng.integers(0, 2) else (y + slope * x)
    width = int(rng.integers(6, 70))
    wave = np.clip(width * (np.abs(place / width % 2 - 1) - 0.5) + 0.5, 0, 1)
    return to_bytes(_mixed(wave, any_color(rng), any_color(rng)))


def _patches(rng: np.random.Generator, shape: Shape) -> Color:
    """Return overlapping rectangles, as of posters, windows and shelves."""
    result = np.empty((*shape, 3))
    result[:] = any_color(rng)
    for _ in range(int(rng.integers(6, 40))):
        top, left = int(rng.integers(-40, shape[0])), int(rng.integers(-40, shape[1]))
        down, along = (int(rng.integers(20, 220)) for _ in range(2))
        result[max(0, top) : max(0, top + down), max(0, left) : max(0, left + along)] = any_color(
            rng
        )
    return to_bytes(result * (1 - 0.2 * _noise(rng, shape, 8, 3))[..., None])


TEXTURES: dict[str, Callable[[np.random.Generator, Shape], npt.NDArray[np.uint8]]] = {
    "plain": _plain,
    "gradient": _gradient,
    "plaster": _plaster,
    "brick": _brick,
    "brushed": _brushed,
    "wood": _wood,
    "concrete": _concrete,
    "tiles": _tiles,
    "stripes": _stripes,
    "patches": _patches,
}
