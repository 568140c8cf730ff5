"""The paper behind the ink: its shade everywhere, and a page on which it is even."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from docbin.image import Mask
from docbin.ops.reduction import Field, block_sums, enlarged, reduced

Pixels = npt.NDArray[np.uint8]

# A window tells the shade if at least this share of it is paper.
_SHARE = 0.15


def backdrop(channel: Pixels, ink: Mask, window: int, factor: int) -> Field:
    """Estimate the shade of the paper, also where ink covers it.

    The mean of the paper in the window around each block of pixels; a window that is nearly all
    ink is doubled until it has paper in it. A last mean over the window makes it smooth.

    Parameters
    ----------
    channel
        uint8 (H, W).
    ink
        bool (H, W): pixels that are no paper.
    window
        Side of the window in blocks, odd.
    factor
        Side of a block in pixels.

    Returns
    -------
    Field
        float32 (⌈H / factor⌉, ⌈W / factor⌉).

    Examples
    --------
    >>> page = np.full((8, 8), 200, np.uint8)
    >>> page[3:5] = 20
    >>> backdrop(page, page < 100, 3, 2).tolist()[0]
    [200.0, 200.0, 200.0, 200.0]
    """
    counts = block_sums(~ink, factor)
    sums = block_sums(np.where(ink, np.uint8(0), channel), factor)
    shade = np.zeros(counts.shape, np.float32)
    missing = np.ones(counts.shape, bool)
    side = window
    while missing.any():
        number, total = _window_sums(counts, side), _window_sums(sums, side)
        whole = side // 2 >= max(counts.shape)
        area = _window_sums(np.full(counts.shape, factor * factor), side)
        enough = missing & (number > (0 if whole else _SHARE * area))
        shade[enough] = total[enough] / number[enough]
        missing &= ~enough
        if whole:
            shade[missing] = float(channel.max())
            break
        side = 2 * side + 1
    ones = np.ones(shade.shape)
    return (_window_sums(shade, window) / _window_sums(ones, window)).astype(np.float32)


def paper_around(image: Pixels, ink: Mask, window: int, factor: int) -> Pixels:
    """Return a small picture of the paper alone, to fill places where the page has none.

    Parameters
    ----------
    image
        uint8 (H, W) or (H, W, 3).
    ink
        bool (⌈H / factor⌉, ⌈W / factor⌉): what is no paper in the small picture.
    window
        See `backdrop`, in pixels of the small picture.
    factor
        Side in pixels of what becomes one pixel.

    Returns
    -------
    Pixels
        uint8 (⌈H / factor⌉, ⌈W / factor⌉), or with three channels.
    """
    planes = image.reshape(*image.shape[:2], -1)
    shades = []
    for channel in range(planes.shape[2]):
        small = reduced(np.ascontiguousarray(planes[:, :, channel]), factor)
        shades.append(np.rint(backdrop(small, ink, window, 1)).astype(np.uint8))
    return shades[0] if image.ndim == 2 else np.stack(shades, axis=2)


def evened(channel: Pixels, shade: Field, factor: int) -> Pixels:
    """Return a channel divided by the shade of its paper, which becomes 255 everywhere."""
    shade = np.maximum(shade, np.float32(1))
    result = np.empty_like(channel)
    for rows, band in enlarged(shade, factor, *channel.shape):
        result[rows] = np.rint(np.minimum(channel[rows] * np.float32(255) / band, 255))
    return result


def _window_sums(values: npt.NDArray[np.generic], side: int) -> npt.NDArray[np.float64]:
    """Return sums over windows clipped at the borders."""
    radius = side // 2
    total = np.zeros((values.shape[0] + 1, values.shape[1] + 1))
    total[1:, 1:] = values.cumsum(0, dtype=np.float64).cumsum(1)
    low = [np.maximum(np.arange(length) - radius, 0) for length in values.shape]
    high = [np.minimum(np.arange(length) + radius + 1, length) for length in values.shape]
    rows = total[high[0]] - total[low[0]]
    sums: npt.NDArray[np.float64] = rows[:, high[1]] - rows[:, low[1]]
    return sums
