"""The tables of `docbin score`, on the terminal and in LaTeX."""

from __future__ import annotations

import math
import sys
from typing import TYPE_CHECKING, Any

from docbin.dependencies import load
from docbin.evaluate.run import METRICS, Row
from docbin.evaluate.statistics import interval

if TYPE_CHECKING:
    from docbin.commands.score_report import Findings

# Metric -> its title, and the digits after the point.
TITLES = {
    "fm": ("FM", 2),
    "pfm_skeleton": ("pFM skel.", 2),
    "pfm_weighted": ("F_ps", 2),
    "psnr": ("PSNR", 2),
    "drd": ("DRD", 2),
    "nrm": ("NRM", 4),
    "mcc": ("MCC", 4),
    "accuracy": ("acc.", 2),
    "mpm": ("MPM", 5),
    "precision": ("prec.", 2),
    "recall": ("recall", 2),
    "avg_score": ("Avg", 2),
}
_USUAL = ("fm", "pfm_skeleton", "pfm_weighted", "psnr", "drd", "avg_score")
_SMALLER = ("drd", "nrm", "mpm")


def tables(found: Findings) -> None:
    """Print everything for people."""
    shown = METRICS if found.wish.every else _USUAL
    single = len(found.rows) == 1
    for row in found.rows:
        if single or found.wish.pages:
            print_table(row.name, ["page", *_titles(shown)], _pages(row, shown, found.wish.seed))
        if len(row.sets) > 1:
            print_table(f"{row.name}, means by set", ["set", *_titles(shown)], _sets(row, shown))
    if not single:
        lines = [[row.name, *_means(row, shown)] for row in found.rows]
        print_table("means", ["", *_titles(shown)], lines)
        print_table(
            "95 % intervals of the means",
            ["", *_titles(shown)],
            [[row.name, *_intervals(row, shown, found.wish.seed)] for row in found.rows],
        )
    for row in found.rows:
        for remark in _remarks(row):
            print(remark)
    _print_ranking(found)
    _print_differences(found)


def _titles(metrics: tuple[str, ...]) -> list[str]:
    return [TITLES[metric][0] for metric in metrics]


def number(metric: str, value: float | None) -> str:
    """Return a value with the metric's digits; ``inf`` for a perfect PSNR, ``-`` for none."""
    if value is None:
        return "-"
    return "inf" if math.isinf(value) else f"{value:.{TITLES[metric][1]}f}"


def _means(row: Row, metrics: tuple[str, ...]) -> list[str]:
    return [number(metric, row.mean(metric)) for metric in metrics]


def _intervals(row: Row, metrics: tuple[str, ...], seed: int) -> list[str]:
    cells = []
    for metric in metrics:
        values = row.values(metric)
        ends = interval(values, seed=seed) if values else ()
        cells.append(" … ".join(number(metric, end) for end in ends) or "-")
    return cells


def _pages(row: Row, metrics: tuple[str, ...], seed: int) -> list[list[str]]:
    lines = []
    for page in row.pages:
        values = [getattr(page.scores, m) if page.scores else None for m in metrics]
        cells = [number(m, value) for m, value in zip(metrics, values, strict=True)]
        lines.append([page.name, *(cells if page.scores else ["missing", *cells[1:]])])
    if len(row.scored) > 1:
        lines.append([f"mean of {len(row.scored)}", *_means(row, metrics)])
        lines.append(["95 % interval", *_intervals(row, metrics, seed)])
    return lines


def _sets(row: Row, metrics: tuple[str, ...]) -> list[list[str]]:
    parts = [row.only(name) for name in row.sets]
    lines = [
        [f"{name or '(none)'} ({len(part.scored)})", *_means(part, metrics)]
        for name, part in zip(row.sets, parts, strict=True)
    ]
    cells = []
    for metric in metrics:
        means = [mean for part in parts if (mean := part.mean(metric)) is not None]
        cells.append(number(metric, math.fsum(means) / len(means) if means else None))
    return [*lines, ["mean of the sets", *cells]]


