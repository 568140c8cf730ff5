"""In which order regions are read."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from docbin.detect.reading_order import in_reading_order
from docbin.regions import TextRegion


def region(left, top, right, bottom):
    return TextRegion([(left, top), (right, top), (right, bottom), (left, bottom)])


def order(boxes, seed=0):
    """Return how boxes are read, by their place in the list."""
    regions = [region(*box) for box in boxes]
    shuffled = [regions[index] for index in np.random.default_rng(seed).permutation(len(regions))]
    return [regions.index(one) for one in in_reading_order(shuffled)]


def test_lines_and_words():
    lines = [(5 + 60 * word, 20 * line + word, 55 + 60 * word, 20 * line + 14 + word)
             for line in range(3) for word in range(4)]  # fmt: skip
    assert order(lines) == list(range(12))


def test_columns_of_text_are_read_one_after_the_other():
    boxes = [
        (300 * column, 20 * line, 300 * column + 250, 20 * line + 14)
        for column in (0, 1)
        for line in range(5)
    ]
    assert order(boxes) == list(range(10))


def test_prices_are_read_with_their_names():
    boxes = [
        box
        for line in range(6)
        for box in ((0, 20 * line, 200, 20 * line + 14), (400, 20 * line, 440, 20 * line + 14))
    ]
    assert order(boxes) == list(range(12))


def test_vertical_text_is_read_from_the_right():
    boxes = [(200 - 30 * column, 10, 220 - 30 * column, 300) for column in range(4)]
    assert order(boxes) == [0, 1, 2, 3]


def test_few_regions():
    assert in_reading_order([]) == []
    assert order([(0, 0, 9, 9)]) == [0]


@pytest.mark.parametrize("seed", range(3))
def test_lines_that_climb_stay_lines(seed):
    boxes = [(60 * word, 100 - 4 * word, 60 * word + 50, 118 - 4 * word) for word in range(8)]
    assert order(boxes, seed) == list(range(8))


@given(st.integers(0, 2**32 - 1), st.integers(0, 60))
def test_every_region_is_read_once(seed, count):
    random = np.random.default_rng(seed)
    corners = random.integers(0, 500, (count, 2))
    sides = random.integers(1, 200, (count, 2))
    regions = [region(*a, *(a + b)) for a, b in zip(corners, sides, strict=True)]
    read = in_reading_order(regions)
    assert len(read) == count
    assert {id(one) for one in read} == {id(one) for one in regions}
