"""Windows over marked pixels: equal to their twins, and right by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docbin import kernels
from docbin.kernels import reference

cases = {
    "height": st.integers(1, 30),
    "width": st.integers(1, 90),
    "window": st.sampled_from([1, 3, 5, 9, 17, 31, 63, 601]),
    "marked": st.sampled_from([0.0, 0.02, 0.3, 0.8, 1.0]),
    "seed": st.integers(0, 2**32 - 1),
    "threads": st.integers(1, 3),
}


def page_and_marks(height, width, marked, seed):
    random = np.random.default_rng(seed)
    gray = random.integers(0, 256, (height, width)).astype(np.uint8)
    marks = (random.random((height, width)) < marked) * random.integers(1, 256, (height, width))
    return gray, marks.astype(np.uint8)


@settings(max_examples=100)
@given(**cases, least=st.integers(1, 40))
def test_edge_threshold_equals_its_twin(height, width, window, marked, seed, threads, least):
    gray, marks = page_and_marks(height, width, marked, seed)
    np.testing.assert_array_equal(
        kernels.edge_threshold(gray, marks, window, least, threads),
        reference.edge_threshold(gray, marks, window, least),
    )


@settings(max_examples=100)
@given(**cases, fallback=st.integers(0, 255))
def test_paper_shade_equals_its_twin(height, width, window, marked, seed, threads, fallback):
    gray, marks = page_and_marks(height, width, marked, seed)
    shade, depth = kernels.paper_shade(gray, marks, window, fallback, threads)
    expected, expected_depth = reference.paper_shade(gray, marks, window, fallback)
    np.testing.assert_array_equal(shade, expected)
    assert depth == expected_depth
    totals = kernels.paper_totals(gray, marks, threads)
    assert tuple(totals) == reference.paper_totals(gray, marks)


@settings(max_examples=100)
@given(**cases, most_paper=st.integers(-1, 60), most_ink=st.integers(-1, 60), reach=st.floats(0, 9))
def test_mask_filters_equal_their_twins(
    height, width, window, marked, seed, threads, most_paper, most_ink, reach
):
    ink = page_and_marks(height, width, marked, seed)[1]
    np.testing.assert_array_equal(
        kernels.crowd(ink, window, most_paper, most_ink, threads),
        reference.crowd(ink, window, most_paper, most_ink),
    )
    np.testing.assert_array_equal(
        kernels.swell(ink, window, most_ink, reach, threads),
        reference.swell(ink, window, most_ink, reach),
    )


def test_bands_of_threads_agree():
    gray, marks = page_and_marks(501, 77, 0.2, 1)
    for count in (2, 3):
        np.testing.assert_array_equal(
            kernels.edge_threshold(gray, marks, 31, 9, count),
            kernels.edge_threshold(gray, marks, 31, 9, 1),
        )
        one, many = (kernels.paper_shade(gray, marks, 31, 9, n) for n in (1, count))
        np.testing.assert_array_equal(one[0], many[0])
        assert one[1] == many[1]
        np.testing.assert_array_equal(
            kernels.swell(marks, 31, 9, 3.5, count), kernels.swell(marks, 31, 9, 3.5, 1)
        )


def test_edge_threshold_by_hand():
    gray = np.array([[10, 20, 30, 40]], np.uint8)
    edges = np.array([[0, 1, 1, 0]], np.uint8)
    # Of 20 and 30: mean 25, deviation 5; 27.5 is the threshold where both are in the window.
    assert kernels.edge_threshold(gray, edges, 5, 2).tolist() == [[1, 1, 0, 0]]
    assert kernels.edge_threshold(gray, edges, 3, 2).tolist() == [[0, 1, 0, 0]]
    assert kernels.edge_threshold(gray, edges, 3, 1).tolist() == [[1, 1, 0, 0]]


def test_paper_shade_by_hand():
    gray = np.array([[100, 7, 103, 200]], np.uint8)
    ink = np.array([[0, 1, 0, 0]], np.uint8)
    shade, depth = kernels.paper_shade(gray, ink, 3, 0)
    assert shade.tolist() == [[100, 102, 103, 200]]
    assert depth == 95
    assert tuple(kernels.paper_totals(gray, ink)) == (3, 403)
    assert kernels.paper_shade(gray, np.ones_like(ink), 3, 9)[0].tolist() == [[9, 9, 9, 9]]


def test_a_hole_fills_and_a_border_does_not():
    ink = np.ones((5, 9), np.uint8)
    ink[2, 2] = 0
    ink[:, 6:] = 0
    filled = kernels.swell(ink, 3, 2, 0.5)
    assert filled[2, 2] == 1
    assert filled[:, 6:].sum() == 0
    lone = np.zeros((5, 5), np.uint8)
    lone[2, 2] = 1
    assert kernels.crowd(lone, 3, 7, 9).sum() == 0
    assert kernels.crowd(lone, 3, 8, 9).sum() == 1


def test_wrong_arguments_are_refused():
    page = np.zeros((4, 4), np.uint8)
    for window in (2, 2003):
        with pytest.raises(ValueError, match="window"):
            kernels.edge_threshold(page, page, window, 1)
    with pytest.raises(ValueError, match="shape"):
        kernels.paper_shade(page, page[:2], 3, 0)
    with pytest.raises(ValueError, match="least"):
        kernels.edge_threshold(page, page, 3, 0)
