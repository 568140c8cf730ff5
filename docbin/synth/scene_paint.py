"""Colours of letters: filled, outlined, with shadows, on signs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from docbin.dependencies import load
from docbin.synth.faces import Coverage
from docbin.synth.fields import Field, drawn, field, to_bytes
from docbin.synth.scene_lettering import Lettering
from docbin.synth.scene_ranges import SceneRanges
from docbin.synth.scene_textures import any_color

Plane = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Painted:
    """A block of text as it is to be laid over a photo.

    Parameters
    ----------
    color
        uint8 (H, W, 3), already multiplied by ``cover``.
    cover
        uint8 (H, W): 255 hides the photo.
    ink
        uint8 (H, W): 255 is ink.
    """

    color: npt.NDArray[np.uint8]
    cover: Coverage
    ink: Coverage


def gray_of(color: Field) -> float:
    """Return the luma (BT.601) of a colour."""
    return float(0.299 * color[0] + 0.587 * color[1] + 0.114 * color[2])


def contrasting(rng: np.random.Generator, against: Field, least: float) -> Field:
    """Return a colour that differs by so many gray levels, or by a third of it and in hue."""
    for _ in range(24):
        kind = rng.random()
        if kind < 0.3:
            color = 225 + 30 * rng.random(3)
        elif kind < 0.55:
            color = 45 * rng.random(3)
        else:
            color = any_color(rng)
        apart = abs(gray_of(color) - gray_of(against))
        far = float(np.sqrt(np.square(color - against).sum()))
        if apart >= least or (apart >= least / 3 and far >= 1.7 * least):
            return color
    return np.full(3, 245.0) if gray_of(against) < 128 else np.full(3, 15.0)


def painted(
    rng: np.random.Generator,
    text: Lettering,
    margin: int,
    *,
    ranges: SceneRanges,
    around: Field,
) -> Painted:
    """Paint lettering, with a margin, that is to lie on a photo of the colour ``around``."""
    cv2: Any = load("cv2", purpose="generating photos")
    em = text.em
    flat = cv2.copyMakeBorder(text.cover, *(margin,) * 4, cv2.BORDER_CONSTANT, value=0)
    layers = _Layers(flat.shape)
    ground = around
    if rng.random() < ranges.plate:
        ground = _plate(rng, layers, margin, em, around)
    fill = contrasting(rng, ground, drawn(rng, ranges.contrast))
    if rng.random() < ranges.shadowed:
        _shadow(rng, layers, flat, em, fill)
    width = max(1, int(em * (0.03 + 0.05 * float(rng.random()))))
    ring = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * width + 1,) * 2)
    if rng.random() < ranges.hollow and em > 24:
        flat = cv2.subtract(cv2.dilate(flat, ring), cv2.erode(flat, ring))
    elif rng.random() < ranges.outlined:
        edge = contrasting(rng, fill, 60.0)
        layers.over(edge, cv2.dilate(flat, ring) * np.float32(1 / 255))
    amount = flat * np.float32((0.85 + 0.15 * float(rng.random())) / 255)
    if rng.random() < ranges.worn:
        amount *= _wear(rng, flat.shape)
    color: Any = fill
    if rng.random() < ranges.graded:
        color = _graded(rng, fill, ground, flat.shape)
    layers.over(color, amount)
    ink = to_bytes(np.minimum(amount * np.float32(280), 255))
    return Painted(to_bytes(layers.color), to_bytes(255 * layers.alpha), ink)


class _Layers:
    """Colours laid over each other, multiplied by what they cover."""

    def __init__(self, shape: tuple[int, int]) -> None:
        self.color: Plane = np.zeros((*shape, 3), np.float32)
        self.alpha: Plane = np.zeros(shape, np.float32)

    def over(self, color: Any, amount: Plane) -> None:
        """Lay a colour (3,) or (H, W, 3) over all that is there."""
        left = 1 - amount
        self.color *= left[..., None]
        self.color += np.asarray(color, np.float32) * amount[..., None]
        self.alpha *= left
        self.alpha += amount


def _plate(
    rng: np.random.Generator, layers: _Layers, margin: int, em: float, around: Field
) -> Field:
    """Lay a sign with or without a frame; return its colour."""
    cv2: Any = load("cv2", purpose="generating photos")
    height, width = layers.alpha.shape
    color = contrasting(rng, around, 12.0)
    shape = np.zeros((height, width), np.uint8)
    near = int(margin * 0.6 * float(rng.random()))
    corner = int(rng.integers(0, 2) * float(rng.random()) * min(height, width) / 4)
    inner = (near + corner, near + corner, width - near - corner, height - near - corner)
    shape[inner[1] : inner[3], inner[0] : inner[2]] = 255
    if corner:
        disk = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * corner + 1,) * 2)
        shape = cv2.dilate(shape, disk)
    layers.over(color, shape * np.float32((0.75 + 0.25 * float(rng.random())) / 255))
    if rng.random() < 0.35:
        width = max(1, int(em * 0.06))
        away = cv2.distanceTransform(shape, cv2.DIST_L2, 3)
        frame = np.clip(width / 2 + 0.5 - np.abs(away - 2 * width), 0, 1)
        layers.over(contrasting(rng, color, 50.0), frame.astype(np.float32))
    return color


def _shadow(
    rng: np.random.Generator, layers: _Layers, flat: Coverage, em: float, fill: Field
) -> None:
    """Lay a shadow aside of the letters, or a glow around them."""
    cv2: Any = load("cv2", purpose="generating photos")
    glows = gray_of(fill) > 150 and rng.random() < 0.3
    dx, dy = (0.0, 0.0) if glows else tuple(em * 0.1 * (2 * rng.random(2) - 1))
    move = np.array([[1, 0, dx], [0, 1, dy]])
    moved = cv2.warpAffine(flat, move, flat.shape[::-1])
    soft = cv2.GaussianBlur(moved, (0, 0), max(0.5, em * (0.12 if glows else 0.03)))
    color = fill if glows else 50 * rng.random(3)
    layers.over(color, soft * np.float32((0.3 + 0.5 * float(rng.random())) / 255))


def _wear(rng: np.random.Generator, shape: tuple[int, int]) -> Plane:
    """Return what is left of paint that has chipped, 0 to 1."""
    chips = 0.6 * field(rng, shape, 12) + 0.4 * field(rng, shape, max(13, max(shape) / 5))
    level = np.quantile(chips[::3, ::3], 0.05 + 0.25 * float(rng.random()))
    return np.clip(0.5 + 12 * (chips - level), 0, 1).astype(np.float32)


def _graded(rng: np.random.Generator, fill: Field, ground: Field, shape: tuple[int, int]) -> Plane:
    """Return a colour that changes down the letters, away from that of the ground."""
    other = fill + (fill - ground) * 0.4 + 40 * (rng.random(3) - 0.5)
    down = np.linspace(0, 1, shape[0])[:, None, None]
    mixed: Plane = np.clip(fill + (other - fill) * down, 0, 255).astype(np.float32)
    return np.broadcast_to(mixed, (*shape, 3))
