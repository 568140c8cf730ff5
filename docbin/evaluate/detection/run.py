"""Score a folder or file of results against one of truths."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from docbin.errors import InputError, UsageError
from docbin.evaluate.detection.deteval import ICDAR2013, TOTAL_TEXT
from docbin.evaluate.detection.icdar import icdar2015
from docbin.evaluate.detection.overlap import Overlap, overlap
from docbin.evaluate.detection.page import DetectionPage, DetectionScores
from docbin.evaluate.detection.ranked import RankedScores, ranked
from docbin.evaluate.labels.label import PageLabels
from docbin.evaluate.labels.reading import LabelSet
from docbin.evaluate.pairing import key
from docbin.regions import TextRegion

Rule: TypeAlias = Callable[[Sequence[Overlap]], DetectionScores]
RULES: dict[str, Rule] = {"icdar2015": icdar2015, "deteval": ICDAR2013, "total-text": TOTAL_TEXT}


@dataclass(frozen=True, slots=True)
class DetectionRun:
    """The scores of all pages together.

    Parameters
    ----------
    rules
        Name of the rule (of `RULES`) -> its scores.
    ranking
        Average precisions; None where detections have no scores.
    reason
        Why there are none.
    pages
        How many pages were scored.
    missing
        Pages of the truth without results: scored as pages on which nothing was found.
    extra
        Pages of results without truth: not scored.
    dropped_truths, dropped_found
        Outlines that cross themselves: no rule counts them.
    """

    rules: dict[str, DetectionScores]
    ranking: RankedScores | None
    reason: str | None
    pages: int
    missing: tuple[str, ...]
    extra: tuple[str, ...]
    dropped_truths: int
    dropped_found: int


def score_detection(
    results: LabelSet, truth: LabelSet, *, kinds: Sequence[str] = (), by_kind: bool = False
) -> DetectionRun:
    """Pair pages by their names, and score.

    Parameters
    ----------
    results, truth
        As `read_labels` returns them. Two sets of a single page are paired whatever their names.
    kinds
        Only truths of these kinds, and results of them or of the kind ``text``; all if empty.
    by_kind
        Average precision within each kind.

    Raises
    ------
    UsageError
        If no truth has one of ``kinds``.
    InputError
        If no page of the truth has results.
    """
    _check_kinds(kinds, truth)
    found = _by_key(results)
    if len(results.pages) == len(truth.pages) == 1 and not results.failures + truth.failures:
        found = {_key(truth.pages[0]): results.pages[0]}
    pairs = [(page, found.pop(_key(page), None)) for page in truth.pages]
    missing = tuple(page.name for page, result in pairs if result is None)
    if len(missing) == len(pairs):
        raise InputError(
            "no page of the truth has results; pages are paired by name: "
            f"truth {_first(truth)}, results {_first(results)}"
        )
    overlaps = [overlap(_page(truths, result, kinds)) for truths, result in pairs]
    try:
        ranking, reason = ranked(overlaps, by_kind=by_kind), None
    except InputError as error:
        ranking, reason = None, str(error)
    return DetectionRun(
        {name: rule(overlaps) for name, rule in RULES.items()},
        ranking,
        reason,
        pages=len(pairs),
        missing=missing,
        extra=tuple(page.name for page in found.values()),
        dropped_truths=sum(page.dropped_truths for page in overlaps),
        dropped_found=sum(page.dropped_found for page in overlaps),
    )


def _check_kinds(kinds: Sequence[str], truth: LabelSet) -> None:
    known = truth.kinds()
    for kind in kinds:
        if kind not in known:
            raise UsageError(
                f"the truth has no regions of the kind '{kind}'; it has: "
                f"{', '.join(known) or 'none'}"
            )


def _key(page: PageLabels) -> str:
    # A name has no ending any more; with one, a dot in it is no ending either.
    return key(Path(f"{page.name}.png"))


def _by_key(labels: LabelSet) -> dict[str, PageLabels]:
    table: dict[str, PageLabels] = {}
    for page in labels.pages:
        other = table.setdefault(_key(page), page)
        if other is not page:
            raise InputError(
                f"results '{other.name}' and '{page.name}' are the same page by name; take one away"
            )
    return table


def _first(labels: LabelSet) -> str:
    return f"'{labels.pages[0].name}', …" if labels.pages else "none"


def _page(truths: PageLabels, result: PageLabels | None, kinds: Sequence[str]) -> DetectionPage:
    found: list[TextRegion] = [label.region for label in result.labels] if result else []
    if not kinds:
        return DetectionPage(truths.labels, found)
    wanted = [region for region in found if region.kind in (*kinds, "text")]
    return DetectionPage(truths.of_kinds(kinds), wanted)
