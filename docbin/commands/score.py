"""``docbin score``."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from docbin.commands.names import METHOD

if TYPE_CHECKING:
    from docbin.evaluate.run import Row, WeightSource

_PATH = click.Path(path_type=Path)


@dataclass(frozen=True, slots=True)
class _Options:
    """What the command was asked for."""

    names: tuple[str, ...]
    texts: tuple[str, ...]
    data: str | None
    split: str | None
    only: tuple[str, ...]
    invert: bool
    threshold: int | None
    weights: Path | None
    without: bool
    jobs: int | None
    quiet: bool


@click.command()
@click.argument("paths", nargs=-1, type=_PATH, metavar="[RESULT... TRUTH]")
@click.option("-m", "--method", "names", multiple=True, type=METHOD, help="Score this method.")
@click.option("--set", "texts", multiple=True, metavar="KEY=VALUE", help="Set its parameter.")
@click.option("--data", metavar="DIR|NAME", help="The pages for --method: a folder or a data set.")
@click.option("--split", help="Only the pages of this split of the data.")
@click.option("--only", multiple=True, metavar="SET", help="Only the pages of this set.")
@click.option("--invert", is_flag=True, help="Results are white on black.")
@click.option("--threshold", type=click.IntRange(0, 255), help="Gray values up to this are ink.")
@click.option("--weights", type=_PATH, metavar="DIR", help="Weight maps of F_ps to take.")
@click.option("--no-weights", "without", is_flag=True, help="Leave F_ps out.")
@click.option("--rank", is_flag=True, help="Rank the rows as DIBCO does.")
@click.option("--against", metavar="ROW", help="Compare the others with this row, page by page.")
@click.option("--pages", "each", is_flag=True, help="Show every page, also of several rows.")
@click.option("--all", "every", is_flag=True, help="Show every metric.")
@click.option("--seed", type=int, default=0, show_default=True, help="Seed of the bootstrap.")
@click.option("-j", "--jobs", type=click.IntRange(1), help="Pages at once; all cores if not given.")
@click.option("--json", "form", flag_value="json", help="Print one JSON document.")
@click.option("--csv", "form", flag_value="csv", help="Print a line of CSV for every page.")
@click.option("--latex", "form", flag_value="latex", help="Print the means as a LaTeX table.")
@click.option("--detect", is_flag=True, help="Score regions of text: RESULTS TRUTH.")
@click.option("--labels", default="icdar2015", metavar="FORMAT", help="--detect: of the truth.")
@click.option("--found", default="regions", metavar="FORMAT", help="--detect: of the results.")
@click.option("--kind", "kinds", multiple=True, help="--detect: only truths of this kind.")
@click.option("--by-kind", is_flag=True, help="--detect: average precision within each kind.")
@click.option("-q", "--quiet", is_flag=True, help="No progress, no remarks.")
def score(
    paths: tuple[Path, ...],
    *,
    rank: bool,
    against: str | None,
    each: bool,
    every: bool,
    seed: int,
    form: str | None,
    detect: bool,
    labels: str,
    found: str,
    kinds: tuple[str, ...],
    by_kind: bool,
    **rest: Any,
) -> int:
    """Score results against truth, or methods on pages with truth.

    \b
    docbin score result.png truth.png
    docbin score results/ truths/
    docbin score otsu/ mine/ truths/ --rank --against otsu
    docbin score mine/ dibco2013
    docbin score -m sauvola --set k=0.3 --data dibco2013
    docbin score --detect found/ truths/ --labels icdar2015

    Files of two folders are paired by their names: H01_gt.bmp, H1.png and h01.bw.tif are one page.
    A data set is a folder with img and gt, or with X.png and X_gt.png, one with INDEX.csv, or a
    name of `docbin data`.
    Weight maps are kept in DOCBIN_CACHE (~/.cache/docbin; "off" for none). Exit code 1: a page has
    no result.
    """  # noqa: D301 (click reads the \\b)
    from docbin.commands.score_detect import DetectWish, check_options, score_detect

    check_options(click.get_current_context(), detect=detect)
    if detect:
        sought = DetectWish(labels, found, kinds, by_kind)
        return score_detect(paths, sought, form=form, quiet=rest["quiet"])
    from docbin.commands.score_report import Wish, print_report

    options = _Options(**rest)
    _check(paths, options)
    rows = _methods(options) if options.names else _folders(paths, options)
    rows = _distinct([_printable(row) for row in rows])
    wish = Wish(form=form, rank=rank, against=against, pages=each, every=every, seed=seed)
    print_report(rows, wish)
    gaps = [(row, page) for row in rows for page in row.gaps]
    for _, page in gaps:
        print(f"docbin: page '{page.name}': {page.reason}", file=sys.stderr)
    return 1 if gaps else 0


def _check(paths: Sequence[Path], options: _Options) -> None:
    """Refuse combinations that mean nothing."""
    from docbin.errors import UsageError

    if options.names and (paths or not options.data):
        raise UsageError("with --method give the pages by --data, and no other paths")
    if options.names and (options.invert or options.threshold is not None):
        raise UsageError("--invert and --threshold are for results in files, not for --method")
    if not options.names:
        if len(paths) < 2:
            raise UsageError(
                "give results and their truth: docbin score RESULT TRUTH; or a method and pages: "
                "docbin score --method NAME --data DIR"
            )
        if options.data or options.texts:
            raise UsageError("--data and --set go with --method")
    if options.texts and len(options.names) > 1:
        raise UsageError("--set goes with a single --method")
    if options.weights and options.without:
        raise UsageError("give --weights or --no-weights, not both")


def _weights(options: _Options) -> WeightSource:
    from docbin.evaluate.run import given_weights, no_weights, own_weights

    if options.without:
        return no_weights
    return given_weights(options.weights) if options.weights else own_weights()


def _methods(options: _Options) -> list[Row]:
    """Score methods on a data set."""
    from docbin.commands.progress import progress
    from docbin.commands.seconds import say_seconds
    from docbin.commands.settings import settings
    from docbin.evaluate.datasets import Dataset
    from docbin.evaluate.run import score_method

    for name in options.names:
        say_seconds(name, settings(name, options.texts), quiet=options.quiet)
    binarizers = [(name, settings(name, options.texts)) for name in options.names]
    methods = [(name, params, _named(name, params)) for name, params in binarizers]
    data = Dataset.open(str(options.data), split=options.split)
    if options.only:
        data = data.only(*options.only)
    weights = _weights(options)
    rows = []
    with progress(quiet=options.quiet) as bar:
        for index, (name, params, binarizer) in enumerate(methods):
            label = " ".join([name, *(f"{key}={value}" for key, value in params.items())])
            told = _counting(bar, index * len(data), len(methods) * len(data))
            rows.append(
                score_method(label, binarizer, data, weights=weights, jobs=options.jobs, told=told)
            )
    return rows


@dataclass(frozen=True, slots=True)
class _Named:
    """A method by name, ``auto`` included, as a binarizer."""

    method: str
    params: dict[str, Any]
    dpi: float | None = None

    def at(self, dpi: float | None) -> _Named:
        return replace(self, dpi=dpi)

    def __call__(self, pixels: Any) -> Any:
        from docbin.api import binarize

        return binarize(pixels, self.method, dpi=self.dpi, **self.params)


def _named(name: str, params: dict[str, Any]) -> _Named:
    """Return the binarizer; wrong names and parameters are refused before any work."""
    from docbin.api import AUTO, create

    if name != AUTO or params:
        create(name, **params)
    return _Named(name, params)


def _folders(paths: Sequence[Path], options: _Options) -> list[Row]:
    """Score files or folders of results; all are paired before the work starts."""
    from docbin.commands.progress import progress
    from docbin.evaluate.matching import match, open_truth
    from docbin.evaluate.run import score_files

    *results, last = paths
    truth = open_truth(last, split=options.split, only=options.only)
    plan = [(result, match(result, truth)) for result in results]
    weights = _weights(options)
    total = sum(len(items) for _, items in plan)
    rows, done = [], 0
    with progress(quiet=options.quiet) as bar:
        for result, items in plan:
            rows.append(
                score_files(
                    result.name or str(result),
                    items,
                    invert=options.invert,
                    threshold=options.threshold,
                    weights=weights,
                    jobs=options.jobs,
                    told=_counting(bar, done, total),
                )
            )
            done += len(items)
    names = [row.name for row in rows]
    return [
        replace(row, name=str(result)) if names.count(row.name) > 1 else row
        for row, (result, _) in zip(rows, plan, strict=True)
    ]


def _counting(bar: Any, before: int, total: int) -> Callable[[int], None]:
    return lambda done: bar.update(before + done, total)


def _printable(row: Row) -> Row:
    """Return the row with names on one line, in characters that any output takes."""
    from docbin.io.names import shown

    pages = tuple(
        replace(page, name=shown(page.name)[1:-1], reason=shown(page.reason)[1:-1])
        for page in row.pages
    )
    return replace(row, name=shown(row.name)[1:-1], pages=pages)


def _distinct(rows: list[Row]) -> list[Row]:
    from docbin.errors import UsageError

    for index, row in enumerate(rows):
        if any(row.name == other.name for other in rows[:index]):
            raise UsageError(f"'{row.name}' is given twice")
    return rows
