"""Rectangles, threshold grids and blurred pages: against the twins and by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docbin import kernels
from docbin.kernels import reference
from docbin.methods import Otsu

sizes = {
    "height": st.integers(1, 40),
    "width": st.integers(1, 70),
    "seed": st.integers(0, 2**32 - 1),
    "levels": st.sampled_from([1, 2, 7, 256]),
}


def page(height, width, seed, levels=256):
    return np.random.default_rng(seed).integers(0, levels, (height, width)).astype(np.uint8)


def boxes_on(height, width, count, seed):
    random = np.random.default_rng(seed)
    top, left = random.integers(0, height, count), random.integers(0, width, count)
    bottom, right = random.integers(top, height) + 1, random.integers(left, width) + 1
    return np.stack([top, left, bottom, right], axis=1).astype(np.int32)


@settings(max_examples=80)
@given(**sizes, threads=st.integers(1, 3))
def test_rectangles_are_equal_to_the_twins(height, width, seed, levels, threads):
    gray = page(height, width, seed, levels)
    boxes = boxes_on(height, width, 200, seed)
    # A window that moves along a row, by less and by more than its width.
    for step in (1, 2, 9):
        left = np.arange(0, width, step)
        moving = np.stack([0 * left, left, 0 * left + height, np.minimum(left + 7, width)], axis=1)
        boxes = np.concatenate([boxes, moving.astype(np.int32)])
    for name in ("rectangle_sums", "rectangle_otsu", "rectangle_histogram"):
        mine = getattr(kernels, name)(gray, boxes, threads)
        np.testing.assert_array_equal(mine, getattr(reference, name)(gray, boxes))
    low, high = (int(level) for level in np.random.default_rng(seed).integers(-2, 300, 2))
    counts = kernels.rectangle_counts(gray, boxes, low, high, threads)
    np.testing.assert_array_equal(counts, reference.rectangle_counts(gray, boxes, low, high))


@settings(max_examples=60)
@given(**sizes, side=st.integers(3, 60), threads=st.integers(1, 3))
def test_ink_of_rectangles_is_equal_to_the_twin(height, width, seed, levels, side, threads):
    gray = page(height, width, seed, levels)
    top, left = (each.ravel() for each in np.mgrid[0:height:side, 0:width:side])
    bottom, right = np.minimum(top + side, height), np.minimum(left + side, width)
    boxes = np.stack([top, left, bottom, right], axis=1).astype(np.int32)[1:]  # one stays paper
    chosen = np.random.default_rng(seed).integers(-1, 256, len(boxes)).astype(np.int16)
    ink = kernels.rectangle_ink(gray, boxes, chosen, threads)
    np.testing.assert_array_equal(ink, reference.rectangle_ink(gray, boxes, chosen))


def test_every_rectangle_needs_a_level():
    boxes = np.array([[0, 0, 2, 2]], np.int32)
    for module in (kernels, reference):
        with pytest.raises(ValueError, match="level"):
            module.rectangle_ink(np.zeros((4, 4), np.uint8), boxes, np.zeros(2, np.int16))


def test_rectangles_by_hand():
    gray = np.array([[1, 2, 3], [4, 5, 200]], np.uint8)
    boxes = np.array([[0, 0, 2, 2], [1, 1, 2, 3], [0, 0, 2, 3]], np.int32)
    assert kernels.rectangle_sums(gray, boxes).tolist() == [
        [12, 46, 1, 5],
        [205, 40025, 5, 200],
        [215, 40055, 1, 200],
    ]
    assert kernels.rectangle_otsu(gray, boxes).tolist() == [2, 5, 5]
    assert kernels.rectangle_counts(gray, boxes, 1, 4).tolist() == [[1, 3], [0, 0], [1, 4]]
    assert np.flatnonzero(kernels.rectangle_histogram(gray, boxes[:2])).tolist() == [
        1,
        2,
        4,
        5,
        200,
    ]
    assert kernels.rectangle_histogram(gray, boxes[:2])[5] == 2
    ink = kernels.rectangle_ink(gray, boxes[:2], np.array([2, 5], np.int16))
    assert ink.tolist() == [[1, 1, 0], [0, 1, 0]]
    assert kernels.rectangle_otsu(np.full((4, 4), 9, np.uint8), boxes[:1]).tolist() == [0]


def test_rectangle_otsu_is_otsu():
    gray = page(60, 50, 4) // 2 + 40
    whole = np.array([[0, 0, 60, 50]], np.int32)
    assert kernels.rectangle_otsu(gray, whole)[0] == Otsu().threshold(gray)


def test_sums_of_a_long_row_do_not_overflow():
    gray = np.full((2, 100_000), 255, np.uint8)
    sums = kernels.rectangle_sums(gray, np.array([[0, 0, 2, 100_000]], np.int32))
    assert sums.tolist() == [[200_000 * 255, 200_000 * 255**2, 255, 255]]


@pytest.mark.parametrize("box", [[0, 0, 5, 1], [0, 0, 1, 5], [-1, 0, 1, 1], [1, 1, 1, 2]])
def test_rectangles_off_the_page_are_refused(box):
    for module in (kernels, reference):
        with pytest.raises(ValueError, match="rectangle"):
            module.rectangle_sums(np.zeros((4, 4), np.uint8), np.array([box], np.int32))


@settings(max_examples=100)
@given(
    **sizes,
    step=st.integers(1, 50),
    lowest=st.integers(-5, 128),
    highest=st.integers(100, 300),
    threads=st.integers(1, 3),
)
def test_grid_is_equal_to_the_twin(height, width, seed, levels, step, lowest, highest, threads):
    gray = page(height, width, seed, levels)
    shape = (-(-(height - 1) // step) + 1, -(-(width - 1) // step) + 1)
    nodes = (np.random.default_rng(seed).random(shape) * levels).astype(np.float32)
    np.testing.assert_array_equal(
        kernels.grid_bits(gray, nodes, step, lowest, highest, threads),
        reference.grid_bits(gray, nodes, step, lowest, highest),
    )


def test_grid_by_hand():
    # Nodes at 0, 2, 4 and, the last pixel, 5: thresholds 10, 20, 0, 40 give 10 15 20 10 0 40.
    nodes = np.array([[10, 20, 0, 40]], np.float32)
    levels = [10, 15, 20, 10, 0, 40]
    for gray in (levels, [level + 1 for level in levels]):
        bits = kernels.grid_bits(np.array([gray], np.uint8), nodes, 2, 0, 255)
        assert np.unpackbits(bits)[:6].all() == (gray == levels)
    # Thresholds outside 11 … 20 give no ink.
    bits = kernels.grid_bits(np.zeros((1, 6), np.uint8), nodes, 2, 11, 20)
    assert np.unpackbits(bits)[:6].tolist() == [0, 1, 1, 0, 0, 0]


def test_grids_of_another_size_are_refused():
    for module in (kernels, reference):
        with pytest.raises(ValueError, match="node"):
            module.grid_bits(np.zeros((5, 5), np.uint8), np.zeros((2, 3), np.float32), 2, 0, 255)


@settings(max_examples=80)
@given(
    **sizes,
    radii=st.tuples(st.integers(0, 6), st.integers(0, 20)),
    p=st.floats(0, 50),
    level=st.floats(-100, 300),
    threads=st.integers(1, 3),
    data=st.data(),
)
def test_gaussians_are_equal_to_the_twin(
    height, width, seed, levels, radii, p, level, threads, data
):
    gray = page(height, width, seed, levels)
    top = data.draw(st.integers(0, height))
    rows = {"top": top, "bottom": data.draw(st.integers(top, height))}
    random = np.random.default_rng(seed)
    inner, outer = ((random.random(radius + 1) / 9).astype(np.float32) for radius in radii)
    np.testing.assert_array_equal(
        kernels.gaussians_bits(gray, inner, outer, p, level, **rows, threads=threads),
        reference.gaussians_bits(gray, inner, outer, p, level, **rows),
    )


def test_gaussians_by_hand():
    gray = np.array([[100, 100, 0, 100, 100]], np.uint8)
    point, smooth = np.array([1], np.float32), np.array([0.5, 0.25], np.float32)
    # Smooth: 100 75 50 75 100. With p = 1, 2 g − smooth: 100 125 −50 125 100.
    for level, ink in ((100.5, [1, 0, 1, 0, 1]), (99.5, [0, 0, 1, 0, 0]), (-50, [0] * 5)):
        bits = kernels.gaussians_bits(gray, point, smooth, 1.0, level, top=0, bottom=1)
        assert np.unpackbits(bits)[:5].tolist() == ink
