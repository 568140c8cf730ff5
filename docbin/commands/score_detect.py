"""``docbin score --detect``: regions of text against their truth."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from docbin.errors import UsageError

if TYPE_CHECKING:
    from docbin.evaluate.detection.run import DetectionRun
    from docbin.evaluate.labels import LabelSet

_OWN = ("labels", "found", "kinds", "by_kind")
_TITLES = {"icdar2015": "ICDAR 2015", "deteval": "DetEval", "total-text": "Total-Text's DetEval"}
# So many are told one by one; --json has all.
_TOLD = 20


@dataclass(frozen=True, slots=True)
class DetectWish:
    """What ``--detect`` was asked for."""

    labels: str
    found: str
    kinds: tuple[str, ...]
    by_kind: bool


def check_options(context: click.Context, *, detect: bool) -> None:
    """Refuse options that mean nothing with, or without, ``--detect``."""
    given = [
        option
        for option in context.command.params
        if context.get_parameter_source(option.name or "") == click.core.ParameterSource.COMMANDLINE
    ]
    allowed = (*_OWN, "paths", "detect", "form", "quiet")
    for option in given:
        if detect and (
            option.name not in allowed
            or (option.name == "form" and context.params["form"] != "json")
        ):
            name = f"--{context.params['form']}" if option.name == "form" else option.opts[-1]
            raise UsageError(f"{name} does not go with --detect")
        if not detect and option.name in _OWN:
            raise UsageError(f"{option.opts[-1]} goes with --detect")


def score_detect(paths: Sequence[Path], wish: DetectWish, *, form: str | None, quiet: bool) -> int:
    """Read, score and print; 1 if a page has no results or a file cannot be read."""
    from docbin.evaluate.detection.run import score_detection
    from docbin.evaluate.labels import FORMATS, read_labels

    if len(paths) != 2:
        raise UsageError(
            "give results and their truth: docbin score --detect RESULTS TRUTH "
            f"(formats for --found and --labels: {', '.join(FORMATS)})"
        )
    results, truth = read_labels(paths[0], wish.found), read_labels(paths[1], wish.labels)
    run = score_detection(results, truth, kinds=wish.kinds, by_kind=wish.by_kind)
    if form == "json":
        print(json.dumps(_document(run, results, truth), indent=2, allow_nan=False))
    else:
        _print_tables(run)
    if not quiet:
        _tell(run, results, truth)
    return int(bool(run.missing or results.failures or truth.failures))


def _document(run: DetectionRun, results: LabelSet, truth: LabelSet) -> dict[str, Any]:
    from docbin.version import __version__

    ranking = None if run.ranking is None else asdict(run.ranking)
    return {
        "docbin": __version__,
        "pages": run.pages,
        "rules": {name: asdict(scores) for name, scores in run.rules.items()},
        "ranking": ranking,
        "reasons": {} if run.reason is None else {"ranking": run.reason},
        "missing": list(run.missing),
        "extra": list(run.extra),
        "crossing_outlines": {"truth": run.dropped_truths, "results": run.dropped_found},
        "truth": {**truth.counts(), "problems": [str(problem) for problem in truth.problems]},
        "results": {**results.counts(), "problems": [str(problem) for problem in results.problems]},
    }


def _print_tables(run: DetectionRun) -> None:
    from docbin.commands.score_table import print_table

    lines = [
        [_TITLES[name], *(f"{100 * value:.2f}" for value in (one.precision, one.recall, one.h)),
         str(one.truths), str(one.found)]
        for name, one in run.rules.items()
    ]  # fmt: skip
    header = ["rule", "precision", "recall", "H", "to find", "found"]
    print_table(f"regions of text, {run.pages} pages", header, lines)
    if run.ranking is None:
        print(f"no average precision: {run.reason}")
        return
    every = run.ranking
    rows = [[kind.kind, kind.pascal, kind.ap50, kind.ap50_95, kind.truths] for kind in every.kinds]
    if len(rows) > 1:
        total = sum(kind.truths for kind in every.kinds)
        rows.append(["mean", every.pascal, every.map50, every.map50_95, total])
    cells = [[str(row[0]), *(_percent(value) for value in row[1:4]), str(row[4])] for row in rows]
    header = ["kind", "Pascal AP", "AP 50", "AP 50-95", "to find"]
    print_table("average precision", header, cells)
    if every.confidence is not None:
        print(
            f"best F1 at IoU 0.5: {_percent(every.f1)} (precision {_percent(every.precision)}, "
            f"recall {_percent(every.recall)}) with scores from {every.confidence:g}"
        )
    if every.capped:
        print(f"average precision leaves out {every.capped} detections beyond 1000 a page")


def _percent(value: Any) -> str:
    return "-" if value is None else f"{100 * value:.2f}"


def _tell(run: DetectionRun, results: LabelSet, truth: LabelSet) -> None:
    """Say on standard error what was not as it should be."""
    told = [f"truth: {problem}" for problem in truth.problems]
    told += [f"results: {problem}" for problem in results.problems]
    told += [f"page '{name}' has no results: scored as nothing found" for name in run.missing]
    told += [f"results '{name}' have no truth: not scored" for name in run.extra]
    for side, count in (("truth", run.dropped_truths), ("results", run.dropped_found)):
        if count:
            told.append(f"{side}: {count} outlines that cross themselves count nowhere")
    for line in told[:_TOLD]:
        print(f"docbin: {line}", file=sys.stderr)
    if len(told) > _TOLD:
        print(f"docbin: and {len(told) - _TOLD} more; --json has all", file=sys.stderr)
