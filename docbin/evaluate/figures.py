"""The figures that a packed network carries: scores of pages, to be measured again to the digit.

``{"columns": ["fm", …], "pages": {"dibco2011/HW1": [91.05, …]}}``: rounded to two digits
as the contests print them, null where a value is infinite. A packed network gives the same bits
everywhere, so the digits must come out again.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from docbin.errors import InputError
from docbin.evaluate.datasets import Dataset, Sample
from docbin.evaluate.run import Binarizer, PageScore, no_weights, score_method

COLUMNS = ("fm", "pfm_skeleton", "psnr", "drd")
_DIGITS = 2

Values = list[float | None]


def measured(
    binarizer: Binarizer,
    samples: Dataset | Sequence[Sample],
    *,
    jobs: int | None = None,
    told: Callable[[int], None] = lambda _: None,
) -> dict[str, Any]:
    """Return the figures of a binarizer on pages; the parameters are those of `score_method`."""
    row = score_method("", binarizer, samples, weights=no_weights, jobs=jobs, told=told)
    return {"columns": list(COLUMNS), "pages": {page.name: _values(page) for page in row.pages}}


def _values(page: PageScore) -> Values:
    values = [getattr(page.scores, column) for column in COLUMNS]
    return [round(value, _DIGITS) if math.isfinite(value) else None for value in values]


def pages(figures: Any) -> dict[str, Values]:
    """Return page -> values of recorded figures, checked.

    Raises
    ------
    InputError
        If they are not as this module writes them.
    """
    told = figures.get("pages") if isinstance(figures, Mapping) else None
    if not isinstance(told, Mapping) or figures.get("columns") != list(COLUMNS):
        raise InputError(f"the figures are no table of {', '.join(COLUMNS)} by page")
    for name, values in told.items():
        if not isinstance(values, list) or len(values) != len(COLUMNS):
            raise InputError(f"the figures of page '{name}' are {values!r}")
        if any(not (value is None or isinstance(value, int | float)) for value in values):
            raise InputError(f"the figures of page '{name}' are {values!r}")
    return dict(told)


def means(figures: Any) -> dict[str, tuple[int, Values]]:
    """Return set -> its pages, and the means of `COLUMNS` and of the Avg-Score.

    The Avg-Score of a page is (fm + pfm_skeleton + psnr + 100 − drd) / 4. Infinite values are left
    out.
    """
    sets: dict[str, list[Values]] = {}
    for name, values in pages(figures).items():
        sets.setdefault(name.rpartition("/")[0], []).append([*values, _average(values)])
    return {
        name: (len(rows), [mean(column) for column in zip(*rows, strict=True)])
        for name, rows in sets.items()
    }


def _average(values: Values) -> float | None:
    fm, pfm, psnr, drd = values
    if fm is None or pfm is None or psnr is None or drd is None:
        return None
    return (fm + pfm + psnr + 100 - drd) / 4


def mean(values: Iterable[float | None]) -> float | None:
    """Return the mean of those values that are numbers; None if none is."""
    numbers = [value for value in values if value is not None]
    return math.fsum(numbers) / len(numbers) if numbers else None
