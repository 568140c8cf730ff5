"""Global thresholds: answers by hand, each criterion against its definition, bands, edges."""

import math
from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import docbin
from docbin.binarizer import Banded
from docbin.errors import UsageError
from docbin.image import pack

NAMES = [
    "otsu",
    "kittler",
    "kapur",
    "li",
    "yen",
    "isodata",
    "triangle",
    "minimum",
    "multi-otsu",
    "huang",
]

pages = st.lists(st.integers(0, 255), min_size=2, max_size=40).filter(lambda v: len(set(v)) > 1)


def threshold(name, values, **params):
    return docbin.create(name, **params).threshold(np.array([values], np.uint8))


@pytest.mark.parametrize("name", NAMES)
def test_two_values_are_ink_and_paper(name):
    page = np.full((6, 5), 200, np.uint8)
    page[2, 1:3] = 10
    np.testing.assert_array_equal(docbin.binarize(page, name), page == 10)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("value", [0, 1, 128, 255])
def test_flat_page_is_blank(name, value):
    page = np.full((3, 4), value, np.uint8)
    assert docbin.create(name).threshold(page) == -1
    assert not docbin.binarize(page, name).any()


@pytest.mark.parametrize("name", NAMES)
def test_bands_equal_the_whole_page(name):
    page = np.random.default_rng(3).integers(0, 256, (37, 21)).astype(np.uint8) // 3 * 2
    page[5:9, 3:11] = 9
    method = docbin.create(name)
    assert isinstance(method, Banded)
    parts = [slice(0, 11), slice(11, 30), slice(30, 37)]
    survey = method.survey(page, parts[0])
    for rows in parts[1:]:
        survey = method.merge(survey, method.survey(page, rows))
    packed = np.concatenate([method.packed(page, rows, survey) for rows in parts])
    np.testing.assert_array_equal(packed, pack(method(page)))


def test_isodata_by_hand():
    # Mean 42; classes {10, 11, 12} and {90, 91}: (11 + 90.5) / 2 = 50.75.
    assert threshold("isodata", [10, 11, 12, 90, 91]) == 50


def test_triangle_by_hand():
    # From the base at 100 to 8 counts at 104 the line climbs by 2: 2 − 1, 4 − 1, 6 − 6 below it.
    values = [100, 101, 102, *[103] * 6, *[104] * 8]
    assert threshold("triangle", values) == 102
    # Its negative: everything but the two light values that were dark is ink.
    assert threshold("triangle", [255 - value for value in values]) == 152


def test_minimum_by_hand():
    # Two peaks from the start: the first of the empty values between them.
    assert threshold("minimum", [10, 10, 20]) == 11
    # Of three spikes 60 and 62 melt into one peak; the valley lies between it and 200.
    found = threshold("minimum", [*[60] * 3, *[62] * 3, 200])
    assert 62 < found < 200


def test_minimum_of_one_peak_is_blank():
    assert threshold("minimum", [10, 11, 11, 11, 12, 12, 13]) == -1
    assert threshold("minimum", list(range(256))) == -1


def test_multi_otsu_by_hand():
    values = [10, 11, 12, 90, 91, 200]
    method = docbin.create("multi-otsu")
    assert method.thresholds(np.array([values], np.uint8)) == [12, 91]
    assert threshold("multi-otsu", values) == 12
    assert threshold("multi-otsu", values, ink=2) == 91
    assert method.thresholds(np.array([[7, 9, 9]], np.uint8)) == [7]
    assert method.thresholds(np.array([[7, 7]], np.uint8)) == []


def test_multi_otsu_refuses_classes_that_make_no_sense():
    with pytest.raises(UsageError, match="classes is 1"):
        docbin.create("multi-otsu", classes=1)
    with pytest.raises(UsageError, match="ink is 3"):
        docbin.create("multi-otsu", ink=3)


def moments(values):
    mean = sum(values) / len(values)
    return mean, sum((v - mean) ** 2 for v in values) / len(values)


