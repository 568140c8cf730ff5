"""How sure a mean over pages is, and whether two methods differ: bootstrap and Wilcoxon."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from docbin.dependencies import load
from docbin.errors import UsageError

DRAWS, LEVEL, SEED = 10_000, 0.95, 0


class Interval(NamedTuple):
    """The ends of a confidence interval."""

    low: float
    high: float


class Difference(NamedTuple):
    """Two methods on the same pages.

    Parameters
    ----------
    mean
        Mean of the differences, first less second.
    interval
        Its confidence interval by the paired bootstrap.
    p
        Two-sided p of Wilcoxon's signed-rank test; None where all pages are equal.
    pages
        Number of pages that both have.
    """

    mean: float
    interval: Interval
    p: float | None
    pages: int


def interval(
    values: Sequence[float], *, seed: int = SEED, draws: int = DRAWS, level: float = LEVEL
) -> Interval:
    """Return the confidence interval of a mean by the percentile bootstrap over pages.

    Parameters
    ----------
    values
        One finite number a page, at least one.
    seed
        Of the random draws; the same seed gives the same interval.
    draws
        Number of samples, each of as many pages as there are.
    level
        Share of the sample means that lie within.

    References
    ----------
    B. Efron, R. J. Tibshirani, "An Introduction to the Bootstrap", 1993.
    doi:10.1007/978-1-4899-4541-9

    Examples
    --------
    >>> interval([80.0, 80.0, 80.0])
    Interval(low=80.0, high=80.0)
    """
    if draws < 1 or not 0 < level < 1:
        raise UsageError(f"{draws} draws at level {level}; give at least 1, and a level in (0, 1)")
    data = np.asarray(values, np.float64)
    generator = np.random.default_rng(seed)
    # In portions, so that many pages do not need draws x pages numbers at once.
    means = np.empty(draws)
    step = max(1, 1_000_000 // data.size)
    for first in range(0, draws, step):
        count = min(step, draws - first)
        means[first : first + count] = data[
            generator.integers(0, data.size, (count, data.size))
        ].mean(axis=1)
    tail = (1 - level) / 2
    low, high = np.quantile(means, [tail, 1 - tail])
    return Interval(float(low), float(high))


def difference(
    first: Sequence[float], second: Sequence[float], *, seed: int = SEED, draws: int = DRAWS
) -> Difference:
    """Compare two methods by one finite number each a page, in the same order of pages.

    References
    ----------
    F. Wilcoxon, "Individual comparisons by ranking methods", Biometrics Bulletin 1(6), 1945.
    doi:10.2307/3001968
    """
    gaps = np.asarray(first, np.float64) - np.asarray(second, np.float64)
    p: float | None = None
    if gaps.any():
        stats = load("scipy.stats", purpose="Wilcoxon's test")
        with warnings.catch_warnings():
            # Some versions warn that few pages, or equal ones, make p approximate.
            warnings.simplefilter("ignore")
            p = float(stats.wilcoxon(gaps).pvalue)
    found = interval(gaps.tolist(), seed=seed, draws=draws)
    return Difference(float(gaps.mean()), found, p, gaps.size)
