"""``docbin bench``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from docbin.commands.names import METHOD

if TYPE_CHECKING:
    from collections.abc import Sequence

    from docbin.evaluate.tradeoff import Candidate

_PATH = click.Path(path_type=Path)


@click.group()
def bench() -> None:
    """Measure methods against each other."""


@bench.command()
@click.option("--data", metavar="DIR|NAME", required=True, help="Pages with truth.")
@click.option("--split", help="Only the pages of this split of the data.")
@click.option("--only", multiple=True, metavar="SET", help="Only the pages of this set.")
@click.option("-m", "--method", "names", multiple=True, type=METHOD, help="All if not given.")
@click.option(
    "--weights", multiple=True, metavar="FILE|DIR", help="Also this network, or trained pipeline."
)
@click.option("--rounds", type=click.IntRange(1), default=5, show_default=True,
              help="How often each method is timed.")  # fmt: skip
@click.option("-o", "--output", type=_PATH, metavar="DIR",
              help="Write models.md, models.json and models.svg there.")  # fmt: skip
@click.option("--force", is_flag=True, help="Overwrite them.")
@click.option("-j", "--jobs", type=click.IntRange(1), help="Pages at once; all cores if not given.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option("-q", "--quiet", is_flag=True, help="No progress.")
def models(
    *,
    data: str,
    split: str | None,
    only: tuple[str, ...],
    names: tuple[str, ...],
    weights: tuple[str, ...],
    rounds: int,
    output: Path | None,
    force: bool,
    jobs: int | None,
    as_json: bool,
    quiet: bool,
) -> None:
    """Quality against time of all methods, classical and learned.

    \b
    docbin bench models --data pages/ --split dev -o bench/
    docbin bench models --data dibco2013 -m auto -m howe --weights net.docbin

    Scores are means over the sets of FM, pseudo-FM with the skeleton's recall, PSNR, DRD and their
    Avg-Score. Time is that of the processor on one thread, for a page of median size (of more than
    a megapixel its middle); all methods take turns, medians count. A star: no other method is as
    good and faster. In the picture these are joined.
    """  # noqa: D301 (click reads the \\b)
    from docbin.commands import tradeoff_report as report
    from docbin.commands.progress import progress
    from docbin.evaluate.datasets import Dataset
    from docbin.evaluate.tradeoff import measure
    from docbin.io.atomic import check_target

    candidates = _candidates(names, weights)
    pages = Dataset.open(data, split=split)
    pages = pages.only(*only) if only else pages
    targets = [] if output is None else [output / f"models.{kind}" for kind in report.WRITERS]
    for target in targets:
        check_target(target, force=force)
    with progress(quiet=quiet) as bar:
        total = len(candidates) * len(pages)
        points = measure(
            candidates, pages, rounds=rounds, jobs=jobs, told=lambda done: bar.update(done, total)
        )
    facts: dict[str, Any] = {"data": pages.name, "split": split, "pages": len(pages)}
    facts["rounds"] = rounds
    if output is not None:
        report.write(output, points, facts, force=force)
    click.echo(report.WRITERS["json"](points, facts) if as_json else report.text(points), nl=False)


def _candidates(names: Sequence[str], weights: Sequence[str]) -> list[Candidate]:
    """Return the methods that are named, or all; ``net`` stands for docbin's networks of ink."""
    from docbin.errors import UsageError
    from docbin.evaluate.tradeoff import Candidate
    from docbin.methods import METHODS, Net
    from docbin.methods import names as usable
    from docbin.runtime.shipped import DETECTORS, index

    found = []
    for name in dict.fromkeys(names or usable()):
        if name != "net":
            found.append(Candidate(name, METHODS.create(name)))
            continue
        roles = {role: path for role, path in index().items() if role not in DETECTORS}
        if not roles and names:
            Net()  # says what is missing
        for role, path in roles.items():
            found.append(Candidate(f"net {role}", Net(role), path.stat().st_size))
        if roles:
            role, path = next(iter(roles.items()))
            found.append(Candidate(f"net {role}, best", Net(role, "best"), path.stat().st_size))
    for file in weights:
        found.append(_of_weights(file))
    called = [each.name for each in found]
    for name in called:
        if called.count(name) > 1:
            raise UsageError(f"two networks would be called '{name}'; rename one of the files")
    return found


def _of_weights(file: str) -> Candidate:
    """Return what a packed network, or the folder of a trained pipeline, is a candidate of."""
    from docbin.evaluate.tradeoff import Candidate
    from docbin.methods import METHODS, Net
    from docbin.runtime.shipped import PIPELINE, located
    from docbin.runtime.staged.bundle import Bundle

    path = located(file)
    if path.name != PIPELINE:
        return Candidate(path.name, Net(file), path.stat().st_size)
    bundle = Bundle.read(path)
    method = METHODS.create(bundle.description.name, weights=file)
    size = sum(len(content) for _, content in bundle.files.values())
    return Candidate(path.absolute().parent.name, method, size)
