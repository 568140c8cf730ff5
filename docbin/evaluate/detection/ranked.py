"""Average precision of detections by falling confidence: Pascal's, and COCO's mean over IoU."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from docbin.errors import InputError
from docbin.evaluate.detection.curve import Ranking, area_under, best, interpolated
from docbin.evaluate.detection.overlap import Bools, Overlap

LEVELS = tuple(round(0.5 + 0.05 * step, 2) for step in range(10))
# COCO's own limit, 100, would lose most characters of a page of Kuzushiji.
MOST_FOUND = 1000


@dataclass(frozen=True, slots=True)
class KindScores:
    """Average precisions of one kind, 0 to 1; None where no truth of it has to be found."""

    kind: str
    truths: int
    pascal: float | None
    ap50: float | None
    ap50_95: float | None


@dataclass(frozen=True, slots=True)
class RankedScores:
    """Means over the kinds that have truths, 0 to 1; None where none has.

    Parameters
    ----------
    pascal
        Area under the envelope of the precision-recall curve at IoU 0.5 (Pascal VOC since 2010).
    map50, map50_95
        COCO's 101-point average precision at IoU 0.5, and its mean over 0.50, 0.55, …, 0.95.
    precision, recall, f1, confidence
        At IoU 0.5 and the confidence at which the mean F1 over the kinds is largest.
    kinds
        The parts.
    capped
        Detections beyond the ``most`` surest of a page and kind, which were not looked at.
    """

    pascal: float | None
    map50: float | None
    map50_95: float | None
    precision: float | None
    recall: float | None
    f1: float | None
    confidence: float | None
    kinds: tuple[KindScores, ...]
    capped: int


def ranked(
    pages: Sequence[Overlap], *, by_kind: bool = False, most: int = MOST_FOUND
) -> RankedScores:
    """Score detections by falling confidence; equal ones in the order of pages and files.

    Pascal: a detection belongs to the truth with which its IoU is largest; it is right if that is
    0.5 or more and the truth is free, and does not count if that truth is don't-care. COCO: it
    takes the free truth with the largest IoU of at least the level; if there is none and a
    don't-care truth has at least that share of it, it does not count.

    Parameters
    ----------
    pages
        Overlaps of the pages.
    by_kind
        Truths and detections match within their kind only, and the scores are means over the
        kinds of the truths; detections of other kinds play no part, as in COCO.
    most
        Detections of a page and kind that are looked at, the surest first.

    Raises
    ------
    InputError
        If a detection has no score.

    References
    ----------
    Everingham et al., doi:10.1007/s11263-009-0275-4; Lin et al., doi:10.1007/978-3-319-10602-1_48
    """
    bare = sum(int(np.isnan(page.certain).sum()) for page in pages)
    if bare:
        raise InputError(f"{bare} detections have no score; average precision ranks by scores")
    names = sorted({kind for page in pages for kind in page.truth_kinds}) if by_kind else [""]
    parts = {name: [page.of_kind(name) if by_kind else page for page in pages] for name in names}
    cut = {name: [_surest(page, most) for page in part] for name, part in parts.items()}
    capped = sum(
        len(page.certain) - len(short.certain)
        for name, part in parts.items()
        for page, short in zip(part, cut[name], strict=True)
    )
    at50 = {name: _coco(part, LEVELS[0]) for name, part in cut.items()}
    kinds = tuple(_of_kind(name or "text", part, at50[name]) for name, part in cut.items())
    point = best([ranking for ranking in at50.values() if ranking.truths])
    return RankedScores(
        _mean([kind.pascal for kind in kinds]),
        _mean([kind.ap50 for kind in kinds]),
        _mean([kind.ap50_95 for kind in kinds]),
        *point,
        kinds=kinds,
        capped=capped,
    )


def _of_kind(kind: str, pages: Sequence[Overlap], at50: Ranking) -> KindScores:
    if not at50.truths:
        return KindScores(kind, 0, None, None, None)
    levels = [interpolated(at50), *(interpolated(_coco(pages, level)) for level in LEVELS[1:])]
    pascal = area_under(_pascal(pages))
    return KindScores(kind, at50.truths, pascal, levels[0], float(np.mean(levels)))


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if known else None


def _surest(page: Overlap, most: int) -> Overlap:
    """Return the page with its detections by falling score, ``most`` of them."""
    order = np.argsort(-page.certain, kind="stable")[:most]
    return Overlap(
        page.shared[:, order],
        page.truth_areas,
        page.found_areas[order],
        page.care,
        page.certain[order],
        truth_kinds=page.truth_kinds,
        found_kinds=tuple(page.found_kinds[index] for index in order),
    )


def _coco(pages: Sequence[Overlap], level: float) -> Ranking:
    """Match the detections of pages, each by falling score, as COCO does."""
    results: list[tuple[float, bool]] = []
    for page in pages:
        free = page.care.copy()
        hidden: Bools = np.any(page.of_found[~page.care] >= level, axis=0)
        for column, overlaps in enumerate(page.iou.T):
            open_to = np.where(free, overlaps, -1.0)
            row = int(open_to.argmax()) if len(open_to) else -1
            right = row >= 0 and open_to[row] >= level
            if right:
                free[row] = False
            if right or not hidden[column]:
                results.append((float(page.certain[column]), bool(right)))
    return Ranking.of(results, sum(int(page.care.sum()) for page in pages))


def _pascal(pages: Sequence[Overlap]) -> Ranking:
    """Match the detections of pages, each by falling score, as Pascal VOC does."""
    results: list[tuple[float, bool]] = []
    for page in pages:
        free = page.care.copy()
        for column, overlaps in enumerate(page.iou.T):
            row = int(overlaps.argmax()) if len(overlaps) else -1
            near = row >= 0 and overlaps[row] >= LEVELS[0]
            if near and not page.care[row]:
                continue
            right = bool(near and free[row])
            if right:
                free[row] = False
            results.append((float(page.certain[column]), right))
    return Ranking.of(results, sum(int(page.care.sum()) for page in pages))
