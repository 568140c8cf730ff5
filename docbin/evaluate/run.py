"""Scoring runs: a binarizer on a data set, or results of any program against truths."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from docbin import kernels
from docbin.errors import InputError
from docbin.evaluate.datasets import Dataset, Sample
from docbin.evaluate.matching import Item
from docbin.evaluate.metrics import score
from docbin.evaluate.results import read_result, refuse_inverted
from docbin.evaluate.scores import Scores
from docbin.evaluate.weight_cache import WeightCache, cache_folder
from docbin.evaluate.weight_files import WeightFolder
from docbin.evaluate.weights import WeightMaps
from docbin.image import Mask, as_array, as_bilevel, as_mask
from docbin.io import Page, read_mask, read_pages
from docbin.io.names import shown

METRICS = tuple(field.name for field in fields(Scores) if field.name != "notes")

# A method, a pipeline or any function: uint8 (H, W) or (H, W, 3) RGB -> bool (H, W), True is ink.
Binarizer = Callable[[Any], Mask]

# What knows the weight maps of a page: (page's name, truth) -> maps, or None to leave F_ps out.
WeightSource = Callable[[str, Mask], WeightMaps | None]


@dataclass(frozen=True, slots=True)
class PageScore:
    """A page of a run.

    Parameters
    ----------
    name
        Its name; ``set/page`` where there are several sets.
    scores
        Its scores, or None for a gap.
    reason
        Why there is a gap.
    """

    name: str
    scores: Scores | None
    reason: str = ""

    @property
    def set(self) -> str:
        """The set of the page, or an empty string."""
        return self.name.rpartition("/")[0]


@dataclass(frozen=True, slots=True)
class Row:
    """One method, or one folder of results, on some pages.

    Parameters
    ----------
    name
        What tables call it.
    pages
        In the order of the data set.
    """

    name: str
    pages: tuple[PageScore, ...]

    @property
    def scored(self) -> tuple[PageScore, ...]:
        """The pages that have scores."""
        return tuple(page for page in self.pages if page.scores is not None)

    @property
    def gaps(self) -> tuple[PageScore, ...]:
        """The pages that have none."""
        return tuple(page for page in self.pages if page.scores is None)

    @property
    def sets(self) -> tuple[str, ...]:
        """The names of the sets, in order."""
        return tuple(dict.fromkeys(page.set for page in self.pages))

    def only(self, name: str) -> Row:
        """Return the pages of one set."""
        return Row(self.name, tuple(page for page in self.pages if page.set == name))

    def values(self, metric: str) -> list[float]:
        """Return a metric's finite values, page by page."""
        found = (getattr(page.scores, metric) for page in self.scored)
        return [value for value in found if value is not None and math.isfinite(value)]

    def mean(self, metric: str) -> float | None:
        """Return the mean over pages of a metric's finite values; None if there are none."""
        values = self.values(metric)
        return math.fsum(values) / len(values) if values else None

    @property
    def perfect(self) -> int:
        """How many pages have an infinite PSNR, which the means leave out."""
        return sum(page.scores is not None and math.isinf(page.scores.psnr) for page in self.pages)


def own_weights(folder: Path | None = None) -> WeightSource:
    """Return what makes weight maps and keeps them (see `docbin.evaluate.weight_cache`)."""
    cache = WeightCache(folder or cache_folder())
    return lambda _, truth: cache.maps(truth)


def no_weights(page: str, truth: Mask) -> None:
    """Leave F_ps out."""
    del page, truth


def given_weights(folder: Path) -> WeightSource:
    """Return what reads the weight maps of a folder."""
    files = WeightFolder(folder)
    return lambda page, truth: files.maps(page, (truth.shape[0], truth.shape[1]))


