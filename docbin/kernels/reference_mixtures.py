"""The twin of mixtures of Gaussians in windows."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from docbin.kernels.reference_local import power_of_two

Bytes = npt.NDArray[np.uint8]
Ints = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float32]

# A deviation of less than half a gray value is rounding, not noise.
_LEAST_VARIANCE = np.float32(0.25)
_LEAST_MASS = np.float32(1e-6)
# log₂ e / 2
_SLOPE = np.float32(0.72134752)
_VALUES = np.arange(256, dtype=np.float32).reshape(32, 8)
# Windows that are worked on at once.
_BATCH = 1 << 10


def mixture_shares(
    gray: Bytes, part: Bytes, y: Ints, x: Ints, window: int, rounds: int, threads: int = 1
) -> tuple[Floats, Ints]:
    """Return the sums over windows of the probability of ink, and the number of windows.

    The values of every window are a mixture of two Gaussians, fitted by ``rounds`` of expectation
    and maximisation, begun with the values below and above their mean; a value's probability is
    that of belonging to the darker one, 0 in a window of one value. float32, on the histogram of
    32 rows of 8 values: sums go down the columns, then (0 + 1) + (2 + 3) + ((4 + 5) + (6 + 7)).

    Parameters
    ----------
    gray
        uint8 (H, W).
    part
        uint8 (H, W), 0 leaves a pixel out.
    y, x
        int32 (N,), middles of the windows, which are clipped at the page's borders.
    window
        Side of the windows, odd.
    rounds
        How often both steps are done.

    Returns
    -------
    share
        float32 (H, W), added up in the order of the windows.
    seen
        int32 (H, W), in how many windows a pixel is. Both are 0 where ``part`` is.
    """
    del threads
    if part.shape != gray.shape:
        raise ValueError("the page and what takes part must have one shape")
    if len(y) != len(x):
        raise ValueError("every window needs a row and a column")
    if window % 2 == 0:
        raise ValueError("window must be odd")
    if rounds < 0:
        raise ValueError("rounds must not be negative")
    height, width = gray.shape
    if len(y) and (min(y.min(), x.min()) < 0 or y.max() >= height or x.max() >= width):
        raise ValueError("every window must have its middle on the page")
    share, seen = np.zeros(gray.shape, np.float32), np.zeros(gray.shape, np.int32)
    radius = window // 2
    places = [
        (slice(max(0, j - radius), j + radius + 1), slice(max(0, i - radius), i + radius + 1))
        for j, i in zip(y.tolist(), x.tolist(), strict=True)
    ]
    for start in range(0, len(places), _BATCH):
        some = places[start : start + _BATCH]
        counts = [np.bincount(gray[place][part[place] != 0], minlength=256) for place in some]
        for place, shares in zip(some, ink_shares(np.array(counts), rounds), strict=True):
            share[place] += np.where(part[place] != 0, shares[gray[place]], np.float32(0))
            seen[place] += part[place] != 0
    return share, seen


def ink_shares(counts: npt.NDArray[np.int64], rounds: int) -> Floats:
    """Return each value's probability of belonging to the darker of two Gaussians.

    Parameters
    ----------
    counts
        int64 (N, 256), the histograms of N windows.
    rounds
        How often both steps are done.

    Returns
    -------
    float32 (N, 256), 0 to 1; what it says of values that are not there means nothing.

    References
    ----------
    Dempster, Laird and Rubin 1977, doi:10.1111/j.2517-6161.1977.tb01600.x

    Examples
    --------
    >>> values = [10, 12, 11, 90, 92, 91, 93]
    >>> counts = np.bincount(values, minlength=256)[None]
    >>> ink_shares(counts, 5)[0, values].round().tolist()
    [1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0]
    """
    number = counts.astype(np.float32).reshape(-1, 32, 8)
    total = np.maximum(counts.sum(1), 1).astype(np.float32)
    mean = ((counts * np.arange(256)).sum(1).astype(np.float32) / total)[:, None, None]
    shares = (mean > _VALUES).astype(np.float32)
    some = (number * shares).any(axis=(1, 2))
    for _ in range(rounds):
        dark, light = _fitted(number * shares), _fitted(number * (1 - shares))
        shares = _expected(dark, light)
    return np.asarray((shares * some[:, None, None]).reshape(-1, 256), np.float32)


def _fitted(weights: Floats) -> tuple[Floats, Floats, Floats]:
    """Return mean, slope and weight of Gaussians fitted to weights, (N, 1, 1) each."""
    mass: Floats = np.maximum(_total(weights), _LEAST_MASS, dtype=np.float32)
    mean: Floats = _total(weights * _VALUES) / mass
    away: Floats = _VALUES - mean
    spread: Floats = _total(weights * (away * away)) / mass
    variance: Floats = np.maximum(spread, _LEAST_VARIANCE, dtype=np.float32)
    deviation: Floats = np.sqrt(variance)
    return mean, np.divide(_SLOPE, variance, dtype=np.float32), mass / deviation


def _expected(dark: tuple[Floats, ...], light: tuple[Floats, ...]) -> Floats:
    """Return the shares of the darker one: weight · 2^(−(v − mean)² slope) of each, compared."""
    a, b = _VALUES - dark[0], _VALUES - light[0]
    lead = (a * a) * dark[1] - (b * b) * light[1]
    smaller = power_of_two(np.maximum(np.where(lead > 0, -lead, lead), np.float32(-100)))
    of_dark = np.where(lead > 0, dark[2] * smaller, dark[2])
    of_light = np.where(lead > 0, light[2], light[2] * smaller)
    return np.asarray(of_dark / (of_dark + of_light), np.float32)


def _total(values: Floats) -> Floats:
    """Add (N, 32, 8) up, down the columns first: (N, 1, 1)."""
    s = np.add.accumulate(values, axis=1, dtype=np.float32)[:, -1]
    s = s[:, 0::2] + s[:, 1::2]
    s = s[:, 0::2] + s[:, 1::2]
    return np.asarray((s[:, 0] + s[:, 1])[:, None, None], np.float32)
