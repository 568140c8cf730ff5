"""Crops of tiles, turned, flipped and scaled: one affine sampling for a whole batch."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F  # noqa: N812 (as everywhere in torch)
from torch import Tensor

from docbin.nn.data.draws import Draws


@dataclass(frozen=True, slots=True)
class Placement:
    """Where crops lie in their tiles.

    Parameters
    ----------
    matrix
        float32 (N, 2, 2): steps in the tile, (x, y), for a step in the crop.
    centre
        float32 (N, 2): the crop's centre in the tile, (x, y), in pixels.
    """

    matrix: Tensor
    centre: Tensor

    def reach(self, size: int) -> Tensor:
        """Return half the sides of the boxes that the crops cover in the tile, float32 (N, 2)."""
        return self.matrix.abs().sum(2) * (size / 2)


def place(
    text: Tensor,
    size: int,
    tile: int,
    draws: Draws,
    *,
    scale: tuple[float, float] = (0.6, 1.7),
    mirrored: float = 0.5,
) -> Placement:
    """Draw placements.

    A crop pixel is ``scale`` tile pixels wide (logarithmically uniform). Seven of ten crops are
    turned by a multiple of 90° and some 3°, the others by any angle. Crops lie within the tile
    where they fit. Every other centre far from text is drawn again, once.

    Parameters
    ----------
    text
        bool (N, C, C): which cells of the tiles are near text.
    size, tile
        Side of the crops and of the tiles, in pixels.
    draws
        Random numbers.
    scale
        Least and greatest width of a crop pixel, in pixels of the tile.
    mirrored
        Share of the crops that are mirrored.
    """
    count = len(text)
    span = draws.log_uniform((count,), *scale)
    quarter = (draws.uniform((count,)) * 4).floor() * (math.pi / 2)
    nearly = quarter + draws.normal((count,)) * 0.05
    angle = torch.where(
        draws.chance((count,), 0.7), nearly, draws.uniform((count,), 0, 2 * math.pi)
    )
    mirror = draws.chance((count,), mirrored)
    return located(text, size, tile, draws, span=span, angle=angle, mirror=mirror)


def located(
    text: Tensor,
    size: int,
    tile: int,
    draws: Draws,
    *,
    span: Tensor,
    angle: Tensor,
    mirror: Tensor,
) -> Placement:
    """Draw where crops of given scales and angles lie.

    Parameters
    ----------
    text, size, tile, draws
        As for `place`.
    span
        float32 (N,): width of a crop pixel, in pixels of the tile.
    angle
        float32 (N,), radians.
    mirror
        bool (N,): which crops are mirrored.
    """
    count, cells = text.shape[:2]
    mirror = torch.where(mirror, -span, span)
    cos, sin = angle.cos(), angle.sin()
    matrix = torch.stack([cos * mirror, -sin * span, sin * mirror, cos * span], 1).view(-1, 2, 2)
    room = (tile - span * size).clamp_min(0)[:, None] / 2
    first, second = (tile / 2 + draws.uniform((2, count, 2), -1, 1) * room).unbind()
    column, row = (first * (cells / tile)).long().clamp_(0, cells - 1).unbind(1)
    found = text[torch.arange(count, device=text.device), row, column]
    found = found | draws.chance((count,), 0.5)
    centre = torch.where(found[:, None], first, second)
    return Placement(matrix, centre)


def sample(planes: Tensor, placement: Placement, size: int, origin: Tensor | None = None) -> Tensor:
    """Return crops, float32 (N, C, size, size), bilinear; beyond the border as by a mirror.

    Parameters
    ----------
    planes
        float32 (N, C, S, S): the tiles, or windows of them.
    placement
        Where the crops lie in the tiles.
    size
        Side of the crops.
    origin
        float32 (N, 2): left and top of the windows in the tiles; None for whole tiles.
    """
    side = planes.shape[-1]
    line = torch.arange(size, device=planes.device, dtype=torch.float32) - (size - 1) / 2
    across, down = placement.matrix.unbind(2)  # (N, 2) each: a step to the right, a step down
    centre = placement.centre if origin is None else placement.centre - origin
    steps = line[None, :, None] * (2 / side)
    columns, rows = steps * across[:, None], steps * down[:, None]
    start = centre * (2 / side) - 1
    grid = rows[:, :, None] + columns[:, None] + start[:, None, None]
    return F.grid_sample(planes, grid, "bilinear", "reflection", align_corners=False)
