"""The ranking of the competitions: ranks per page and metric, added up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from docbin.evaluate.scores import Scores

# Metric -> whether larger is better.
RANKED = {"fm": True, "pfm_weighted": True, "psnr": True, "drd": False}


class Ranked(NamedTuple):
    """A method and its sum of ranks; the smallest sum is the best."""

    name: str
    total: float
    by_metric: dict[str, float]


def rank(methods: Mapping[str, Sequence[Scores]]) -> list[Ranked]:
    """Rank methods as DIBCO does, best first.

    On every page the methods are ranked by each of FM, F_ps, PSNR and DRD, from 1; equal values
    share the mean of their places. A method's score is the sum of all its ranks.

    Parameters
    ----------
    methods
        Name -> scores of the same pages in the same order. Without weight maps F_ps is left out.
    """
    totals = {name: dict.fromkeys(RANKED, 0.0) for name in methods}
    for page in zip(*methods.values(), strict=True):
        for metric, larger in RANKED.items():
            values = [getattr(scores, metric) for scores in page]
            if None in values:
                continue
            for name, place in zip(methods, places(values, larger=larger), strict=True):
                totals[name][metric] += place
    ranked = [Ranked(name, sum(parts.values()), parts) for name, parts in totals.items()]
    return sorted(ranked, key=lambda item: item.total)


def places(values: Sequence[float], *, larger: bool) -> list[float]:
    """Return the place of each value from 1 for the best; equal values share their mean place.

    Examples
    --------
    >>> places([90.0, 95.0, 90.0], larger=True)
    [2.5, 1.0, 2.5]
    """
    data = np.asarray(values, np.float64)
    better = data[None] > data[:, None] if larger else data[None] < data[:, None]
    equal = data[None] == data[:, None]
    found: list[float] = (better.sum(axis=1) + (equal.sum(axis=1) + 1) / 2).tolist()
    return found
