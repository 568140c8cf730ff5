"""Scores of text detection: cases with answers known by hand, and what must always hold."""

import sys
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from docbin.errors import InputError, MissingDependencyError, UsageError
from docbin.evaluate.labels import Label, read_labels
from docbin.regions import TextRegion

pytest.importorskip("shapely", reason="shapely is not installed: pip install 'docbin[detect]'")

from docbin.evaluate.detection import (
    ICDAR2013,
    TOTAL_TEXT,
    DetectionPage,
    DetEval,
    icdar2015,
    overlap,
    ranked,
)


def box(x, y, width, height):
    return [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]


def truth(points, care=True, kind="text"):
    return Label(TextRegion(points, None, kind), care=care)


def page(truths, found, scores=None, kinds=None):
    """Return the overlaps of boxes or polygons; a truth may be a Label already."""
    labels = [one if isinstance(one, Label) else truth(one) for one in truths]
    scores = scores or [None] * len(found)
    kinds = kinds or ["text"] * len(found)
    regions = [TextRegion(p, s, k) for p, s, k in zip(found, scores, kinds, strict=True)]
    return overlap(DetectionPage(labels, regions))


def three(scores):
    return tuple(round(value, 10) for value in (scores.precision, scores.recall, scores.h))


# Areas


def test_areas_of_concave_polygons_are_exact():
    # A U, and a bar through both of its arms.
    u = [(0, 0), (6, 0), (6, 6), (4, 6), (4, 2), (2, 2), (2, 6), (0, 6)]
    one = page([u], [box(-1, 3, 8, 2)])
    assert one.truth_areas.tolist() == [28]
    assert one.shared.tolist() == [[8]]
    assert one.iou.tolist() == [[8 / (28 + 16 - 8)]]


corner = st.tuples(st.integers(0, 12), st.integers(0, 12))


@given(st.lists(corner, min_size=3, max_size=3), st.lists(corner, min_size=3, max_size=3))
def test_shared_areas_of_triangles_agree_with_fractions(first, second):
    one = page([first], [second])
    if one.shared.size:
        assert one.shared[0, 0] == pytest.approx(float(clipped(first, second)), abs=1e-9)


def clipped(first, second):
    """Return the shared area of two triangles in exact numbers (Sutherland and Hodgman)."""

    def side(a, b, p):
        return (b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0])

    if side(*second) < 0:
        second = second[::-1]
    left = [tuple(map(Fraction, point)) for point in first]
    for a, b in zip(second, second[1:] + second[:1], strict=True):
        kept = []
        for p, q in zip(left, left[1:] + left[:1], strict=True):
            here, there = side(a, b, p), side(a, b, q)
            if here >= 0:
                kept.append(p)
            if here * there < 0:
                share = Fraction(here) / (here - there)
                kept.append(tuple(p[i] + share * (q[i] - p[i]) for i in (0, 1)))
        left = kept
    turned = left[1:] + left[:1]
    return abs(sum(p[0] * q[1] - q[0] * p[1] for p, q in zip(left, turned, strict=True))) / 2


def test_outlines_that_cross_themselves_count_nowhere():
    bow = [(0, 0), (9, 9), (9, 0), (0, 9)]
    one = page([box(0, 0, 9, 9), bow], [box(0, 0, 9, 9), bow])
    assert (one.dropped_truths, one.dropped_found) == (1, 1)
    assert three(icdar2015([one])) == (1, 1, 1)


def test_without_shapely_the_line_that_installs_it_is_told(monkeypatch):
    monkeypatch.setitem(sys.modules, "shapely", None)
    with pytest.raises(MissingDependencyError, match=r"pip install 'docbin\[detect\]'"):
        page([box(0, 0, 1, 1)], [box(0, 0, 1, 1)])


# ICDAR 2015


def test_iou_has_to_exceed_a_half():
    assert three(icdar2015([page([box(0, 0, 10, 10)], [box(0, 0, 10, 5)])])) == (0, 0, 0)
    assert three(icdar2015([page([box(0, 0, 10, 10)], [box(0, 0, 10, 5.1)])])) == (1, 1, 1)


