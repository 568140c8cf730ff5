"""Pages of tiny type, which networks see at twice their size.

Networks learn from pages whose letters are twenty pixels tall and more; in smaller ones they break
thin parts and fill bows. Seen at twice its size such a page looks like the others. All is in whole
numbers: the same bits on every processor.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from docbin.image import Mask
from docbin.ops.characters import character_height
from docbin.ops.upsampling import doubled

Pixels = npt.NDArray[np.uint8]

# Type up to so many pixels tall is tiny: docs/training.md says how that was found.
TINY = 13
# Ink on more of the page than this is no type.
_MOST_INK = 1 / 3
# What is larger is seen as it is: at twice its size it would take gigabytes.
MOST_PIXELS = 24_000_000


def is_tiny(ink: Mask) -> bool:
    """Say whether the letters of a page, bool (H, W), are so small that it is to be enlarged."""
    if ink.size > MOST_PIXELS or np.count_nonzero(ink) > _MOST_INK * ink.size:
        return False
    return 0 < character_height(ink) <= TINY


def twice(image: Pixels) -> Pixels:
    """Return a page at twice its size by cubic interpolation, uint8 (2 H, 2 W) or (2 H, 2 W, 3)."""
    if image.ndim == 2:
        return doubled(np.ascontiguousarray(image))
    height, width, channels = image.shape
    large = np.empty((2 * height, 2 * width, channels), np.uint8)
    for channel in range(channels):
        large[..., channel] = doubled(np.ascontiguousarray(image[..., channel]))
    return large


def logit(see: Callable[[Pixels], npt.NDArray[Any]], image: Pixels) -> npt.NDArray[np.float32]:
    """Return the mean logit of the four pixels that each becomes, float32 (H, W).

    Parameters
    ----------
    see
        Returns logits of a page in whole numbers or simple fractions of 16 bits, (H, W).
    image
        uint8 (H, W) or (H, W, 3).
    """
    return _block_means(see(twice(image)))


def _block_means(values: npt.NDArray[Any]) -> npt.NDArray[np.float32]:
    """Return the means of blocks of two by two, float32 (H / 2, W / 2).

    Examples
    --------
    >>> _block_means(np.array([[1, 2, 0, 0], [4, 3, 0, 1]])).tolist()
    [[2.5, 0.25]]
    """
    total = np.zeros((values.shape[0] // 2, values.shape[1] // 2), np.float32)
    for row in range(2):
        for column in range(2):
            total += values[row::2, column::2]
    total *= np.float32(0.25)
    return total
