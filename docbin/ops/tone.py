"""How light the paper of a page is."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from docbin import kernels
from docbin.image import as_gray

Pixels = npt.NDArray[np.uint8]
Counts = npt.NDArray[np.int64]

# So many pixels tell the tone.
_ENOUGH = 1 << 20


def paper_tone(image: Pixels) -> tuple[int, ...]:
    """Return the paper's tone, one value for each channel of uint8 (H, W) or (H, W, 3).

    It is the median of the pixels lighter than Otsu's threshold, the maximum of
    (μ n₀ − Σ₀)² / (n₀ n₁) over the histogram, measured on a grid of the page.

    Examples
    --------
    >>> page = np.full((40, 60), 220, np.uint8)
    >>> page[10:13, 20:40] = 30
    >>> paper_tone(page)
    (220,)
    """
    stride = max(1, int((image.shape[0] * image.shape[1] / _ENOUGH) ** 0.5))
    sample = np.ascontiguousarray(image[::stride, ::stride])
    gray = as_gray(sample)
    light = sample[gray > middle_tone(gray)]
    if not len(light):
        light = sample.reshape(-1, *sample.shape[2:])
    return tuple(int(value) for value in np.atleast_1d(np.median(light, axis=0)))


def middle_tone(gray: Pixels) -> int:
    """Return the value that splits a page best into dark and light; of one value, that value."""
    return middle_of(kernels.histogram(np.atleast_2d(gray), 1))


def middle_of(counts: Counts) -> int:
    """Return the `middle_tone` of a histogram, int64 (256,)."""
    below, moment = np.cumsum(counts), np.cumsum(counts * np.arange(256))
    total, whole = below[-1], moment[-1]
    # From the darkest value on, below the lightest one: elsewhere one side is empty.
    first, last = np.searchsorted(below, [1, total])
    if first >= last:
        return int(np.argmax(counts)) - 1
    n, part = below[first:last], moment[first:last]
    gain = (whole / total * n - part) ** 2 / (n * (total - n))
    return int(first + np.argmax(gain))


def light_tone_of(counts: Counts, middle: int) -> int:
    """Return the `paper_tone` of a gray page's histogram and its middle tone."""
    light = counts.copy()
    light[: max(0, middle + 1)] = 0
    upto = np.cumsum(light if light.any() else counts)
    # The two in the middle, which are one if their number is odd.
    ranks = [(upto[-1] - 1) // 2, upto[-1] // 2]
    return int(np.searchsorted(upto, ranks, "right").sum()) // 2
