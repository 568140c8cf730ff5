"""The table of `benchmarks.ablation`."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

Results: TypeAlias = Sequence[Mapping[str, Any]]


def lines(results: Results) -> Iterator[str]:
    """Yield the table of all runs so far, best first."""
    by_variant: dict[str, list[Mapping[str, Any]]] = {}
    for each in results:
        by_variant.setdefault(each["variant"], []).append(each)
    base = by_variant.get("base")
    head = f"{'variant':34} {'Avg':>6} {'to base':>8} {'spread':>7} {'FM':>6} {'bytes':>7}"
    yield f"{head} s/step runs"
    order = sorted(by_variant, key=lambda name: -statistics.fmean(_of(by_variant[name], "avg")))
    for name in order:
        runs = by_variant[name]
        gap = _gap(runs, base)
        seeds = {each["seed"] for each in runs}
        means = [statistics.fmean(_of([e for e in runs if e["seed"] == s], "avg")) for s in seeds]
        size = "-" if runs[0]["bytes"] is None else str(runs[0]["bytes"])
        yield (
            f"{name:34} {statistics.fmean(_of(runs, 'avg')):6.2f} "
            f"{'-' if gap is None else f'{gap:+.2f}':>8} {max(means) - min(means):7.2f} "
            f"{statistics.fmean(_of(runs, 'fm')):6.2f} {size:>7} "
            f"{statistics.median(_of(runs, 'seconds a step')):6.2f} {len(runs):4}"
        )


def _of(runs: Results, key: str) -> list[float]:
    return [each[key] for each in runs]


def _gap(runs: Results, base: Results | None) -> float | None:
    """Return the mean difference to the runs of base with the same set and seed."""
    own = {(each["hold"], each["seed"]): each["avg"] for each in base or ()}
    gaps = [e["avg"] - own[key] for e in runs if (key := (e["hold"], e["seed"])) in own]
    return statistics.fmean(gaps) if gaps else None
