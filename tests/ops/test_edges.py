"""Canny's edges: thresholds and hysteresis."""

import numpy as np
import pytest

from docbin.ops.edges import edge_strengths, edges, gaussian_taps


def test_taps_are_a_gaussian():
    taps = gaussian_taps(2.0)
    assert taps.size == 9
    assert taps[0] + 2 * taps[1:].sum() == pytest.approx(1, abs=1e-6)
    assert taps[2] / taps[0] == pytest.approx(np.exp(-0.5), abs=1e-6)


def test_strengths_are_relative_to_the_strongest():
    page = np.full((20, 40), 200, np.uint8)
    page[:, 5:10] = 0
    page[:, 25:30] = 100
    strengths = edge_strengths(page, 0.6)
    assert strengths.max() == 1
    assert strengths[:, 20:35].max() == pytest.approx(0.5, abs=1e-6)
    assert not edge_strengths(np.full((5, 6), 9, np.uint8), 0.6).any()


def test_a_few_far_stronger_edges_do_not_count():
    """A black point on a page of edges of 40: one is 2.25 times 40."""
    page = np.full((60, 300), 200, np.uint8)
    page[:, ::6] = page[:, 1::6] = page[:, 2::6] = 160
    even = edge_strengths(page, 0.6)
    assert even.max() == 1
    page[30, 150] = 0
    strengths = edge_strengths(page, 0.6)
    assert strengths.max() == 1
    assert np.median(strengths[strengths > 0]) == pytest.approx(1 / 2.25, abs=0.005)


def test_weak_edges_stay_only_where_they_hang_on_a_strong_one():
    strengths = np.zeros((5, 9), np.float32)
    strengths[2, 1:5] = [0.9, 0.3, 0.3, 0.05]
    strengths[2, 7] = 0.3
    found = edges(strengths, 0.5, 0.1)
    np.testing.assert_array_equal(np.argwhere(found), [[2, 1], [2, 2], [2, 3]])
    # A low threshold above the high one counts as the high one.
    np.testing.assert_array_equal(edges(strengths, 0.2, 0.8), strengths > 0.2)


def test_a_drawn_box_has_a_closed_edge():
    page = np.full((30, 30), 220, np.uint8)
    page[8:20, 10:22] = 30
    found = edges(edge_strengths(page, 0.6), 0.5, 0.1)
    inside = np.zeros_like(found)
    inside[9:19, 11:21] = True
    assert not (found & inside).any()
    assert found[8:20, 10].all()
