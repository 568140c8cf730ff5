"""How a hand or a press lays ink: lines that sway, strokes that swell and fray, ink that runs dry.

The first functions change the coverage, uint8 (H, W), and with it the truth; `inked` lays the
coverage on paper. No two strokes of the result are alike, though the faces repeat their glyphs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from docbin.image import Color
from docbin.synth.faces import Coverage
from docbin.synth.fields import Field, box_blur, field, octaves, to_bytes


def swayed(
    cover: Coverage,
    rng: np.random.Generator,
    size: float,
    *,
    line: float = 0.2,
    shape: float = 0.04,
) -> Coverage:
    """Let lines rise and fall, and letters be uneven.

    Parameters
    ----------
    cover
        Coverage of the page.
    rng
        Source of the displacements.
    size
        The em in pixels.
    line, shape
        Greatest displacement of lines (over some ten ems) and within letters (over half an em),
        in ems.
    """
    height, width = (int(length) for length in cover.shape)
    cells = max(height, width) / size
    moves = []
    for _ in range(2):
        slow = field(rng, (height, width), max(1.5, cells / 10)) - 0.5
        quick = field(rng, (height, width), max(2.0, 1.7 * cells)) - 0.5
        moves.append(2 * size * (line * slow + shape * quick))
    return _moved(cover, moves[0], moves[1])


def _moved(cover: Coverage, down: Field, along: Field) -> Coverage:
    """Return what lies ``down`` and ``along`` from each pixel, between pixels bilinearly."""
    height, width = cover.shape
    y = np.clip(np.arange(height)[:, None] + down, 0, height - 1.001)
    x = np.clip(np.arange(width)[None, :] + along, 0, width - 1.001)
    row, column = y.astype(np.intp), x.astype(np.intp)
    dy, dx = (y - row).astype(np.float32), (x - column).astype(np.float32)
    flat = np.ascontiguousarray(cover).ravel()
    # No index leaves the page: y and x stop short of the last row and column, if there are two.
    here, right, below = row * width + column, int(width > 1), width * int(height > 1)
    upper = flat[here] * (1 - dx) + flat[here + right] * dx
    lower = flat[here + below] * (1 - dx) + flat[here + below + right] * dx
    return to_bytes(upper + dy * (lower - upper))


def broadened(cover: Coverage, radius: int) -> Coverage:
    """Return coverage by a pen ``radius`` pixels broader to each side: maxima over an octagon."""
    result = cover
    for step in range(radius):
        wide = np.pad(result, 1)
        crosswise = (np.s_[:-2, 1:-1], np.s_[2:, 1:-1], np.s_[1:-1, :-2], np.s_[1:-1, 2:])
        slanting = (np.s_[:-2, :-2], np.s_[2:, 2:], np.s_[:-2, 2:], np.s_[2:, :-2])
        for part in crosswise + (slanting if step % 2 else ()):
            result = np.maximum(result, wide[part])
    return result


def pressed(
    cover: Coverage, rng: np.random.Generator, size: float, *, swell: float = 0.3, fray: float = 0.2
) -> Coverage:
    """Let strokes swell and thin, and fray where the paper soaks up ink.

    The coverage, half of it blurred over some hundredths of an em, is cut anew at a level that
    varies slowly (``swell``) and from fibre to fibre (``fray``), both from 0 to 1. The level is
    below one half: ink spreads.
    """
    height, width = (int(length) for length in cover.shape)
    radius = max(1, round(size / 40))
    wide = (cover / 255.0 + box_blur(cover, radius, 1) / 255.0) / 2
    cells = max(height, width) / size
    level = 0.42 + 0.35 * swell * (octaves(rng, (height, width), max(2.0, cells / 3), 2) - 0.5)
    if fray:
        fibres = field(rng, (height, width), max(height, width) / max(2.0, size / 14))
        level += 0.4 * fray * (fibres - 0.5)
    return to_bytes(255 * (0.5 + (wide - level) * (1.2 + 0.6 * radius)))


@dataclass(frozen=True, slots=True)
class Ink:
    """What ink is like.

    Parameters
    ----------
    color
        What is left of red, green and blue light under full ink, 0 to 1.
    depth
        How much of the ink is there at most, 0 to 1: 1 fresh, 0.3 faded.
    uneven
        How much of it may be missing in patches, 0 to 1.
    dry
        How much of it may be missing in streaks within strokes, 0 to 1.
    rim
        How much darker the borders of strokes are than their insides, 0 to 1.
    halo
        How much the paper around is browned by the ink, 0 to 1.
    """

    color: tuple[float, float, float] = (0.15, 0.13, 0.13)
    depth: float = 1.0
    uneven: float = 0.2
    dry: float = 0.2
    rim: float = 0.1
    halo: float = 0.0


def inked(paper: Color, cover: Coverage, rng: np.random.Generator, ink: Ink, size: float) -> Color:
    """Return paper, uint8 (H, W, 3), with ink on it; the em is ``size`` pixels."""
    height, width = (int(length) for length in cover.shape)
    cells = max(height, width) / size
    share = cover.astype(np.float32) / np.float32(255)
    amount: npt.NDArray[np.float32] = share * np.float32(ink.depth)
    patches = np.clip(1.6 * octaves(rng, (height, width), max(2.0, cells / 2), 3) - 0.3, 0, 1)
    streaks = octaves(rng, (height, width), max(height, width) / 3, 2)
    amount *= (1 - ink.uneven * patches - ink.dry * np.clip(2 * streaks - 0.6, 0, 1)).astype(
        np.float32
    )
    if ink.rim:
        inside = box_blur(cover, max(1, round(size / 50)), 1).astype(np.float32) / np.float32(255)
        amount *= 1 - np.float32(ink.rim) * (2 * inside - 1).clip(0, 1)
    result = paper.astype(np.float32)
    if ink.halo:
        near = box_blur(cover, max(2, round(size / 9)), 2).astype(np.float32) / np.float32(255)
        brown = np.array([0.10, 0.16, 0.28], np.float32) * np.float32(ink.halo)
        result *= 1 - near[..., None] * brown
    lost = 1 - np.array(ink.color, np.float32)
    result *= 1 - np.clip(amount, 0, 1)[..., None] * lost
    return to_bytes(result)
