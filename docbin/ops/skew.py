"""How much a page is turned, and turning it back."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from docbin.image import Mask

Pixels = npt.NDArray[np.uint8]
Points = npt.NDArray[Any]

# Feet of letters that are looked at; more do not make the angle better.
_ENOUGH = 200_000
_FEWEST = 50
# Angles are tried in steps of so many degrees, with rows so thick, around the best so far.
_LEVELS = ((0.25, 4.0), (0.05, 2.0), (0.02, 1.0))
# Lines of text concentrate the feet at the right angle; noise and pictures do not.
_CONCENTRATION = 1.25
# What is less than this share of the climb below the best still belongs to the summit.
_SUMMIT = 0.1
# Pixels that are turned at a time.
_BAND = 1 << 17


def skew_angle(mask: Mask, limit: float = 7.0) -> float:
    """Return by how many degrees lines of text fall to the right; 0.0 if there are no lines.

    Projection profile (Postl 1986; Baird 1987) of the feet of letters, ink pixels with paper
    below: for each angle α the feet (x, y) are counted in rows of y cos α − x sin α, and the α
    with the largest sum of squared counts wins. Coarse to fine, to a hundredth of a degree.

    Parameters
    ----------
    mask
        bool (H, W), True is ink. About 150 dpi is fine enough.
    limit
        Largest angle that is tried, in degrees to both sides.

    References
    ----------
    Baird 1987, The skew angle of printed documents, Proc. SPSE 40th Conference, 21–24;
    Postl 1986, Detection of linear oblique structures and skew scan, Proc. 8th ICPR, 687–689

    Examples
    --------
    >>> page = np.zeros((300, 400), bool)
    >>> columns = np.arange(20, 380)
    >>> for line in range(40, 260, 20):
    ...     page[(line + np.round(columns * np.tan(np.radians(2)))).astype(int), columns] = True
    >>> round(skew_angle(page), 1)
    2.0
    """
    y, x = np.nonzero(mask[:-1] & ~mask[1:])
    if y.size < _FEWEST:
        return 0.0
    stride = -(-y.size // _ENOUGH)
    y, x = y[::stride].astype(np.float64), x[::stride].astype(np.float64)
    best, reach = 0.0, limit
    for step, thickness in _LEVELS:
        count = max(1, round(reach / step))
        angles = best + step * np.arange(-count, count + 1)
        scores = np.array([_concentration(x, y, angle, thickness) for angle in angles])
        if reach == limit and scores.max() < _CONCENTRATION * np.median(scores):
            return 0.0
        best, reach = _summit(angles, scores), 2 * step
    return 0.0 if abs(best) > limit else round(best, 2) + 0.0  # no -0.0


def _summit(angles: npt.NDArray[Any], scores: npt.NDArray[Any]) -> float:
    """Return the middle of the summit: on short lines neighbouring angles do equally well."""
    top = int(scores.argmax())
    high = scores >= scores[top] - _SUMMIT * (scores[top] - scores.min())
    first = last = top
    while first > 0 and high[first - 1]:
        first -= 1
    while last < len(high) - 1 and high[last + 1]:
        last += 1
    return float(np.average(angles[first : last + 1], weights=scores[first : last + 1]))


def _concentration(x: Points, y: Points, angle: float, thickness: float) -> float:
    """Return the sum of squared counts of the points in rows turned by ``angle`` degrees."""
    radians = math.radians(angle)
    rows = (y * math.cos(radians) - x * math.sin(radians)) / thickness
    counts = np.bincount((rows - rows.min()).astype(np.int64))
    return float((counts.astype(np.float64) ** 2).sum())


def turned_back(image: Pixels, angle: float, paper: Pixels) -> Pixels:
    """Return a page whose lines fall by ``angle`` degrees with level lines, in the same size.

    It is turned around its centre, linear between pixels; what comes from outside the page looks
    like the paper at its edge, what leaves it is lost.

    Parameters
    ----------
    image
        uint8 (H, W) or (H, W, 3).
    angle
        Degrees, of `skew_angle`.
    paper
        A picture of the paper alone, uint8 (h, w) or (h, w, 3), of any size.
    """
    height, width = image.shape[:2]
    cosine, sine = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    middle_x, middle_y = (width - 1) / 2, (height - 1) / 2
    columns = np.arange(width) - middle_x
    result = np.empty_like(image)
    step = max(1, _BAND // width)
    for top in range(0, height, step):
        rows = np.arange(top, min(height, top + step))[:, None] - middle_y
        x = columns * cosine - rows * sine + middle_x
        y = columns * sine + rows * cosine + middle_y
        result[top : top + step] = _between(image, x, y, paper)
    return result


def _between(image: Pixels, x: Points, y: Points, paper: Pixels) -> Pixels:
    """Return the colours at positions (x, y), linear between the four pixels around each."""
    height, width = image.shape[:2]
    outside = (x < -0.5) | (x > width - 0.5) | (y < -0.5) | (y > height - 0.5)
    x, y = np.clip(x, 0, width - 1), np.clip(y, 0, height - 1)
    left, top = x.astype(np.intp), y.astype(np.intp)
    right, bottom = np.minimum(left + 1, width - 1), np.minimum(top + 1, height - 1)
    across, down = (x - left).astype(np.float32), (y - top).astype(np.float32)
    channels = image.shape[2] if image.ndim == 3 else 1
    result = np.empty((*x.shape, channels), np.uint8)
    flat = image.reshape(height * width, -1)
    above, below = top * width, bottom * width
    for channel in range(channels):
        plane = flat[:, channel]
        upper = _mix(plane[above + left], plane[above + right], across)
        lower = _mix(plane[below + left], plane[below + right], across)
        result[..., channel] = np.rint(upper + down * (lower - upper))
    rows, columns = top[outside] * paper.shape[0], left[outside] * paper.shape[1]
    result[outside] = paper.reshape(*paper.shape[:2], channels)[rows // height, columns // width]
    return result if image.ndim == 3 else result[..., 0]


def _mix(first: Pixels, second: Pixels, share: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    start = first.astype(np.float32)
    return start + share * (second - start)
