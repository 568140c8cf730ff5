"""``docbin tune``."""

from __future__ import annotations

import functools
import json
import shlex
import sys
from typing import TYPE_CHECKING, Any

import click

from docbin.commands.names import METHOD

if TYPE_CHECKING:
    from docbin.evaluate.tuning import Space, Tuned


@click.command()
@click.option("-m", "--method", "name", type=METHOD, required=True, help="The method.")
@click.option("--data", metavar="DIR|NAME", required=True, help="Pages with truth.")
@click.option("--split", help="Only the pages of this split of the data.")
@click.option("--only", multiple=True, metavar="SET", help="Only the pages of this set.")
@click.option("--grid", multiple=True, metavar="KEY=VALUES", help="k=0.1,0.2 or window=15:75:10.")
@click.option("--set", "texts", multiple=True, metavar="KEY=VALUE", help="Keep a parameter so.")
@click.option("--trials", type=click.IntRange(1), help="Search with Optuna, this many trials.")
@click.option("--metric", default="fm", show_default=True, help="What to look at.")
@click.option("--seed", type=int, default=0, show_default=True, help="Seed of Optuna's sampler.")
@click.option("-j", "--jobs", type=click.IntRange(1), help="Pages at once; all cores if not given.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option("-q", "--quiet", is_flag=True, help="No progress.")
def tune(
    name: str, *, data: str, split: str | None, only: tuple[str, ...], as_json: bool, **rest: Any
) -> None:
    """Find a method's best parameters on pages with truth.

    \b
    docbin tune -m sauvola --data pages/ --grid k=0.05:0.4:0.05 --grid window=15,25,51
    docbin tune -m isauvola --data pages/ --trials 60

    Each set is left out once: its score is that of the parameters found on the other sets, which
    is what to expect on other pages. The setting to use is found on all of them. A single set is
    split into groups of pages. Without --grid and --trials all numbers of the method are tried
    around their defaults, if that makes no more than 2000 settings.
    """  # noqa: D301 (click reads the \\b)
    from docbin.evaluate.datasets import Dataset

    pages = Dataset.open(data, split=split)
    if only:
        pages = pages.only(*only)
    found, kept = _search(name, pages, **rest)
    if as_json:
        print(json.dumps(_told(name, found, kept, rest["metric"]), indent=1))
    else:
        print("\n".join(_lines(name, found, kept, rest["metric"])))


def _search(
    name: str,
    pages: Any,
    *,
    grid: tuple[str, ...],
    texts: tuple[str, ...],
    trials: int | None,
    metric: str,
    seed: int,
    jobs: int | None,
    quiet: bool,
) -> tuple[Tuned, dict[str, Any]]:
    """Search; also return the parameters that were kept."""
    from docbin.api import create
    from docbin.commands.progress import progress
    from docbin.commands.settings import settings
    from docbin.evaluate.tuning import tune as search

    kept = settings(name, texts)
    create(name, **kept)
    space, size = _space(name, grid, kept, trials)
    with progress(quiet=quiet) as bar:
        found = search(
            functools.partial(create, name, **kept),
            pages,
            space,
            metric=metric,
            trials=trials,
            seed=seed,
            jobs=jobs,
            told=lambda done: bar.update(done, max(size, done)),
        )
    return found, kept


def _space(
    name: str, grid: tuple[str, ...], kept: dict[str, Any], trials: int | None
) -> tuple[Space, int]:
    """Return what to try, and in how many settings at most."""
    import math

    from docbin.commands import search_space
    from docbin.errors import UsageError
    from docbin.evaluate.tuning import Span

    space = search_space.given(name, grid) if grid else search_space.usual(name)
    both = [key for key in space if key in kept]
    if grid and both:
        raise UsageError(f"--grid and --set both give '{both[0]}'")
    space = {key: its for key, its in space.items() if key not in kept}
    if not space:
        raise UsageError("every parameter is kept by --set: there is nothing to search")
    if trials is not None:
        return space, trials
    size = math.prod(
        len(its.values(5)) if isinstance(its, Span) else len(its) for its in space.values()
    )
    if size > 2000:
        raise UsageError(
            f"that makes {size} settings; give fewer values with --grid, keep some with --set, or "
            "use --trials"
        )
    return space, size + 1


def _command(name: str, params: dict[str, Any]) -> str:
    pairs = [part for key, value in params.items() for part in ("--set", f"{key}={value}")]
    return shlex.join(["docbin", "clean", "-m", name, *pairs])


def _lines(name: str, found: Tuned, kept: dict[str, Any], metric: str) -> list[str]:
    from docbin.commands.columns import columns

    rows = [["left out", "pages", metric, "defaults", "found on the others"]]
    rows += [
        [fold.name, str(fold.pages), f"{fold.score:.2f}", f"{fold.usual:.2f}", _shown(fold.params)]
        for fold in found.folds
    ]
    if found.expected is not None:
        usual = sum(fold.usual for fold in found.folds) / len(found.folds)
        rows.append(["mean", "", f"{found.expected:.2f}", f"{usual:.2f}", ""])
    else:
        print("docbin: one page: nothing can be left out", file=sys.stderr)
        rows = []
    rest = f"all pages: {metric} {found.score:.2f} (defaults {found.usual:.2f}), "
    rest += f"{found.tried} settings scored"
    return [*columns(rows), rest, _command(name, {**kept, **found.params})]


def _shown(params: dict[str, Any]) -> str:
    return " ".join(f"{key}={value}" for key, value in params.items())


def _told(name: str, found: Tuned, kept: dict[str, Any], metric: str) -> dict[str, Any]:
    return {
        "method": name,
        "metric": metric,
        "left_out": [
            {
                "set": fold.name,
                "pages": fold.pages,
                "score": fold.score,
                "defaults": fold.usual,
                "params": fold.params,
            }
            for fold in found.folds
        ],
        "expected": found.expected,
        "final": {
            "params": {**kept, **found.params},
            "score": found.score,
            "defaults": found.usual,
            "command": _command(name, {**kept, **found.params}),
        },
        "settings": found.tried,
    }
