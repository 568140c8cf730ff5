"""Augmentation of the capture: blur and sharpening, low resolution, noise, JPEG.

The form is that of `docbin.nn.data.surface`.
"""

from __future__ import annotations

import functools
import math

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor

from docbin.nn.data.draws import Draws, constants
from docbin.nn.data.ink import soft


def focus(image: Tensor, truth: Tensor, draws: Draws) -> Tensor:
    """Blur, or sharpen as scanners do."""
    del truth
    amount = draws.uniform((len(image), 1, 1, 1), -0.7, 1.2)
    return image + amount * (soft(image, draws.whole(1, 2)) - image)


def coarse(image: Tensor, truth: Tensor, draws: Draws) -> Tensor:
    """Scan at a half to nine tenths of the resolution, then enlarge."""
    del truth
    size = [max(1, length * draws.whole(10, 18) // 20) for length in image.shape[2:]]
    small = F.interpolate(image, size, mode="bilinear", align_corners=False, antialias=True)
    return F.interpolate(small, image.shape[2:], mode="bilinear", align_corners=False)


def noise(image: Tensor, truth: Tensor, draws: Draws) -> Tensor:
    """Add noise of a deviation up to 0.06: of each pixel, half of the time the same in R, G, B."""
    del truth
    count, channels, height, width = image.shape
    wide = 1 if draws.whole(0, 1) else channels
    level = draws.uniform((count, 1, 1, 1), 0, 0.06)
    return image + level * draws.normal((count, wide, height, width))


def grain(image: Tensor, truth: Tensor, draws: Draws) -> Tensor:
    """Multiply by the grain of paper: noise two to four pixels wide."""
    del truth
    count, _, height, width = image.shape
    coarseness = draws.whole(2, 4)
    shape = (count, 1, -(-height // coarseness), -(-width // coarseness))
    fibres = F.interpolate(
        draws.normal(shape), (height, width), mode="bilinear", align_corners=False
    )
    return image * (1 + draws.uniform((count, 1, 1, 1), 0, 0.08) * fibres)


@functools.cache
def _cosines(device: torch.device) -> Tensor:
    """Return the orthonormal cosine transform of 8 points, float32 (8, 8)."""
    rows = [
        [math.sqrt((1 if k == 0 else 2) / 8) * math.cos((2 * x + 1) * k * math.pi / 16)
         for x in range(8)]
        for k in range(8)
    ]  # fmt: skip
    return torch.tensor(rows, device=device)


def jpeg(image: Tensor, truth: Tensor, draws: Draws) -> Tensor:
    """Round the 8 × 8 cosine transform as JPEG does, luma finer than chroma.

    The step of coefficient (r, c) is q (1 + (r + c) / 2) / 255 with q from 3 to 24 (qualities of
    about 90 to 25), three times that for chroma; a plain stand-in for the standard's tables.
    """
    del truth
    count, _, height, width = image.shape
    padded = F.pad(image, (0, -width % 8, 0, -height % 8), mode="replicate")
    luma = padded.mean(1, keepdim=True)
    parts = torch.cat([luma, padded[:, ::2] - luma], 1)  # gray, red and blue without it
    rows, columns = padded.shape[2] // 8, padded.shape[3] // 8
    blocks = parts.view(count, 3, rows, 8, columns, 8).transpose(3, 4)
    cosines = _cosines(image.device)
    order = torch.arange(8, device=image.device, dtype=torch.float32)
    step = (1 + (order[:, None] + order) / 2) / 255
    step = step * draws.log_uniform((count, 1, 1, 1, 1, 1), 3, 24)
    step = step * constants((1.0, 3.0, 3.0), image.device).view(1, 3, 1, 1, 1, 1)
    spectrum = cosines @ blocks @ cosines.T
    kept = (spectrum / step).round() * step
    back = (cosines.T @ kept @ cosines).transpose(3, 4).reshape(parts.shape)
    luma, red, blue = (back[:, plane : plane + 1] for plane in range(3))
    result = torch.cat([luma + red, luma - red - blue, luma + blue], 1)
    return result[:, :, :height, :width]
