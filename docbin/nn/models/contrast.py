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

GAIN, MIDDLE = 32, 176.5
# Deviations below five gray levels are grain, not writing.
FLOOR = 25
# Where a page's level is measured: this window around every eighth pixel of every eighth row.
LEVEL_WINDOW, LEVEL_STEP = 51, 8
# Black on white varies no more than this; the dark rim of a scan does.
LEVEL_MOST = 2500


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
        float32 (N,): levels of the pages that the images are parts of, see `page_level`. An
        image's own level is taken where it is higher, and where none is given.

    Returns
    -------
    Tensor
        float32 (N, 1 + len(windows), H, W). Exact: the sums are whole numbers below 2^53.
    """
    gray = to_gray(image)
    first, second = _sums(gray), _sums(gray * gray)
    least: Tensor | float = FLOOR
    if share:
        own = _level(first, second)
        own = own if level is None else own.maximum(level.to(own))
        least = torch.floor(own / share).clamp_min(FLOOR).view(-1, 1, 1, 1)
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
    """Return how strong the writing of pages is: a variance of gray, float64 (N,).

    The mean of the variances in windows all over the page, each weighted with itself, so that
    places with ink count and empty paper does not.
    """
    gray = to_gray(image)
    return _level(_sums(gray), _sums(gray * gray))


def _level(first: Tensor, second: Tensor) -> Tensor:
    count = _boxes(_sums(torch.ones_like(first[:1, :, 1:, 1:])), LEVEL_WINDOW, LEVEL_STEP)
    total = _boxes(first, LEVEL_WINDOW, LEVEL_STEP)
    squares = _boxes(second, LEVEL_WINDOW, LEVEL_STEP)
    variance = torch.floor((count * squares - total * total) / (count * count))
    variance = variance.clamp_max_(LEVEL_MOST).flatten(1)
    return torch.floor(variance.square().sum(1) / variance.sum(1).clamp_min(1))


def _sums(values: Tensor) -> Tensor:
    """Return sums over all rectangles from the upper left corner, (N, 1, H + 1, W + 1)."""
    return functional.pad(values.cumsum(-1).cumsum(-2), (1, 0, 1, 0))


def _boxes(sums: Tensor, window: int, step: int = 1) -> Tensor:
    """Return the sum of the window around every ``step``-th pixel, clipped to the image."""
    for axis in (-2, -1):
        length, reach = sums.shape[axis] - 1, window // 2
        spot = torch.arange(0, length, step, device=sums.device)
        behind = (spot + reach + 1).clamp_max(length)
        before = (spot - reach).clamp_min(0)
        sums = sums.index_select(axis, behind) - sums.index_select(axis, before)
    return sums
