"""Search for a binarizer's parameters, with the honesty of sets left out.

Parameters that were chosen on a page say little about how well they do on another. So for every
set of the data the search runs on the other sets alone, and what it found is scored on the set
that was left out. Only the last search, for the setting to use, sees all pages.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any, TypeAlias

from docbin.dependencies import load
from docbin.errors import InputError, UsageError
from docbin.evaluate.datasets import Dataset
from docbin.evaluate.run import METRICS, Row, no_weights, own_weights, score_method
from docbin.registry import near_miss

Params: TypeAlias = dict[str, Any]

# Metrics of which less is better.
_LESS = ("drd", "nrm", "mpm")
# Where there is a single set: groups of pages that are left out in turn.
_GROUPS = 5
# A perfect page's PSNR is infinite; for the search it counts as this.
_PERFECT = 100.0


@dataclass(frozen=True, slots=True)
class Span:
    """Values that a parameter may take.

    Parameters
    ----------
    low, high
        Smallest and largest.
    step
        Between neighbours, for whole numbers; None for any number between.
    """

    low: float
    high: float
    step: int | None = None

    def values(self, count: int) -> list[Any]:
        """Return ``count`` values evenly from low to high, fewer where they fall together."""
        places = [self.low + (self.high - self.low) * i / max(1, count - 1) for i in range(count)]
        if self.step is None:
            return [float(f"{place:.4g}") for place in places]
        low, step = int(self.low), self.step
        return sorted({low + round((place - low) / step) * step for place in places})


# Parameter -> the values to try, or a span of them.
Space: TypeAlias = Mapping[str, Sequence[Any] | Span]


@dataclass(frozen=True, slots=True)
class Fold:
    """A set that was left out.

    Parameters
    ----------
    name
        The set, or ``"group 1"`` … where there are no sets.
    pages
        Its number of pages.
    params
        What the search found on the others.
    score
        The set's score with it.
    usual
        The set's score with the method's defaults.
    """

    name: str
    pages: int
    params: Params
    score: float
    usual: float


@dataclass(frozen=True, slots=True)
class Tuned:
    """What `tune` found.

    Parameters
    ----------
    folds
        Each left-out set.
    params, score
        The setting found on all pages, and its score there: what to use, not what to expect.
    usual
        The score of the defaults on all pages.
    tried
        How many settings were scored.
    """

    folds: tuple[Fold, ...]
    params: Params
    score: float
    usual: float
    tried: int

    @property
    def expected(self) -> float | None:
        """The mean of the left-out sets' scores: what to expect on pages of another set."""
        return _mean(fold.score for fold in self.folds) if self.folds else None


def tune(
    factory: Callable[..., Any],
    data: Dataset,
    space: Space,
    *,
    metric: str = "fm",
    trials: int | None = None,
    seed: int = 0,
    jobs: int | None = None,
    told: Callable[[int], None] = lambda _: None,
) -> Tuned:
    """Search the parameters of ``factory`` on pages with truth.

    A setting's score on some sets is the mean of its means over the pages of each.

    Parameters
    ----------
    factory
        Makes a binarizer from parameters by name; those that it refuses with a `UsageError` are
        not tried.
    data
        Pages with truth; several sets are left out in turn, else groups of pages.
    space
        What to try.
    metric
        A field of `docbin.evaluate.Scores`.
    trials
        Trials of Optuna's TPE sampler for each search; None: the whole grid of ``space``, five
        values of each span.
    seed
        Seed of the sampler.
    jobs
        Pages at once. Results do not depend on it.
    told
        Is called with the number of settings scored so far.
    """
    if metric not in METRICS:
        raise UsageError(
            f"there is no metric '{metric}'.{near_miss(metric, list(METRICS))} "
            f"Known: {', '.join(METRICS)}."
        )
    if not len(data):
        raise InputError("there are no pages to tune on")
    table = _Table(factory, data, metric, jobs, told)
    groups = _groups(data)
    less = metric in _LESS
    search = _grid(space, less=less) if trials is None else _sampler(space, trials, seed, less=less)
    folds = []
    for name, pages in groups.items() if len(groups) > 1 else ():
        others = {other: its for other, its in groups.items() if other != name}
        found = search(functools.partial(table.score, groups=others))
        one = {name: pages}
        score = table.score(found, one)
        folds.append(Fold(name, len(pages), found, score, table.score({}, one)))
    final = search(functools.partial(table.score, groups=groups))
    score, usual = table.score(final, groups), table.score({}, groups)
    return Tuned(tuple(folds), final, score, usual, len(table.rows))


