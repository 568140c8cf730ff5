"""What happens to ink and to the picture of a page: fading, light, blur, noise, JPEG, borders.

Each takes (image uint8 (H, W, 3) RGB, truth bool (H, W), rng, strength from 0) and returns a new
image; the truth never changes.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from docbin.image import Color, Mask
from docbin.synth.fields import bells, blend, box_blur, field, octaves, to_bytes


def fading(image: Color, truth: Mask, rng: np.random.Generator, strength: float) -> Color:
    """Let ink fade towards the paper in patches, up to three quarters at strength 1."""
    shape = truth.shape[0], truth.shape[1]
    paper = np.median(image[~truth], axis=0) if not truth.all() else np.full(3, 235.0)
    near = box_blur(truth.astype(np.uint8) * np.uint8(255), 1, 1) > 0
    faded = np.clip(1.5 * octaves(rng, shape, 5, 3) - 0.35, 0, 1) * 0.75 * strength
    lighter = blend(image, paper, np.clip(faded, 0, 0.97) * near)
    return np.maximum(image, lighter)


def shading(image: Color, truth: Mask, rng: np.random.Generator, strength: float) -> Color:
    """Darken the page slowly from one side to the other, and unevenly."""
    height, width = truth.shape
    down, along = (float(rng.random()) * 2 - 1 for _ in range(2))
    slope = down * np.linspace(-0.5, 0.5, height)[:, None] + along * np.linspace(-0.5, 0.5, width)
    light = 1 - strength * (0.16 + 0.2 * slope + 0.25 * (field(rng, (height, width), 2) - 0.5))
    factor = np.clip(light, 0.08, 1)[..., None]
    return to_bytes(image * factor)


def lamp(image: Color, truth: Mask, rng: np.random.Generator, strength: float) -> Color:
    """Light the page by a lamp: bright at one place, dark at the corners."""
    height, width = truth.shape
    y = np.arange(height) / height - (0.25 + 0.5 * float(rng.random()))
    x = np.arange(width) / width - (0.25 + 0.5 * float(rng.random()))
    square = (y * y)[:, None] + (x * x)[None, :]
    factor = 1 / (1 + 1.1 * strength * square)
    return to_bytes(image * factor[..., None])


def blur(image: Color, truth: Mask, rng: np.random.Generator, strength: float) -> Color:
    """Blur with the binomial filter 1 2 1 in both directions, twice at strength 1."""
    del truth, rng
    result = image.astype(np.int32)
    steps = 2 * strength
    for step in range(math.ceil(steps)):
        share = min(1.0, steps - step)
        softer = result
        for axis in (0, 1):
            pad = [(0, 0)] * 3
            pad[axis] = (1, 1)
            wide = np.pad(softer, pad, mode="edge")
            length = wide.shape[axis]
            before, after = (np.take(wide, range(i, length - 2 + i), axis) for i in (0, 2))
            softer = (before + 2 * softer + after + 2) >> 2
        result = np.rint(result + share * (softer - result)).astype(np.int32)
    return to_bytes(result)


def noise(image: Color, truth: Mask, rng: np.random.Generator, strength: float) -> Color:
    """Add the noise of a sensor, deviation 5 gray levels at strength 1."""
    grain = bells(rng, (truth.shape[0], truth.shape[1], 3)) * (5 * strength / 148)
    return to_bytes(image + grain)


def border(image: Color, truth: Mask, rng: np.random.Generator, strength: float) -> Color:
    """Darken what lies outside the page at two sides of the scan, ragged, never over text."""
    height, width = truth.shape
    result = image
    most = min(_free(truth, axis) for axis in (0, 1))
    for side in rng.permutation(4)[:2]:
        turned = np.rot90(result, int(side))
        rows = turned.shape[0]
        depth = min(most * 0.7, 0.03 * strength * max(height, width))
        edge = depth * (0.5 + 0.5 * field(rng, (1, turned.shape[1]), 4)[0])
        weight = np.clip(edge[None, :] - np.arange(rows)[:, None], 0, 1) * 0.93
        result = np.rot90(blend(turned, (12, 12, 14), weight), -int(side))
    return np.ascontiguousarray(result)


def _free(truth: Mask, axis: int) -> int:
    """Return the pixels between the borders and the first and last ink along an axis."""
    found = np.flatnonzero(truth.any(axis=1 - axis))
    length = int(truth.shape[axis])
    return min(int(found[0]), length - 1 - int(found[-1])) if found.size else length // 4


def _cosine(row: int, x: int) -> int:
    """Return an entry of the orthonormal cosine transform of 8 points, times 4096."""
    scale = math.sqrt((1 if row == 0 else 2) / 8)
    return round(4096 * scale * math.cos((2 * x + 1) * row * math.pi / 16))


_COSINES = np.array([[_cosine(row, x) for x in range(8)] for row in range(8)], dtype=np.int64)


def jpeg(image: Color, truth: Mask, rng: np.random.Generator, strength: float) -> Color:
    """Round the 8 × 8 cosine transform as JPEG does: blocks and ringing.

    The step of a coefficient is (2 + 3 (row + column)) strength, a plain stand-in for the
    standard's table at about quality 75; integers, so that no decoder's rounding matters.
    """
    del rng
    height, width = truth.shape
    padded = np.pad(image, ((0, -height % 8), (0, -width % 8), (0, 0)), mode="edge")
    rows, cells = padded.shape[0] // 8, padded.shape[1] // 8
    blocks = padded.reshape(rows, 8, cells, 8, 3).transpose(0, 2, 4, 1, 3).astype(np.int64) - 128
    order = np.arange(8)
    steps = np.maximum(1, np.rint((2 + 3 * (order[:, None] + order)) * strength * (1 << 24)))
    size = steps.astype(np.int64)
    spectrum = _twice(blocks, _COSINES)
    kept = (spectrum + (size >> 1)) // size * size
    back = _twice(kept >> 12, _COSINES.T)
    pixels = ((back + (1 << 35)) >> 36) + 128
    whole = pixels.transpose(0, 3, 1, 4, 2).reshape(padded.shape)
    return to_bytes(whole[:height, :width])


def _twice(blocks: npt.NDArray[np.int64], matrix: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return matrix × block × matrixᵀ of every block; numpy multiplies integers exactly."""
    turned = np.matmul(blocks, matrix.T)
    result: npt.NDArray[np.int64] = np.matmul(matrix, turned)
    return result
