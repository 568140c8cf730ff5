"""Augmentation of paper and ink: faded ink, writing of the back, stains, folds, uneven light.

Each takes (image float32 (N, 3, H, W) 0 … 1, truth float32 (N, 1, H, W), draws) and returns a new
image of that shape; values may leave 0 … 1. The truth stays true.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor

from docbin.nn.data.draws import Draws
from docbin.nn.data.ink import around, shade, soft


def clouds(draws: Draws, image: Tensor, cells: int) -> Tensor:
    """Return smooth noise, float32 (N, 1, H, W), 0 … 1, with ``cells`` cells along a side."""
    corners = draws.uniform((len(image), 1, cells, cells))
    smooth = F.interpolate(corners, image.shape[2:], mode="bicubic", align_corners=False)
    return smooth.clamp_(0, 1)


def fading(image: Tensor, truth: Tensor, draws: Draws) -> Tensor:
    """Let ink fade towards its paper in patches."""
    near = around(truth, 2)
    patches = (2 * clouds(draws, image, draws.whole(2, 8)) - 0.5).clamp_(0, 1)
    share = draws.uniform((len(image), 1, 1, 1), 0.2, 0.7) * patches * near
    return image + share * (shade(image, around(truth)) - image)


def bleeding(image: Tensor, other: Tensor, other_truth: Tensor, draws: Draws) -> Tensor:
    """Let the ink of other samples come through from the back: mirrored, blurred, in patches."""
    dark = (1 - other.mean(1, keepdim=True)) * soft(other_truth, 1)
    verso = soft(dark.flip(3), draws.whole(1, 3))
    count = len(image)
    patches = (1.8 * clouds(draws, image, draws.whole(2, 6)) - 0.1).clamp_(0, 1)
    tint = draws.uniform((count, 3, 1, 1), 0.8, 1.0)
    weight = draws.uniform((count, 1, 1, 1), 0.15, 0.75)
    return image * (1 - weight * patches * verso * tint)


def stains(image: Tensor, truth: Tensor, draws: Draws) -> Tensor:
    """Lay stains with ragged edges on the page, some with a dark rim."""
    del truth
    count = len(image)
    height = clouds(draws, image, draws.whole(2, 4)) + 0.15 * clouds(draws, image, 24)
    level = draws.uniform((count, 1, 1, 1), 0.5, 0.9)
    sharp = draws.uniform((count, 1, 1, 1), 5, 40)
    inside = torch.sigmoid((height - level) * sharp)
    rim = 4 * inside * (1 - inside) * draws.uniform((count, 1, 1, 1), 0, 1)
    # Brown: least red is lost, and most blue.
    loss = draws.uniform((count, 3, 1, 1), 0.6, 1).sort(1).values
    depth = draws.uniform((count, 1, 1, 1), 0.05, 0.4)
    return image * (1 - depth * loss * (inside + rim))


def folds(image: Tensor, truth: Tensor, draws: Draws) -> Tensor:
    """Crease the page along a straight line: dark on one side, light on the other, a thin line."""
    del truth
    count, _, height, width = image.shape
    angle = draws.uniform((count, 1, 1, 1), 0, 2 * torch.pi)
    y = torch.linspace(-0.5, 0.5, height, device=image.device)[:, None]
    x = torch.linspace(-0.5, 0.5, width, device=image.device)
    away = angle.cos() * x + angle.sin() * y + draws.uniform((count, 1, 1, 1), -0.4, 0.4)
    breadth = draws.uniform((count, 1, 1, 1), 0.01, 0.12)
    slope = torch.tanh(away / breadth) * torch.exp(-away.abs() / (3 * breadth))
    line = torch.exp(-((away * width / 1.5) ** 2)) * draws.uniform((count, 1, 1, 1), -0.4, 0.15)
    return image * (1 + draws.uniform((count, 1, 1, 1), 0.03, 0.2) * slope + line)


def shading(image: Tensor, truth: Tensor, draws: Draws) -> Tensor:
    """Darken the page slowly and unevenly, up to a third of the light left."""
    del truth
    depth = draws.uniform((len(image), 1, 1, 1), 0.05, 0.65)
    return image * (1 - depth * clouds(draws, image, draws.whole(2, 5)))
