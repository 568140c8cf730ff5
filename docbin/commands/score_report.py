"""What `docbin score` prints: tables for people, JSON, CSV and LaTeX for programs."""

from __future__ import annotations

import csv
import json
import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from docbin.commands.score_table import latex, tables
from docbin.errors import UsageError
from docbin.evaluate.ranking import RANKED, Ranked, rank
from docbin.evaluate.run import METRICS, PageScore, Row
from docbin.evaluate.statistics import LEVEL, Difference, difference, interval
from docbin.registry import near_miss
from docbin.version import __version__

_INFINITE = "infinite, since no pixel is wrong"
_LEFT_OUT = "left out (--no-weights)"


@dataclass(frozen=True, slots=True)
class Wish:
    """What to print: the form, and what beside the means."""

    form: str | None = None
    rank: bool = False
    against: str | None = None
    pages: bool = False
    every: bool = False
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Findings:
    """Rows, and what follows from several of them."""

    rows: tuple[Row, ...]
    ranking: tuple[Ranked, ...]
    left_out: tuple[str, ...]
    against: str | None
    differences: dict[str, dict[str, Difference]]
    wish: Wish


def print_report(rows: Sequence[Row], wish: Wish) -> None:
    """Print rows to standard output in the form that was asked for."""
    found = findings(rows, wish)
    if wish.form == "json":
        print(json.dumps(document(found), indent=2, ensure_ascii=True, allow_nan=False))
    elif wish.form == "csv":
        _print_csv(rows)
    elif wish.form == "latex":
        print(latex(found))
    else:
        tables(found)


def findings(rows: Sequence[Row], wish: Wish) -> Findings:
    """Rank and compare the rows as far as that is asked for."""
    ranking, left_out = _ranking(rows) if wish.rank else ((), ())
    against = None if wish.against is None else _chosen(rows, wish.against)
    differences = {} if against is None else _differences(rows, against, wish.seed)
    name = None if against is None else against.name
    return Findings(tuple(rows), ranking, left_out, name, differences, wish)


def _ranking(rows: Sequence[Row]) -> tuple[tuple[Ranked, ...], tuple[str, ...]]:
    """Rank the rows on the pages that all of them have; also return the others."""
    if len(rows) < 2:
        raise UsageError("--rank needs several rows: results in several folders, or several -m")
    tables = [{page.name: page.scores for page in row.scored} for row in rows]
    names = list(dict.fromkeys(page.name for row in rows for page in row.pages))
    shared = [name for name in names if all(name in table for table in tables)]
    scores = {
        row.name: [table[name] for name in shared] for row, table in zip(rows, tables, strict=True)
    }
    left_out = tuple(name for name in names if name not in shared)
    return tuple(rank(scores)), left_out  # type: ignore[arg-type]


def _chosen(rows: Sequence[Row], name: str) -> Row:
    """Return the row that others are compared with."""
    names = [row.name for row in rows]
    wanted = name.rstrip("/")
    for row in rows:
        if wanted == row.name:
            return row
    raise UsageError(
        f"--against: there is no row '{name}'.{near_miss(name, names)} Rows: {', '.join(names)}."
    )


def _differences(rows: Sequence[Row], against: Row, seed: int) -> dict[str, dict[str, Difference]]:
    found: dict[str, dict[str, Difference]] = {}
    for row in rows:
        if row is against:
            continue
        found[row.name] = {}
        for metric in RANKED:
            mine, theirs = _both(row, against, metric)
            if mine:
                found[row.name][metric] = difference(mine, theirs, seed=seed)
    return found


def _both(row: Row, other: Row, metric: str) -> tuple[list[float], list[float]]:
    """Return a metric of two rows on the pages on which both have a finite value."""
    theirs = {page.name: getattr(page.scores, metric) for page in other.scored}
    pairs = [
        (getattr(page.scores, metric), theirs[page.name])
        for page in row.scored
        if page.name in theirs
    ]
    finite = [pair for pair in pairs if None not in pair and math.isfinite(pair[0] + pair[1])]
    return [a for a, _ in finite], [b for _, b in finite]


def document(found: Findings) -> dict[str, Any]:
    """Return the JSON document; it has no number that JSON has not."""
    told: dict[str, Any] = {
        "docbin": __version__,
        "confidence": LEVEL,
        "rows": [_row(row, found.wish.seed) for row in found.rows],
    }
    if found.ranking:
        told["ranking"] = [item._asdict() for item in found.ranking]
        told["pages_not_ranked"] = list(found.left_out)
    if found.against is not None:
        told["against"] = found.against
        told["differences"] = {
            name: {
                metric: {**gap._asdict(), "interval": list(gap.interval)}
                for metric, gap in metrics.items()
            }
            for name, metrics in found.differences.items()
        }
    return told


def _row(row: Row, seed: int) -> dict[str, Any]:
    intervals = {
        metric: list(interval(row.values(metric), seed=seed)) if row.values(metric) else None
        for metric in METRICS
    }
    sets = [row.only(name) for name in row.sets] if len(row.sets) > 1 else []
    return {
        "name": row.name,
        "pages_scored": len(row.scored),
        "gaps": [page.name for page in row.gaps],
        "infinite_psnr": row.perfect,
        "means": _means(row),
        "intervals": intervals,
        "reasons": _mean_reasons(row),
        "sets": [
            {
                "name": name,
                "pages_scored": len(part.scored),
                "infinite_psnr": part.perfect,
                "means": _means(part),
                "reasons": _mean_reasons(part),
            }
            for name, part in zip(row.sets, sets, strict=False)
        ],
        "pages": [_page(page) for page in row.pages],
    }


def _means(row: Row) -> dict[str, float | None]:
    return {metric: row.mean(metric) for metric in METRICS}


def _mean_reasons(row: Row) -> dict[str, str]:
    """Say why a mean is null, or over fewer pages than there are."""
    reasons: dict[str, str] = {}
    for metric in METRICS:
        missing = len(row.scored) - len(row.values(metric))
        if not row.scored:
            reasons[metric] = "no page has a result"
        elif missing and metric == "pfm_weighted":
            reasons[metric] = _LEFT_OUT
        elif missing:
            reasons[metric] = f"{missing} of {len(row.scored)} pages are {_INFINITE}; not averaged"
    return reasons


def _page(page: PageScore) -> dict[str, Any]:
    if page.scores is None:
        return {"page": page.name, "gap": page.reason}
    told: dict[str, Any] = {"page": page.name}
    reasons = {}
    for metric in METRICS:
        value = getattr(page.scores, metric)
        if value is None:
            reasons[metric] = _LEFT_OUT
        elif not math.isfinite(value):
            reasons[metric], value = _INFINITE, None
        told[metric] = value
    return {**told, "reasons": reasons, "notes": list(page.scores.notes)}


def _print_csv(rows: Sequence[Row]) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(["row", "page", *METRICS, "gap"])
    for row in rows:
        for page in row.pages:
            values = [None if page.scores is None else getattr(page.scores, m) for m in METRICS]
            cells = ["" if value is None else repr(float(value)) for value in values]
            writer.writerow([row.name, page.name, *cells, page.reason])
