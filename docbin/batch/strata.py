"""A sample of a list by the sizes of its members, and what follows from it for all of them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

# Of the normal distribution: 90 % lie between.
_NINETY = 1.645


@dataclass(frozen=True, slots=True)
class Estimate:
    """A total, and between what it lies in nine of ten cases."""

    value: float
    low: float
    high: float


class Strata:
    """Members of one kind, sorted by size and cut into parts of equal sums; of each part one.

    The ratio of what is measured to the size is taken to be the same within a part. Where the
    parts would be as many as the members, all of them are taken, and the total is exact.

    Parameters
    ----------
    sizes
        Positive.
    parts
        How many.
    """

    def __init__(self, sizes: Sequence[float], parts: int) -> None:
        self._sizes = np.asarray(sizes, np.float64)
        self._total = float(self._sizes.sum())
        order = np.argsort(self._sizes, kind="stable")
        if parts >= len(order):
            self._parts = order
        else:
            ends = np.cumsum(self._sizes[order])
            middles = (np.arange(parts) + 0.5) * self._total / parts
            self._parts = order[np.searchsorted(ends, middles).clip(max=len(order) - 1)]
        self.all = parts >= len(order)

    @property
    def members(self) -> list[int]:
        """The members to measure, the largest last."""
        return list(dict.fromkeys(self._parts.tolist()))

    def total(self, measured: Mapping[int, float]) -> tuple[float, float]:
        """Return the total of what was measured of `members`, and its variance.

        The variance is that of a systematic sample: of differences between neighbours.
        """
        if self.all:
            return math.fsum(measured[member] for member in self.members), 0.0
        sizes, count = self._sizes, len(self._parts)
        each = [self._total / count * measured[m] / sizes[m] for m in self._parts.tolist()]
        left = 1 - len(self.members) / len(sizes)
        if count == 1:
            return each[0], left * each[0] ** 2 / 4
        squares = float(np.square(np.diff(each)).sum())
        return math.fsum(each), left * count / (2 * (count - 1)) * squares


def estimate(parts: Sequence[tuple[float, float]], fixed: float = 0.0) -> Estimate:
    """Return the sum of independent totals with their variances, and of what is known."""
    value = fixed + math.fsum(total for total, _ in parts)
    spread = _NINETY * math.sqrt(math.fsum(variance for _, variance in parts))
    return Estimate(value, max(fixed, value - spread), value + spread)


def shares(sizes: Mapping[str, float], counts: Mapping[str, int], sample: int) -> dict[str, int]:
    """Return how many parts each kind gets of a sample: by its size, but two at least."""
    total = math.fsum(sizes.values())
    return {
        kind: min(counts[kind], max(2, round(sample * size / total)))
        for kind, size in sizes.items()
    }
