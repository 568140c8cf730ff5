"""Locally normalised planes of a page: what a network with ``contrast`` windows sees.

The packed format defines them (``docs/packed-format.md``, Input). Gray tells how dark a pixel is;
a contrast plane tells how much darker than its surroundings, in units of their deviation, so that
faint ink on stained paper and black ink on white look alike to the first convolution.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional

from docbin.kernels import reference_contrast_planes as reference

GAIN, MIDDLE, FLOOR = reference.GAIN, reference.MIDDLE, reference.FLOOR


def contrast_planes(
    image: Tensor, windows: Sequence[int], share: int = 0, level: Tensor | None = None
) -> Tensor:
    """Return gray and one plane for each window, whole numbers 0 … 255.

    Parameters
    ----------
    image
        RGB as whole numbers 0 … 255 in any dtype, (N, 3, H, W).
    windows
        Odd sides; a window is clipped to the image.
    share
        The least variance is the page's level divided by this, but not below 25; 0: always 25.
    level
        float32 (N,): levels of the pages that the images are parts of; None: `page_level`.

    Returns
    -------
    Tensor
        float32 (N, 1 + len(windows), H, W). Exact: the sums are whole numbers below 2^53.
    """
    gray = to_gray(image)
    first, second = _sums(gray), _sums(gray * gray)
    least: Tensor | float = FLOOR
    if share:
        level = page_level(image) if level is None else level.double()
        least = torch.floor(level / share).clamp(FLOOR, reference.LEVEL_MOST).view(-1, 1, 1, 1)
    planes = [gray]
    for window in windows:
        count = _boxes(_sums(torch.ones_like(gray[:1])), window)
        total, squares = _boxes(first, window), _boxes(second, window)
        radicand = count * squares - total * total + least * count * count
        plane = torch.floor(GAIN * (count * gray - total) / radicand.sqrt() + MIDDLE)
        planes.append(plane.clamp_(0, 255))
    return torch.cat(planes, 1).float()


def to_gray(image: Tensor) -> Tensor:
    """Return gray (BT.601) of whole numbers (N, 3, H, W), float64 (N, 1, H, W)."""
    red, green, blue = image.double().unbind(1)
    return torch.floor((19595 * red + 38470 * green + 7471 * blue + 32768) / 65536)[:, None]


def page_level(image: Tensor) -> Tensor:
    """Return how strong the writing of pages is, float64 (N,): see the packed format.

    Parameters
    ----------
    image
        RGB as whole numbers 0 … 255 in any dtype, (N, 3, H, W).
    """
    pages = to_gray(image)[:, 0].byte().cpu().numpy()
    levels = [float(reference.page_level(page)) for page in pages]
    return torch.tensor(levels, dtype=torch.float64, device=image.device)


def _sums(values: Tensor) -> Tensor:
    """Return sums over all rectangles from the upper left corner, (N, 1, H + 1, W + 1)."""
    return functional.pad(values.cumsum(-1).cumsum(-2), (1, 0, 1, 0))


def _boxes(sums: Tensor, window: int) -> Tensor:
    """Return the sum of the window around every pixel, clipped to the image (N, 1, H, W)."""
    for axis in (-2, -1):
        length, reach = sums.shape[axis] - 1, window // 2
        spot = torch.arange(length, device=sums.device)
        behind = (spot + reach + 1).clamp_max(length)
        before = (spot - reach).clamp_min(0)
        sums = sums.index_select(axis, behind) - sums.index_select(axis, before)
    return sums
