"""What happens to paper: fibres, stains, foxing, ruling lines, the other side, seals.

Each takes (image uint8 (H, W, 3) RGB, truth bool (H, W), rng, strength from 0) and returns a new
image; the truth never changes.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from docbin.image import Color, Mask
from docbin.synth.faces import FACES, Coverage, stroke
from docbin.synth.fields import blend, box_blur, field, octaves, to_bytes
from docbin.synth.glyphs import curve

_BROWN = (150, 105, 55)
_RED = (190, 35, 30)


def texture(image: Color, truth: Mask, rng: np.random.Generator, strength: float) -> Color:
    """Give paper its yellow, clouds and fibres."""
    shape = truth.shape[0], truth.shape[1]
    clouds = octaves(rng, shape, 3, 4) - 0.5
    fibre = box_blur(rng.integers(0, 256, shape, dtype=np.uint8), 1, 1).astype(np.float64) - 127.5
    tone = strength * (26 * clouds + 0.08 * fibre)
    tint = np.array([6.0, 14.0, 38.0]) * min(strength, 2)
    light = image / 255.0
    return to_bytes(image + (tone[..., None] - tint) * light)


def stains(image: Color, truth: Mask, rng: np.random.Generator, strength: float) -> Color:
    """Lay two or three large water stains, darker at the rim."""
    shape = truth.shape[0], truth.shape[1]
    result = image
    for _ in range(2 + int(rng.integers(0, 2))):
        distance = _blob(rng, shape, 0.12 + 0.2 * float(rng.random()))
        inside = np.clip((1 - distance) * 8, 0, 1)
        rim = np.clip(1 - np.abs(1 - distance) * 14, 0, 1)
        weight = (0.20 * inside + 0.25 * rim) * (0.6 + 0.4 * field(rng, shape, 12))
        result = blend(result, _BROWN, np.clip(strength * weight, 0, 0.9))
    return result


def _blob(rng: np.random.Generator, shape: tuple[int, int], size: float) -> npt.NDArray[np.float64]:
    """Return a ragged squared distance from a random place, 1 at the rim of the blob."""
    radius = size * max(shape)
    y, x = (float(rng.random()) * length for length in shape)
    across = (np.arange(shape[1]) - x) / (radius * (0.6 + 0.8 * float(rng.random())))
    down = (np.arange(shape[0]) - y) / radius
    plain = across[None, :] * across[None, :] + down[:, None] * down[:, None]
    return plain * (0.55 + 0.9 * octaves(rng, shape, 6, 3))


def foxing(image: Color, truth: Mask, rng: np.random.Generator, strength: float) -> Color:
    """Scatter small rusty spots in a few clouds."""
    height, width = truth.shape
    weight = np.zeros((height, width))
    dense = field(rng, (height, width), 4)
    for _ in range(int(110 * min(strength, 4))):
        y, x = int(rng.integers(0, height)), int(rng.integers(0, width))
        radius = (1.5 + 9 * float(rng.random()) ** 3) * max(height, width) / 1754
        depth = 0.2 + 0.45 * float(rng.random())
        if float(rng.random()) > float(dense[y, x]) ** 2 * 2:
            continue
        reach = int(radius * 2) + 2
        rows = slice(max(0, y - reach), y + reach + 1)
        cells = slice(max(0, x - reach), x + reach + 1)
        down = (np.arange(height)[rows] - y) / radius
        across = (np.arange(width)[cells] - x) / radius
        square = down[:, None] * down[:, None] + across[None, :] * across[None, :]
        part = weight[rows, cells]
        np.maximum(part, depth * np.clip(2 - square, 0, 1), out=part)
    return blend(image, (140, 85, 40), weight)


def rulings(image: Color, truth: Mask, rng: np.random.Generator, strength: float) -> Color:
    """Let the faint ruling lines of the paper show."""
    height, width = truth.shape
    gap = max(8, max(height, width) // 55)
    thick = max(1, max(height, width) // 1100)
    weight = np.zeros((height, width))
    first = int(rng.integers(0, gap))
    for top in range(first, height, gap):
        weight[top : top + thick] = 1
    weight *= 0.35 * strength * (0.4 + 0.6 * field(rng, (height, width), 10))
    return blend(image, (95, 115, 160), np.clip(weight, 0, 0.95))


def bleed_through(
    image: Color,
    truth: Mask,
    rng: np.random.Generator,
    strength: float,
    *,
    verso: Coverage | None = None,
) -> Color:
    """Let the writing of the other side come through, blurred and uneven.

    ``verso`` is its coverage as one would read it, uint8 (H, W); None takes the page itself,
    moved. It is mirrored here.
    """
    height, width = truth.shape
    side = truth.astype(np.uint8) * np.uint8(255) if verso is None else verso
    shift = int(rng.integers(height // 40, height // 20 + 1))
    mirrored = np.roll(side[:, ::-1], shift, axis=0)
    soft = box_blur(np.ascontiguousarray(mirrored), max(1, max(height, width) // 1200), 2)
    patches = np.clip(1.6 * octaves(rng, (height, width), 5, 2) - 0.2, 0, 1)
    weight = np.clip(strength * 0.36 * patches, 0, 0.95) * (soft / 255.0)
    return np.minimum(image, blend(image, (105, 80, 55), weight))


def seals(image: Color, truth: Mask, rng: np.random.Generator, strength: float) -> Color:
    """Stamp one or two red seals, round or square, unevenly inked, over the text."""
    height, width = truth.shape
    result = image
    for _ in range(1 + int(rng.integers(0, 2))):
        side = max(24, int((0.10 + 0.05 * float(rng.random())) * max(height, width)))
        side = min(side, height, width)
        top = int(rng.integers(0, height - side + 1))
        left = int(rng.integers(0, width - side + 1))
        stamp = _stamp(rng, side) / 255.0
        worn = np.clip(2.2 * octaves(rng, (side, side), 9, 3) - 0.25, 0, 1)
        area = np.s_[top : top + side, left : left + side]
        pressed = result.copy()
        # Ink multiplies: what is dark below stays dark.
        dye = result[area] * (np.array(_RED) / 255.0)
        pressed[area] = blend(result[area], dye, np.clip(strength, 0, 1) * 0.85 * stamp * worn)
        result = pressed
    return result


def _stamp(rng: np.random.Generator, side: int) -> Coverage:
    """Return a seal: a frame, and four letters in it."""
    canvas = np.zeros((side, side), np.uint8)
    nib = (max(1.0, side / 36), max(1.0, side / 36))
    low, high, middle = side * 0.06, side * 0.94, side / 2
    if rng.integers(0, 2):
        corners = [(low, low), (high, low), (high, high), (low, high), (low, low)]
    else:
        bend = 0.7071 * (high - middle)
        far, near = middle + bend, middle - bend
        corners = curve(
            [(middle, low), (far, near), (high, middle), (far, far), (middle, high),
             (near, far), (low, middle), (near, near), (middle, low)]
        )  # fmt: skip
    stroke(canvas, corners, nib)
    for row in (0, 1):
        pair = "".join("ABDEHKMNORSTVZ"[int(rng.integers(0, 14))] for _ in range(2))
        size = side * 0.38
        start = (middle - FACES["bold"].length(pair, size) / 2, side * (0.47 + 0.32 * row))
        FACES["bold"].draw(canvas, start, pair, size)
    return canvas