def test_one_to_one_and_all_pages_together():
    twice = page([box(0, 0, 10, 10)], [box(0, 0, 10, 9), box(0, 0, 10, 10)])
    other = page([box(0, 0, 4, 4), box(9, 9, 4, 4), box(30, 9, 4, 4)], [box(0, 0, 4, 4)])
    scores = icdar2015([twice, other])
    assert (scores.truths, scores.found) == (4, 3)
    assert three(scores) == (round(2 / 3, 10), 0.5, round(4 / 7, 10))


def test_dont_care_takes_what_lies_in_it_by_more_than_half():
    hidden = truth(box(0, 0, 10, 10), care=False)
    half, more = box(0, 5, 10, 10), box(0, 4, 10, 10)
    assert three(icdar2015([page([hidden, box(50, 0, 5, 5)], [more, box(50, 0, 5, 5)])])) == (
        1, 1, 1,
    )  # fmt: skip
    assert three(icdar2015([page([hidden, box(50, 0, 5, 5)], [half, box(50, 0, 5, 5)])]))[0] == 0.5
    # Two don't-cares with 0.4 each: no single one has more than half.
    parts = [truth(box(0, 0, 4, 10), care=False), truth(box(4, 0, 4, 10), care=False)]
    assert icdar2015([page(parts, [box(0, 0, 10, 10)])]).found == 1


def test_truths_in_the_order_of_the_file_take_what_is_free():
    # The first truth fits both detections and takes the first, the only one that fits the second.
    truths = [box(0, 0, 100, 10), box(0, 0, 140, 10)]
    found = [box(0, 0, 120, 10), box(0, 0, 60, 10)]
    assert icdar2015([page(truths, found)]).recall == 0.5
    assert icdar2015([page(truths[::-1], found)]).recall == 1


def test_nothing_to_find_and_nothing_found():
    assert three(icdar2015([page([], [])])) == (1, 1, 1)
    assert three(icdar2015([page([], [box(0, 0, 3, 3)])])) == (0, 1, 0)
    assert three(icdar2015([page([box(0, 0, 3, 3)], [])])) == (0, 0, 0)
    assert three(ICDAR2013([page([], [])])) == (1, 1, 1)


# DetEval


def test_deteval_one_to_one_at_its_limits():
    whole = box(0, 0, 10, 10)
    assert three(ICDAR2013([page([whole], [box(0, 0, 10, 8)])])) == (1, 1, 1)
    assert three(ICDAR2013([page([whole], [box(0, 0, 10, 7.9)])])) == (0, 0, 0)
    assert three(ICDAR2013([page([whole], [box(0, 0, 25, 10)])])) == (1, 1, 1)
    assert three(ICDAR2013([page([whole], [box(0, 0, 26, 10)])])) == (0, 0, 0)
    # Total-Text wants 0.7 and 0.6.
    assert three(TOTAL_TEXT([page([whole], [box(0, 0, 10, 7)])])) == (1, 1, 1)
    assert three(TOTAL_TEXT([page([whole], [box(0, 0, 17, 10)])])) == (0, 0, 0)


def test_deteval_split():
    halves = [box(0, 0, 5, 10), box(5, 0, 5, 10)]
    assert three(ICDAR2013([page([box(0, 0, 10, 10)], halves)])) == (0.8, 0.8, 0.8)
    # Together they cover 0.7 of it.
    short = [box(0, 0, 5, 7), box(5, 0, 5, 7)]
    assert three(ICDAR2013([page([box(0, 0, 10, 10)], short)])) == (0, 0, 0)
    assert three(TOTAL_TEXT([page([box(0, 0, 10, 10)], short)])) == (0.8, 0.8, 0.8)


def test_deteval_merge():
    words = [box(0, 0, 10, 10), box(12, 0, 10, 10), box(60, 0, 5, 5)]
    line = box(0, 0, 22, 10)
    assert three(ICDAR2013([page(words, [line])])) == (1, round(2 / 3, 10), 0.8)
    scores = TOTAL_TEXT([page(words, [line])])
    assert (scores.precision, scores.recall) == (0.8, pytest.approx(1.6 / 3))
    # A detection that is mostly something else merges nothing.
    assert three(ICDAR2013([page(words, [box(0, 0, 22, 50)])])) == (0, 0, 0)


