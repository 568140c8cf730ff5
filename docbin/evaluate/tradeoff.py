"""Quality against time: what methods reach on pages with truth, and what they cost."""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from docbin import kernels
from docbin.evaluate.datasets import Dataset
from docbin.evaluate.run import Binarizer, Row, no_weights, score_method
from docbin.image import as_array
from docbin.io import open_source, read_pages

METRICS = ("fm", "pfm_skeleton", "psnr", "drd", "avg_score")

Pixels = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A method to measure.

    Parameters
    ----------
    name
        What tables call it.
    binarizer
        It.
    bytes
        Size of its weights; None where it has none.
    """

    name: str
    binarizer: Binarizer
    bytes: int | None = None


@dataclass(frozen=True, slots=True)
class Point:
    """A method with its quality and its price.

    Parameters
    ----------
    name, bytes
        Of the candidate.
    row
        Its scores.
    milliseconds
        Of the processor for a megapixel, on one thread.
    front
        No other method is as good and faster, or better and as fast.
    """

    name: str
    bytes: int | None
    row: Row
    milliseconds: float
    front: bool

    def mean(self, metric: str) -> float | None:
        """Return the mean over the sets of a metric's means."""
        means = [self.row.only(name).mean(metric) for name in self.row.sets]
        found = [mean for mean in means if mean is not None]
        return math.fsum(found) / len(found) if found else None


def measure(
    candidates: Sequence[Candidate],
    data: Dataset,
    *,
    rounds: int = 5,
    pixels: int = 1_000_000,
    jobs: int | None = None,
    told: Callable[[int], None] = lambda _: None,
) -> list[Point]:
    """Score and time methods; the best Avg-Score comes first.

    Parameters
    ----------
    candidates
        The methods.
    data
        The pages.
    rounds
        How often each is timed.
    pixels
        Most pixels of the page that is timed; see `page_to_time`.
    jobs
        Pages scored at once; the timing is on one thread.
    told
        Is called with the number of pages scored.
    """
    spent = milliseconds(candidates, page_to_time(data, pixels), rounds)
    rows = []
    for index, each in enumerate(candidates):
        before = index * len(data)
        rows.append(
            score_method(
                each.name,
                each.binarizer,
                data,
                weights=no_weights,
                jobs=jobs,
                told=lambda done, before=before: told(before + done),  # type: ignore[misc]
            )
        )
    points = [
        Point(each.name, each.bytes, row, cost, front=False)
        for each, row, cost in zip(candidates, rows, spent, strict=True)
    ]
    best = set(front((point.milliseconds, quality(point)) for point in points))
    marked = [
        Point(p.name, p.bytes, p.row, p.milliseconds, front=index in best)
        for index, p in enumerate(points)
    ]
    return sorted(marked, key=lambda point: -quality(point))


def quality(point: Point) -> float:
    """Return the Avg-Score; infinite of a method that is perfect on every page."""
    mean = point.mean("avg_score")
    if mean is None:  # every page is perfect, or there is none
        return math.inf if point.row.perfect else -math.inf
    return mean


def front(points: Iterable[tuple[float, float]]) -> list[int]:
    """Return which (cost, quality) no other dominates, from the cheapest on.

    A point is dominated by one that costs no more and is at least as good, if one of the two is
    strict. Points that are equal are on the front together.

    Examples
    --------
    >>> front([(1.0, 80.0), (2.0, 79.0), (3.0, 90.0), (1.0, 80.0)])
    [0, 3, 2]
    """
    numbered = sorted(enumerate(points), key=lambda each: (each[1][0], -each[1][1]))
    found: list[tuple[int, tuple[float, float]]] = []
    for index, point in numbered:
        if not found or point[1] > found[-1][1][1] or point == found[-1][1]:
            found.append((index, point))
    return [index for index, _ in found]


def page_to_time(data: Dataset, pixels: int) -> Pixels:
    """Return the page of median size, or of a larger one the middle with so many pixels at most."""
    sizes = []
    for sample in data:
        info = next(open_source(sample.image)).info
        sizes.append((info.width * info.height, sample))
    sizes.sort(key=lambda each: each[0])
    page = as_array(next(iter(read_pages(sizes[len(sizes) // 2][1].image))).pixels)
    height, width = page.shape[:2]
    share = min(1.0, math.sqrt(pixels / (height * width)))
    rows, columns = max(1, int(height * share)), max(1, int(width * share))
    top, left = (height - rows) // 2, (width - columns) // 2
    return np.ascontiguousarray(page[top : top + rows, left : left + columns])


def milliseconds(candidates: Sequence[Candidate], page: Pixels, rounds: int) -> list[float]:
    """Return the processor's milliseconds for a megapixel of each method, on one thread.

    Every round asks all methods in turn, so that a slow minute of the machine meets all of them;
    the medians over the rounds count. A first round, which reads files and fills caches, does not.
    """
    times: list[list[float]] = [[] for _ in candidates]
    with kernels.limit_threads(1):
        for _ in range(rounds + 1):
            for spent, each in zip(times, candidates, strict=True):
                spent.append(_spent(each.binarizer, page))
    megapixels = page.shape[0] * page.shape[1] / 1e6
    return [1000 * statistics.median(spent[1:]) / megapixels for spent in times]


def _spent(binarizer: Any, page: Pixels) -> float:
    start = time.process_time()
    binarizer(page)
    return time.process_time() - start