def _remarks(row: Row) -> list[str]:
    """Say what the means leave out."""
    remarks = []
    if row.perfect:
        remarks.append(
            f"{row.name}: {row.perfect} of {len(row.scored)} PSNRs are infinite (no pixel is "
            "wrong); the means of PSNR and Avg are over the others"
        )
    if row.gaps:
        names = ", ".join(page.name for page in row.gaps)
        remarks.append(f"{row.name}: no result of {names}; the means are over the others")
    return remarks


def _print_ranking(found: Findings) -> None:
    if not found.ranking:
        return
    metrics = list(found.ranking[0].by_metric)
    lines = [
        [str(place), item.name, f"{item.total:g}", *(f"{item.by_metric[m]:g}" for m in metrics)]
        for place, item in enumerate(found.ranking, 1)
    ]
    header = ["", "", "sum", *(TITLES[metric][0] for metric in metrics)]
    print_table("sums of ranks over pages, smallest is best", header, lines)
    if found.left_out:
        print(f"not ranked, since some row has no result: {', '.join(found.left_out)}")


def _print_differences(found: Findings) -> None:
    for name, metrics in found.differences.items():
        lines = []
        for metric, gap in metrics.items():
            ends = " … ".join(f"{end:+.{TITLES[metric][1]}f}" for end in gap.interval)
            p = "-" if gap.p is None else f"{gap.p:.2g}"
            mean = f"{gap.mean:+.{TITLES[metric][1]}f}"
            lines.append([TITLES[metric][0], mean, ends, p, str(gap.pages)])
        header = ["", "difference", "95 % interval", "Wilcoxon p", "pages"]
        print_table(f"{name} less {found.against}", header, lines)


def print_table(title: str, header: list[str], lines: list[list[str]]) -> None:
    """Print one table, the first column to the left."""
    purpose = "the table (--json, --csv and --latex do without)"
    rich = load("rich.table", purpose=purpose)
    box = load("rich.box", purpose=purpose)
    text = load("rich.text", purpose=purpose).Text
    table: Any = rich.Table(title=text(title), title_justify="left", box=box.SIMPLE_HEAD)
    for index, name in enumerate(header):
        table.add_column(text(name), justify="right" if index else "left", no_wrap=True)
    for line in lines:
        table.add_row(*map(text, line))
    # Off a terminal a line is as long as it needs to be.
    width = None if sys.stdout.isatty() else 400
    load("rich.console", purpose=purpose).Console(width=width, highlight=False).print(table)


_ESCAPES = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}


def _escaped(text: str) -> str:
    """Return text that LaTeX prints as it is."""
    return "".join(_ESCAPES.get(c, "\\" + c if c in "&%$#_{}" else c) for c in text)


def latex(found: Findings) -> str:
    """Return the means as a booktabs table, the best of each metric bold."""
    shown = METRICS if found.wish.every else _USUAL
    best = {}
    for metric in shown:
        means = [mean for row in found.rows if (mean := row.mean(metric)) is not None]
        best[metric] = (min if metric in _SMALLER else max)(means) if means else None
    lines = [
        rf"\begin{{tabular}}{{l{'r' * len(shown)}}}",
        r"\toprule",
        " & ".join(["", *map(_escaped, _titles(shown))]) + r" \\",
        r"\midrule",
    ]
    for row in found.rows:
        cells = [_escaped(row.name)]
        for metric in shown:
            cell, wins = number(metric, row.mean(metric)), number(metric, best[metric])
            bold = len(found.rows) > 1 and cell == wins != "-"
            cells.append(rf"\textbf{{{cell}}}" if bold else cell)
        lines.append(" & ".join(cells) + r" \\")
    lines += [r"\bottomrule", r"\end{tabular}"]
    notes = [remark for row in found.rows for remark in _remarks(row)]
    return "\n".join([*(f"% {note}" for note in notes), *lines])