def test_deteval_of_a_good_box_and_a_stray_that_touches_the_truth():
    # Not alone on the truth, so the rule of splits takes it, with a single part: full credit.
    scores = ICDAR2013([page([box(0, 0, 10, 10)], [box(0, 0, 10, 9), box(0, 9.5, 10, 40)])])
    assert three(scores) == (0.5, 1, round(2 / 3, 10))


def test_deteval_refuses_what_is_no_share():
    for wrong in ({"area_recall": 0}, {"area_precision": 1.1}, {"split": -1}, {"merge": 2}):
        with pytest.raises(UsageError, match=next(iter(wrong))):
            DetEval(**wrong)


# Average precision


def test_average_precision_by_hand():
    # By falling score: right, wrong, right; the third truth is never found.
    truths = [box(0, 0, 10, 10), box(20, 0, 10, 10), box(40, 0, 10, 10)]
    found = [box(20, 0, 10, 10), box(70, 0, 10, 10), box(0, 0, 10, 10)]
    scores = ranked([page(truths, found, [0.5, 0.7, 0.9])])
    # Recall 1/3 at precision 1, 2/3 at precision 2/3.
    assert scores.pascal == pytest.approx(1 / 3 + 1 / 3 * 2 / 3)
    # Recalls 0 … 0.33 (34 of 101) and 0.34 … 0.66 (33 of 101).
    assert scores.map50 == pytest.approx((34 + 33 * 2 / 3) / 101)
    assert scores.map50_95 == pytest.approx(scores.map50)
    assert (scores.f1, scores.confidence) == (pytest.approx(2 / 3), 0.5)
    assert (scores.precision, scores.recall) == (pytest.approx(2 / 3), pytest.approx(2 / 3))


def test_levels_of_iou():
    # IoU 0.72: right at 0.50, 0.55, 0.60, 0.65 and 0.70.
    scores = ranked([page([box(0, 0, 10, 10)], [box(0, 0, 10, 7.2)], [0.4])])
    assert (scores.map50, scores.map50_95) == (1, 0.5)


def test_pascal_and_coco_differ_where_the_nearest_truth_is_taken():
    truths = [box(0, 0, 100, 10), box(0, 0, 140, 10)]
    found = [box(0, 0, 100, 10), box(0, 0, 105, 10)]
    scores = ranked([page(truths, found, [0.9, 0.8])])
    assert scores.map50 == 1
    assert scores.pascal == 0.5


def test_dont_care_in_average_precision():
    truths = [box(0, 0, 10, 10), truth(box(50, 0, 10, 10), care=False)]
    found = [box(50, 0, 10, 10), box(51, 0, 9, 10), box(0, 0, 10, 10)]
    scores = ranked([page(truths, found, [0.9, 0.8, 0.7])])
    assert (scores.pascal, scores.map50, scores.map50_95) == (1, 1, 1)


def test_kinds_are_averaged():
    truths = [truth(box(0, 0, 9, 9), kind="Seal"), truth(box(20, 0, 9, 9), kind="Kuzushiji")]
    found = [box(0, 0, 9, 9), box(20, 0, 9, 9)]
    one = page(truths, found, [0.9, 0.8], ["Seal", "Seal"])
    assert ranked([one]).map50 == 1
    scores = ranked([one], by_kind=True)
    assert {kind.kind: kind.ap50 for kind in scores.kinds} == {"Kuzushiji": 0, "Seal": 1}
    assert scores.map50 == 0.5


def test_the_cap_is_told():
    found = [box(20 * i, 0, 9, 9) for i in range(5)]
    scores = ranked([page(found, found, [0.1, 0.2, 0.3, 0.4, 0.5])], most=3)
    assert scores.capped == 2
    assert scores.recall == pytest.approx(3 / 5)