def _groups(data: Dataset) -> dict[str, list[int]]:
    """Return the pages of each set, or of groups of pages where there is one set."""
    names = [sample.set for sample in data]
    if len(data.sets) < 2:
        count = min(_GROUPS, len(data))
        names = [f"group {index % count + 1}" for index in range(len(data))]
    return {
        name: [index for index, its in enumerate(names) if its == name]
        for name in dict.fromkeys(names)
    }


def _mean(values: Iterable[float]) -> float:
    every = list(values)
    return math.fsum(every) / len(every)


@dataclass(slots=True)
class _Table:
    """Scores of settings on all pages, each setting scored once."""

    factory: Callable[..., Any]
    data: Dataset
    metric: str
    jobs: int | None
    told: Callable[[int], None]
    rows: dict[tuple[tuple[str, Any], ...], list[float] | None] = field(default_factory=dict)

    def score(self, params: Params, groups: Mapping[str, Sequence[int]]) -> float:
        """Return the mean of the groups' means; the worst there is for a refused setting."""
        key = tuple(sorted(params.items()))
        if key not in self.rows:
            self.rows[key] = self._scored(params)
            self.told(len(self.rows))
        values = self.rows[key]
        if values is None:
            return math.inf if self.metric in _LESS else -math.inf
        return _mean(_mean(values[index] for index in pages) for pages in groups.values())

    def _scored(self, params: Params) -> list[float] | None:
        try:
            binarizer = self.factory(**params)
        except UsageError:
            if not params:
                raise
            return None
        weights = own_weights() if self.metric == "pfm_weighted" else no_weights
        row = score_method("", binarizer, self.data, weights=weights, jobs=self.jobs)
        return list(_values(row, self.metric))


def _values(row: Row, metric: str) -> Iterator[float]:
    for page in row.pages:
        value = getattr(page.scores, metric)
        if value is None or math.isnan(value):
            raise InputError(f"page '{page.name}' has no {metric}; tune on pages that have ink")
        yield min(value, _PERFECT) if metric == "psnr" else value


# From a function that scores a setting to the best setting.
_Search: TypeAlias = Callable[[Callable[[Params], float]], Params]


def _grid(space: Space, *, less: bool, count: int = 5) -> _Search:
    """Return a search of all combinations; of equals the first wins."""
    names = list(space)
    lists = [its.values(count) if isinstance(its, Span) else list(its) for its in space.values()]
    settings = [dict(zip(names, values, strict=True)) for values in product(*lists)]

    def search(score: Callable[[Params], float]) -> Params:
        scores = [score(params) for params in settings]
        best = (min if less else max)(scores, default=math.inf)
        if not math.isfinite(best):
            raise UsageError("no setting of the grid is allowed for this method")
        return settings[scores.index(best)]

    return search


def _sampler(space: Space, trials: int, seed: int, *, less: bool) -> _Search:
    """Return a search by Optuna's tree-structured Parzen estimator."""
    optuna = load("optuna", purpose="a search with trials")
    optuna.logging.set_verbosity(optuna.logging.WARNING)

    def search(score: Callable[[Params], float]) -> Params:
        def objective(trial: Any) -> float:
            params = {name: _suggest(trial, name, its) for name, its in space.items()}
            trial.set_user_attr("params", params)
            value = score(params)
            if not math.isfinite(value):
                raise optuna.TrialPruned
            return value

        study = optuna.create_study(
            direction="minimize" if less else "maximize",
            sampler=optuna.samplers.TPESampler(seed=seed),
        )
        study.optimize(objective, n_trials=trials)
        if not any(trial.state.name == "COMPLETE" for trial in study.trials):
            raise UsageError("no setting that was tried is allowed for this method")
        found: Params = study.best_trial.user_attrs["params"]
        return found

    return search


def _suggest(trial: Any, name: str, its: Sequence[Any] | Span) -> Any:
    if not isinstance(its, Span):
        return trial.suggest_categorical(name, list(its))
    if its.step is None:
        # Four digits are enough, and can be typed.
        return float(f"{trial.suggest_float(name, its.low, its.high):.4g}")
    return trial.suggest_int(name, int(its.low), int(its.high), step=its.step)