def cost_of_otsu(dark, light):
    return len(dark) * moments(dark)[1] + len(light) * moments(light)[1]


def cost_of_kittler(dark, light):
    cost = 1.0
    for part in (dark, light):
        share = len(part) / (len(dark) + len(light))
        deviation = math.sqrt(max(moments(part)[1], 1 / 12))
        cost += 2 * share * (math.log(deviation) - math.log(share))
    return cost


def shares(part):
    return [part.count(value) / len(part) for value in set(part)]


def cost_of_kapur(dark, light):
    return sum(p * math.log(p) for part in (dark, light) for p in shares(part))


def cost_of_li(dark, light):
    return sum(
        value * math.log(value / moments(part)[0])
        for part in (dark, light)
        for value in part
        if value > 0
    )


def cost_of_yen(dark, light):
    # ln(G₀ G₁) − 2 ln(P₀ P₁) = Σ ln Σ (p / P)².
    return sum(math.log(sum(p * p for p in shares(part))) for part in (dark, light))


def cost_of_huang(dark, light):
    span = max(light) - min(dark)
    cost = 0.0
    for part in (dark, light):
        mean = moments(part)[0]
        for value in part:
            u = 1 / (1 + abs(value - mean) / span)
            cost -= u * math.log(u) + (1 - u) * math.log(1 - u) if u < 1 else 0
    return cost


COSTS = {
    "otsu": cost_of_otsu,
    "kittler": cost_of_kittler,
    "kapur": cost_of_kapur,
    "li": cost_of_li,
    "yen": cost_of_yen,
    "huang": cost_of_huang,
}


@pytest.mark.parametrize("name", COSTS)
@given(values=pages)
def test_no_threshold_is_better(name, values):
    def cost(level):
        return COSTS[name]([v for v in values if v <= level], [v for v in values if v > level])

    found = threshold(name, values)
    levels = sorted(set(values))[:-1]
    assert found in levels
    best = min(cost(level) for level in levels)
    assert cost(found) <= best + 1e-9 * max(1, abs(best))


@given(values=st.lists(st.integers(0, 255), min_size=2, max_size=9), classes=st.integers(2, 4))
def test_multi_otsu_is_the_best_split(values, classes):
    levels = sorted(set(values))
    cuts = min(classes, len(levels)) - 1

    def cost(found):
        edges = [-1, *found, 255]
        parts = [[v for v in values if low < v <= high] for low, high in pairwise(edges)]
        return sum(len(part) * moments(part)[1] for part in parts)

    method = docbin.create("multi-otsu", classes=classes)
    found = method.thresholds(np.array([values], np.uint8))
    assert len(found) == cuts
    best = min(cost(split) for split in combinations(levels[:-1], cuts))
    assert cost(found) <= best + 1e-6


@given(values=pages)
def test_isodata_stays(values):
    found = threshold("isodata", values)
    dark = [v for v in values if v <= found]
    light = [v for v in values if v > found]
    assert found == math.floor((moments(dark)[0] + moments(light)[0]) / 2 + 1e-9)


def test_as_scikit_image_on_its_page():
    """The same criteria on a real page; Li's and Minimum's differ in stated ways."""
    skimage = pytest.importorskip("skimage")
    filters = pytest.importorskip("skimage.filters")
    page = skimage.data.page()
    for name, expected in {
        "otsu": filters.threshold_otsu(page),
        "yen": filters.threshold_yen(page),
        "triangle": filters.threshold_triangle(page),
        "minimum": filters.threshold_minimum(page),
        "multi-otsu": filters.threshold_multiotsu(page)[0],
    }.items():
        assert docbin.create(name).threshold(page) == expected, name
    assert docbin.create("isodata").threshold(page) in [
        int(level) for level in filters.threshold_isodata(page, return_all=True)
    ]
    # Its iteration stops within a gray value of the least cross entropy.
    assert page.min() == 0
    assert abs(docbin.create("li").threshold(page) - filters.threshold_li(page)) < 1.5
