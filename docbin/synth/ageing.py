"""What paper is and becomes: grain, laid lines, blotches, browned edges, folds, specks.

The form is that of `docbin.synth.paper`; so are the rules for what the numbers are made of.
"""

from __future__ import annotations

import numpy as np

from docbin.image import Color, Mask
from docbin.synth.faces import Coverage
from docbin.synth.fields import Field, bells, blend, box_blur, field, octaves, to_bytes


def grain(image: Color, truth: Mask, rng: np.random.Generator, strength: float) -> Color:
    """Give paper the grain of its fibres: noise of one, two and four pixels, up to ± 10 %."""
    height, width = (int(length) for length in truth.shape)
    total = bells(rng, (height, width)) / 148.0
    for side in (2, 4):
        shape = (height // side + 2, width // side + 2)
        coarse = np.repeat(np.repeat(bells(rng, shape), side, 0), side, 1) / 148.0
        y, x = int(rng.integers(0, side)), int(rng.integers(0, side))
        total += _smooth(coarse[y : y + height, x : x + width]) * 1.5
    return to_bytes(image * (1 + 0.016 * strength * total)[..., None])


def _smooth(values: Field) -> Field:
    """Return means of three in both directions; borders repeat."""
    for axis in (0, 1):
        pad = [(0, 0), (0, 0)]
        pad[axis] = (1, 1)
        wide = np.pad(values, pad, mode="edge")
        length = wide.shape[axis]
        parts = [np.take(wide, range(i, length - 2 + i), axis) for i in range(3)]
        values = (parts[0] + parts[1] + parts[2]) / 3
    return values


def laid(image: Color, truth: Mask, rng: np.random.Generator, strength: float) -> Color:
    """Show the lines of the mould: close ones along the page, far ones across."""
    height, width = (int(length) for length in truth.shape)
    period = max(3.0, max(height, width) / 260) * (0.8 + 0.5 * float(rng.random()))
    place = (np.arange(height) / period)[:, None] + 0.6 * field(rng, (height, width), 5)
    wave = np.abs(2 * (place % 1) - 1)  # 0 … 1 … 0, a triangle
    chain = max(30.0, 22 * period)
    across = (np.arange(width) / chain)[None, :] + 0.05 * field(rng, (height, width), 4)
    far = np.clip(1 - np.abs(across % 1 - 0.5) * chain / 2.5, 0, 1)
    seen = 0.4 + 0.6 * field(rng, (height, width), 3)
    return to_bytes(image * (1 - strength * seen * (0.035 * wave + 0.05 * far))[..., None])


def mottling(image: Color, truth: Mask, rng: np.random.Generator, strength: float) -> Color:
    """Make the paper blotchy at all scales, by up to a quarter of its light at strength 1."""
    height, width = (int(length) for length in truth.shape)
    blotches = octaves(rng, (height, width), 4, 6) - 0.5
    fine = octaves(rng, (height, width), max(height, width) / 20, 2) - 0.5
    light = 1 + strength * (0.35 * blotches + 0.10 * fine)
    return to_bytes(image * np.clip(light, 0.2, 1.3)[..., None])


def toning(image: Color, truth: Mask, rng: np.random.Generator, strength: float) -> Color:
    """Brown the page towards its edges, as light and air do."""
    height, width = (int(length) for length in truth.shape)
    y = np.minimum(np.arange(height), np.arange(height)[::-1])[:, None]
    x = np.minimum(np.arange(width), np.arange(width)[::-1])[None, :]
    reach = 0.14 * max(height, width)
    away = np.minimum(y, x) / reach + 0.7 * (octaves(rng, (height, width), 6, 3) - 0.5)
    edge = np.clip(1 - away, 0, 1)
    share = np.clip(0.4 * strength * edge * edge, 0, 0.9)[..., None]
    return to_bytes(image * (1 - share * np.array([0.45, 0.65, 1.0])))


def folds(image: Color, truth: Mask, rng: np.random.Generator, strength: float) -> Color:
    """Crease the page along one to three lines: one side in shadow, one in light, a worn line."""
    height, width = (int(length) for length in truth.shape)
    light = np.ones((height, width))
    worn = np.zeros((height, width))
    for _ in range(1 + int(rng.integers(0, 3))):
        level = bool(rng.integers(0, 2))
        length, other = (height, width) if level else (width, height)
        middle = length * (0.15 + 0.7 * float(rng.random()))
        tilt = (float(rng.random()) - 0.5) * 0.06 * length
        line = middle + tilt * np.linspace(-1, 1, other) + 6 * (field(rng, (1, other), 3)[0] - 0.5)
        away = np.arange(length)[:, None] - line[None, :]
        if not level:
            away = away.T
        breadth = max(4.0, max(height, width) * (0.006 + 0.03 * float(rng.random())))
        near = np.clip(1 - np.abs(away) / breadth, 0, 1)
        side = 1.0 if rng.integers(0, 2) else -1.0
        slope = side * np.where(away > 0, 1.0, -1.0) * near * near
        light += strength * (0.05 + 0.10 * float(rng.random())) * slope
        crest = np.clip(1.4 - np.abs(away), 0, 1) * (0.3 + 0.7 * field(rng, (height, width), 30))
        worn = np.maximum(worn, crest)
    dark = bool(rng.integers(0, 3))
    tone = (70, 55, 45) if dark else (235, 230, 220)
    bent = to_bytes(image * np.clip(light, 0.1, 2)[..., None])
    # A light crease wears the ink off; so faint that the truth stays ink.
    most = 0.5 if dark else 0.25
    return blend(bent, tone, np.clip(most * strength * worn, 0, 0.8))


def specks(image: Color, truth: Mask, rng: np.random.Generator, strength: float) -> Color:
    """Sprinkle dust, pinholes and short hairs, some dark, a few light."""
    height, width = (int(length) for length in truth.shape)
    result = image.copy()
    count = int(strength * height * width / 9000)
    for _ in range(min(count, 4000)):
        y, x = int(rng.integers(0, height)), int(rng.integers(0, width))
        tall, wide = (1 + int(4 * float(rng.random()) ** 3) for _ in range(2))
        part = result[y : y + tall, x : x + wide].astype(np.float64)
        tone = 250.0 if rng.integers(0, 6) == 0 else 60.0
        share = 0.1 + 0.6 * float(rng.random()) ** 2
        if tone > 128:
            share *= 0.3  # a light speck must not take ink away
        result[y : y + tall, x : x + wide] = to_bytes(part + share * (tone - part))
    return result


def show_through(
    image: Color,
    truth: Mask,
    rng: np.random.Generator,
    strength: float,
    *,
    verso: Coverage | None = None,
) -> Color:
    """Let the other side show evenly, as thin paper does on a scanner: soft, gray, everywhere.

    ``verso`` is its coverage as one would read it; None takes the page itself, moved. It is
    mirrored here.
    """
    height, width = (int(length) for length in truth.shape)
    side = truth.astype(np.uint8) * np.uint8(255) if verso is None else verso
    step = int(rng.integers(0, 1 + height // 12))
    mirrored = np.ascontiguousarray(np.roll(side[:, ::-1], step, axis=0))
    soft = box_blur(mirrored, max(1, max(height, width) // 500), 2) / 255.0
    weight = strength * 0.16 * soft * (0.8 + 0.4 * field(rng, (height, width), 2))
    return to_bytes(image * (1 - np.clip(weight, 0, 0.9))[..., None])
