"""The paper of a small page: where it is, how its colour and light vary, and whether it is paper.

Paper, however yellow or browned at its edges, changes slowly: a quadratic surface describes its
colour and its light. A photo of a street, or of a wall with a sign on it, is darker in large parts,
or of many colours, or its light has steps.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from docbin.dependencies import load
from docbin.image import Color, Gray, Mask

Floats: TypeAlias = npt.NDArray[np.float32]

# Added to values before their logarithm: the darkest are noise.
LIFT = 4.0
# Side of the blocks that tell the paper, in pixels of the small page.
BLOCK = 8
# Paper is at least this share of the light of the page's light places.
_LIT = 0.4
# Deviation where nothing tells it.
_UNKNOWN = 0.06
# Of a page: least share that is lit; how far logarithms of its tint and of its light are from their
# surfaces, and the least share for which that is so; largest deviation of its light.
_LEAST_LIT = 0.8
_TINT, _LEAST_TINTED = 0.15, 0.75
_LIGHT, _LEAST_LIGHT = 0.25, 0.6
_UNEVEN = 0.13


def is_paper(small: Color, gray: Gray, ink: Mask) -> bool:
    """Return whether a picture is a page: paper of one tint, evenly lit, nearly everywhere.

    Parameters
    ----------
    small
        uint8 (h, w, 3) RGB, at about 150 dpi.
    gray
        The same, gray.
    ink
        Roughly what is dark, bool.
    """
    lit = lit_places(gray)
    if lit.mean() < _LEAST_LIT:
        return False
    paper = lit & ~grown(ink)
    blue, green = (np.log(small[..., i].astype(np.float32) + np.float32(LIFT)) for i in (2, 1))
    tint = blue - green
    tinted = np.abs(tint - surface(tint, paper)[0]) < _TINT
    if (tinted & lit).mean() < _LEAST_TINTED:
        return False
    light = np.log(gray.astype(np.float32) + np.float32(LIFT))
    level, deviation = surface(light, paper)
    even = np.abs(light - level) < _LIGHT
    return bool(deviation <= _UNEVEN and even.mean() >= _LEAST_LIGHT)


def lit_places(gray: Gray) -> Mask:
    """Return what has at least two fifths of the light of the light places, bool (h, w)."""
    return np.asarray(gray > _LIT * np.percentile(gray, 90))


def surface(values: Floats, paper: Mask) -> tuple[Floats, float]:
    """Fit a quadratic surface to the values of the paper; return it, and the deviation.

    What is far from it (seals, stains) is left out, and the rest fitted again.
    """
    height, width = values.shape
    y = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    x = np.linspace(-1, 1, width, dtype=np.float32)[None, :]
    grid = np.s_[::BLOCK, ::BLOCK]
    chosen = paper[grid]
    sample = values[grid][chosen]
    if len(sample) < 40:
        middle = np.median(values[paper] if paper.any() else values)
        return np.full_like(values, middle), _UNKNOWN
    flat = np.zeros_like(values)
    terms = [flat + 1, flat + x, flat + y, flat + x * x, x * y, flat + y * y]
    table = np.stack([term[grid][chosen] for term in terms], axis=1)
    rest = sample - np.median(sample)
    kept = np.ones(len(sample), bool)
    for _ in range(6):
        middle = np.median(rest[kept])
        deviation = 1.4826 * float(np.median(np.abs(rest[kept] - middle))) + 1e-3
        kept = np.abs(rest) < 2.5 * deviation
        # Six unknowns, from -1 to 1: the normal equations are exact enough, and much faster.
        part = table[kept]
        weights = np.linalg.lstsq(part.T @ part, part.T @ sample[kept], rcond=None)[0]
        rest = sample - table @ weights
    for term, weight in zip(terms, weights, strict=True):
        flat += np.float32(weight) * term
    return flat, deviation


def grown(mask: Mask) -> Mask:
    """Return a mask with its neighbours."""
    cv2: Any = load("cv2", purpose="removing seals")
    return np.asarray(cv2.dilate(mask.view(np.uint8), np.ones((3, 3), np.uint8)) != 0)