def score_method(
    name: str,
    binarizer: Binarizer,
    samples: Dataset | Sequence[Sample],
    *,
    weights: WeightSource | None = None,
    jobs: int | None = None,
    told: Callable[[int], None] = lambda _: None,
) -> Row:
    """Binarize and score every page of a data set.

    Parameters
    ----------
    name
        What the row is called.
    binarizer
        A method of `docbin.create`, a pipeline, or any callable from uint8 (H, W) or (H, W, 3) RGB
        to a mask. One with windows in millimetres gets each page's resolution.
    samples
        The pages.
    weights
        Where weight maps come from; None makes them.
    jobs
        Pages at once; None takes `docbin.kernels.threads`. Results do not depend on it.
    told
        Is called with the number of pages done.

    Examples
    --------
    ``score_method("mine", lambda pixels: pixels < 128, Dataset.open("pages/")).mean("fm")``
    """
    source = weights or own_weights()

    def work(sample: Sample) -> PageScore:
        truth = read_mask(sample.truth)
        mask = _binarized(binarizer, next(iter(read_pages(sample.image))))
        return _scored(sample.name, mask, truth, source)

    return Row(name, tuple(_each(work, samples, jobs, told)))


def score_files(
    name: str,
    items: Iterable[Item],
    *,
    invert: bool = False,
    threshold: int | None = None,
    weights: WeightSource | None = None,
    jobs: int | None = None,
    told: Callable[[int], None] = lambda _: None,
) -> Row:
    """Score results against truths.

    Parameters
    ----------
    name
        What the row is called.
    items
        Page's name, result (None for a gap) and truth; see `docbin.evaluate.matching.match`.
    invert, threshold
        As for `docbin.evaluate.results.read_result`.
    weights, jobs, told
        As for `score_method`.
    """
    source = weights or own_weights()

    def work(item: Item) -> PageScore:
        page, result, truth_path = item
        if result is None:
            return PageScore(page, None, f"{name} has no result of it")
        truth = read_mask(truth_path)
        mask = read_result(result, invert=invert, threshold=threshold)
        if not invert:
            refuse_inverted(result, mask, truth)
        with _naming(result):
            return _scored(page, mask, truth, source)

    return Row(name, tuple(_each(work, list(items), jobs, told)))


def _binarized(binarizer: Any, page: Page) -> Mask:
    mask = as_bilevel(page.pixels)
    if mask is not None:
        return mask
    if hasattr(binarizer, "at"):
        binarizer = binarizer.at(_resolution(page))
    return as_mask(binarizer(as_array(page.pixels)))


def _resolution(page: Page) -> float | None:
    """Return a page's dpi; 72 and 96 are what cameras and screens write without knowing."""
    if page.dpi is None or set(page.dpi) <= {72.0, 96.0}:
        return None
    return math.sqrt(math.prod(page.dpi))


def _scored(page: str, mask: Mask, truth: Mask, source: WeightSource) -> PageScore:
    if mask.shape != truth.shape:
        score(mask, truth, weights=None)  # says what is wrong
    return PageScore(page, score(mask, truth, weights=source(page, truth)))


@contextlib.contextmanager
def _naming(path: Path) -> Iterator[None]:
    """Put the file into messages that do not name it."""
    try:
        yield
    except InputError as error:
        raise InputError(f"{shown(path)}: {error}") from error


def _each(
    work: Callable[[Any], PageScore],
    items: Sequence[Any] | Dataset,
    jobs: int | None,
    told: Callable[[int], None],
) -> Iterator[PageScore]:
    """Work on several pages at once, each on one thread; the order is that of the items."""
    count = min(jobs or kernels.threads(), max(1, len(items)))
    if count == 1:
        for done, item in enumerate(items, 1):
            yield work(item)
            told(done)
        return

    def alone(item: Any) -> PageScore:
        with kernels.limit_threads(1):
            return work(item)

    with ThreadPoolExecutor(count) as pool:
        try:
            for done, page in enumerate(pool.map(alone, items), 1):
                yield page
                told(done)
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
