"""Pages cut into uniform tiles."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from docbin.image import Color, Mask, rgb_to_gray
from docbin.kernels.reference_contrast_planes import page_level
from docbin.ops.patches import mirrored, starts

# A tile with less ink than this is called blank, unless something shows through from the back or
# stains it: then gray varies this much (see `page_level`), and there is something to learn.
BLANK, PLAIN = 0.004, 40


class Tile(NamedTuple):
    """A square of a page: its top and left, pixels uint8 (3, S, S) RGB, truth bool (S, S)."""

    place: tuple[int, int]
    pixels: Color
    truth: Mask


def cut(
    image: Color,
    truth: Mask,
    rng: np.random.Generator,
    *,
    tile: int = 448,
    stride: int = 224,
    blank: float = 0.3,
) -> Iterator[Tile]:
    """Yield the tiles of a page; the last of a row and of a column end at the border.

    Parameters
    ----------
    image
        uint8 (H, W, 3) RGB. A page smaller than a tile is continued as by a mirror.
    truth
        bool (H, W), True is ink.
    rng
        Decides which blank tiles are kept.
    tile, stride
        Side of a tile and the step between two, in pixels.
    blank
        Share of the tiles that is kept where there is less than 0.4 % ink and nothing else.
    """
    image, truth = mirrored(image, tile), mirrored(truth, tile)
    gray = rgb_to_gray(image)
    for top in starts(truth.shape[0], tile, stride):
        for left in starts(truth.shape[1], tile, stride):
            area = np.s_[top : top + tile, left : left + tile]
            empty = truth[area].mean() < BLANK and page_level(gray[area]) < PLAIN
            if empty and rng.random() >= blank:
                continue
            pixels = np.ascontiguousarray(image[area].transpose(2, 0, 1))
            yield Tile((top, left), pixels, truth[area])