def test_without_truths_or_scores():
    nothing = ranked([page([], [box(0, 0, 3, 3)], [0.5])])
    assert (nothing.pascal, nothing.map50, nothing.f1) == (None, None, None)
    assert ranked([page([box(0, 0, 3, 3)], [])]).map50 == 0
    with pytest.raises(InputError, match="1 detections have no score"):
        ranked([page([], [box(0, 0, 3, 3)])])


# What must always hold

rectangle = st.builds(
    box, st.integers(0, 30), st.integers(0, 30), st.integers(1, 15), st.integers(1, 15)
)
rectangles = st.lists(rectangle, max_size=6)


def apart(boxes):
    """Keep the boxes that overlap none before."""
    kept = []
    for one in boxes:
        if not page(kept, [one]).shared.any():
            kept.append(one)
    return kept


def everything(one):
    scores = [icdar2015([one]), ICDAR2013([one]), TOTAL_TEXT([one])]
    return [value for each in scores for value in (each.precision, each.recall, each.h)]


@given(rectangles, rectangles, st.randoms(use_true_random=False))
def test_permuting_regions_changes_nothing(truths, found, random):
    truths, found = apart(truths), apart(found)
    before = everything(page(truths, found))
    random.shuffle(truths)
    random.shuffle(found)
    assert everything(page(truths, found)) == pytest.approx(before)


@given(rectangles, rectangles, st.randoms(use_true_random=False))
def test_permuting_ranked_regions_changes_nothing(truths, found, random):
    truths = apart(truths)
    scored = [(one, (index + 1) / 8) for index, one in enumerate(found)]
    before = ranked([page(truths, found, [score for _, score in scored])])
    random.shuffle(scored)
    random.shuffle(truths)
    after = ranked([page(truths, [one for one, _ in scored], [score for _, score in scored])])
    assert after == before


@given(rectangles)
def test_identical_sets_are_perfect(boxes):
    boxes = apart(boxes)
    assert everything(page(boxes, boxes)) == [1] * 9
    if boxes:
        scores = ranked([page(boxes, boxes, [0.5] * len(boxes))])
        assert (scores.pascal, scores.map50, scores.map50_95, scores.f1) == (1, 1, 1, 1)


@given(rectangles, rectangles, st.lists(st.booleans(), min_size=6, max_size=6))
def test_scores_are_shares(truths, found, cares):
    labels = [truth(one, care) for one, care in zip(truths, cares, strict=False)]
    one = page(labels, found, [0.5] * len(found))
    assert all(0 <= value <= 1 for value in everything(one))
    scores = ranked([one])
    for value in (scores.pascal, scores.map50, scores.map50_95, scores.f1):
        assert value is None or 0 <= value <= 1


@given(rectangles, rectangles, rectangle)
def test_dont_care_over_wrong_detections_never_lowers_precision(truths, found, hidden):
    truths, found = apart(truths), apart(found)
    right = [f for f in found if icdar2015([page(truths, [f])]).precision == 1]
    # It touches no detection that is right: those would count no more.
    if not page([hidden], right).shared.any():
        before = icdar2015([page(truths, found)])
        after = icdar2015([page([*truths, truth(hidden, care=False)], found)])
        if after.found:
            assert after.precision >= before.precision
        assert after.recall == before.recall


@given(rectangles, rectangles, rectangle)
def test_what_is_found_in_a_dont_care_changes_nothing(truths, found, hidden):
    labels = [*map(truth, truths), truth(hidden, care=False)]
    inside = np.array(hidden) * 0.5 + np.array(hidden).mean(axis=0) * 0.5
    before = icdar2015([page(labels, found)])
    assert icdar2015([page(labels, [inside, *found])]) == before


def test_the_truths_of_icdar_2015_against_themselves(real_data):
    pages = read_labels(real_data / "textdet" / "icdar2015" / "gt" / "test", "icdar2015").pages
    overlaps = [
        overlap(DetectionPage(one.labels, [label.region for label in one.labels])) for one in pages
    ]
    scores = icdar2015(overlaps)
    assert (scores.truths, scores.found, scores.h) == (2077, 2077, 1)
