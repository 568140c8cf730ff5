"""What scanners, cameras and film add: the shadow of the spine, low contrast, scratches, bands.

The form is that of `docbin.synth.capture`.
"""

from __future__ import annotations

import numpy as np

from docbin.image import Color, Mask
from docbin.synth.fields import bells, field, to_bytes


def gutter(image: Color, truth: Mask, rng: np.random.Generator, strength: float) -> Color:
    """Let the page sink into the shadow of the spine at its left or right."""
    height, width = (int(length) for length in truth.shape)
    reach = width * (0.12 + 0.2 * float(rng.random()))
    edge = np.arange(width)[None, :] + 0.08 * reach * (field(rng, (height, width), 2) - 0.5)
    if rng.integers(0, 2):
        edge = width - 1 - edge
    depth = np.clip(1 - edge / reach, 0, 1)
    dark = np.clip(strength * 0.75 * depth * depth, 0, 0.92)
    return to_bytes(image * (1 - dark)[..., None])


def low_contrast(image: Color, truth: Mask, rng: np.random.Generator, strength: float) -> Color:
    """Squeeze the tones together, to a third at strength 1, at any brightness."""
    del truth
    kept = 1 / (1 + 2 * strength)
    middle = 70 + 140 * float(rng.random())
    mean = float(image.mean())
    aim = mean + (middle - mean) * (1 - kept)
    return to_bytes(aim + (image - mean) * kept)


def scratches(image: Color, truth: Mask, rng: np.random.Generator, strength: float) -> Color:
    """Scratch the film: long thin lines, light or dark, nearly upright."""
    height, width = (int(length) for length in truth.shape)
    result = image.astype(np.float64)
    rows = np.arange(height)
    for _ in range(int(2 + 6 * min(strength, 4))):
        start = float(rng.random()) * width
        drift = (float(rng.random()) - 0.5) * 0.05 * height
        columns = (start + drift * rows / height).astype(np.intp)
        first = int(rng.integers(0, height))
        last = min(height, first + 1 + int(height * float(rng.random())))
        inside = (columns >= 0) & (columns < width) & (rows >= first) & (rows < last)
        lift = strength * (20.0 if rng.integers(0, 2) else -30.0) * float(rng.random())
        result[rows[inside], columns[inside]] += lift
    return to_bytes(result)


def banding(image: Color, truth: Mask, rng: np.random.Generator, strength: float) -> Color:
    """Give each line of the sensor a gain of its own, as old scanners and cameras do."""
    height, width = (int(length) for length in truth.shape)
    gains = 1 + 0.008 * strength * bells(rng, (1, width)) / 148.0
    if rng.integers(0, 2):
        gains = 1 + 0.008 * strength * bells(rng, (height, 1)) / 148.0
    return to_bytes(image * gains[..., None])
