"""Ink and paper apart, in batches: paper without its ink, ink as a ratio, ink moved to other paper.

A page is modelled as paper times ink: I = P · R, with R = 1 where there is no ink. In terms of
optical density that is a sum. P is known where there is no ink and filled in elsewhere; R = I / P.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor

from docbin.nn.data.draws import Draws

# How far around its truth ink darkens paper, in pixels.
_HALO = 4


def around(ink: Tensor, radius: int = _HALO) -> Tensor:
    """Return 1 on ink and ``radius`` pixels around, falling to 0 over two more; (N, 1, H, W)."""
    return soft(widened(ink, radius), 1, 2)


def widened(ink: Tensor, radius: int) -> Tensor:
    """Return the maximum over squares of 2 ``radius`` + 1 pixels, clipped at the borders."""
    result = F.pad(ink, (radius,) * 4)
    for axis in (2, 3):
        side, width = result.shape[axis], 1
        while width < 2 * radius + 1:  # windows of width 1, 2, 4, …: each the maximum of two
            step = min(width, 2 * radius + 1 - width)
            side -= step
            result = torch.maximum(result.narrow(axis, 0, side), result.narrow(axis, step, side))
            width += step
    return result


def soft(image: Tensor, radius: int, passes: int = 1) -> Tensor:
    """Return a box blur over 2 ``radius`` + 1 pixels, ``passes`` times; borders repeat."""
    span = 2 * radius + 1
    result = F.pad(image, (passes * radius,) * 4, mode="replicate")
    for axis in (2, 3) * passes:
        side = result.shape[axis] - span + 1
        total = result.narrow(axis, 0, side) + result.narrow(axis, 1, side)
        for step in range(2, span):
            total += result.narrow(axis, step, side)
        result = total
    return result / float(span ** (2 * passes))


def shade(image: Tensor, near: Tensor, *, levels: int = 5) -> Tensor:
    """Return the colour of the paper everywhere, also under ink.

    Means of the paper at a quarter of the resolution; where there is too little paper, means at
    an eighth, and so on: pull and push over a pyramid (Gortler et al., The Lumigraph, 1996,
    doi:10.1145/237170.237200).

    Parameters
    ----------
    image
        float32 (N, 3, H, W).
    near
        float32 (N, 1, H, W), 1 at ink and near it.
    levels
        Levels of the pyramid.
    """
    weight = 1 - near
    pyramid = []
    total, share = (
        F.avg_pool2d(image * weight, 4, ceil_mode=True),
        F.avg_pool2d(weight, 4, ceil_mode=True),
    )
    for _ in range(levels):
        pyramid.append((total, share))
        if min(total.shape[2:]) < 2:
            break
        total, share = (F.avg_pool2d(it, 2, ceil_mode=True) for it in (total, share))
    total, share = pyramid.pop()
    # No paper at all in the coarsest cells: the brightest there is, as on a page all black.
    usual = total.sum((2, 3), keepdim=True) / share.sum((2, 3), keepdim=True).clamp_min(1e-3)
    filled = torch.where(share > 0.02, total / share.clamp_min(0.02), usual)
    for total, share in reversed(pyramid):
        filled = F.interpolate(filled, total.shape[2:], mode="bilinear", align_corners=False)
        trust = (share * 3).clamp_max(1)
        filled = filled + trust * (total / share.clamp_min(1e-3) - filled)
    return F.interpolate(filled, image.shape[2:], mode="bilinear", align_corners=False)


def without_ink(image: Tensor, near: Tensor, paper: Tensor, draws: Draws) -> Tensor:
    """Return the paper: its shade where ink was, with the grain of paper from elsewhere."""
    height, width = image.shape[2:]
    step = (draws.whole(height // 4, height // 2), draws.whole(width // 4, width // 2))
    grain = (image - paper) * (1 - near)
    return image + near * (paper + torch.roll(grain, step, (2, 3)) - image)


def ratio(image: Tensor, near: Tensor, paper: Tensor) -> Tensor:
    """Return how much light ink leaves, float32 (N, 3, H, W): 1 where there is none."""
    return 1 + near * ((image / paper.clamp_min(0.04)).clamp(0.02, 1.05) - 1)


def transplant(
    image: Tensor,
    truth: Tensor,
    other: Tensor,
    other_truth: Tensor,
    draws: Draws,
    *,
    bare: float = 0.0,
) -> tuple[Tensor, Tensor]:
    """Write the ink of other samples on the paper of these.

    The ink gets stronger or fainter (its density times 0.6 … 1.4). In every third sample what
    was written here before is not removed but shines through from the back: mirrored, blurred,
    faint.

    Parameters
    ----------
    image, truth
        float32 (N, 3, H, W) and (N, 1, H, W): whose paper is taken.
    other, other_truth
        The same of the samples whose ink is taken.
    draws
        Random numbers.
    bare
        Share of the samples that are left without ink: most of them show what is on the back.

    Returns
    -------
    tuple
        Images, and the truth of the ink that is on them: ``other_truth``, or nothing.
    """
    count = len(image)
    near = around(torch.cat([truth, other_truth]))
    both = torch.cat([image, other])
    paper = shade(both, near)
    ground = without_ink(image, near[:count], paper[:count], draws)
    written = ratio(other, near[count:], paper[count:])
    written = written ** draws.uniform((count, 1, 1, 1), 0.6, 1.4)
    blank = draws.chance((count, 1, 1, 1), bare)
    written = torch.where(blank, torch.ones_like(written), written)
    shown = torch.where(blank.flatten(), 0.8, 0.35)
    back = (draws.uniform((count,)) < shown).nonzero().flatten()
    if len(back):
        verso = ratio(image[back], near[back], paper[back]).flip(3)
        faint = draws.log_uniform((len(back), 1, 1, 1), 0.06, 0.5)
        ground[back] = ground[back] * soft(verso, draws.whole(1, 2)) ** faint
    return ground * written, torch.where(blank, torch.zeros_like(other_truth), other_truth)
