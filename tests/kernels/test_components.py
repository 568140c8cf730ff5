"""Connected components: against the twin and against scipy."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from docbin import kernels
from docbin.kernels import reference


@settings(max_examples=80)
@given(
    height=st.integers(1, 30),
    width=st.integers(1, 60),
    ink=st.floats(0, 1),
    connectivity=st.sampled_from([4, 8]),
    seed=st.integers(0, 2**32 - 1),
)
def test_labels_and_boxes(height, width, ink, connectivity, seed):
    mask = (np.random.default_rng(seed).random((height, width)) < ink).astype(np.uint8)
    labels, boxes = kernels.components(mask, connectivity)
    twin_labels, twin_boxes = reference.components(mask, connectivity)
    np.testing.assert_array_equal(labels, twin_labels)
    np.testing.assert_array_equal(boxes, twin_boxes)
    np.testing.assert_array_equal(kernels.component_boxes(mask, connectivity), boxes)
    structure = ndimage.generate_binary_structure(2, 1 if connectivity == 4 else 2)
    expected, count = ndimage.label(mask, structure)
    assert len(boxes) == count
    np.testing.assert_array_equal(labels, expected)  # scipy numbers by the first pixel, too
    for (top, left, bottom, right), (ys, xs) in zip(
        boxes[:, :4], ndimage.find_objects(expected), strict=True
    ):
        assert (top, left, bottom, right) == (ys.start, xs.start, ys.stop, xs.stop)
    np.testing.assert_array_equal(boxes[:, 4], np.bincount(labels.ravel())[1:])


@settings(max_examples=80)
@given(
    height=st.integers(1, 30),
    width=st.integers(1, 60),
    ink=st.floats(0, 1),
    seeds=st.floats(0, 0.2),
    connectivity=st.sampled_from([4, 8]),
    seed=st.integers(0, 2**32 - 1),
)
def test_reconstruct(height, width, ink, seeds, connectivity, seed):
    random = np.random.default_rng(seed)
    mask = (random.random((height, width)) < ink).astype(np.uint8)
    points = (random.random((height, width)) < seeds).astype(np.uint8) * 255
    kept = kernels.reconstruct(mask, points, connectivity)
    np.testing.assert_array_equal(kept, reference.reconstruct(mask, points, connectivity))
    structure = ndimage.generate_binary_structure(2, 1 if connectivity == 4 else 2)
    expected = ndimage.binary_propagation(mask & (points > 0), structure, mask)
    np.testing.assert_array_equal(kept, expected)


@settings(max_examples=30)
@given(
    height=st.integers(128, 700),
    ink=st.sampled_from([0.3, 0.45, 0.6]),
    seeds=st.floats(0, 0.002),
    connectivity=st.sampled_from([4, 8]),
    threads=st.sampled_from([1, 2, 3]),
    seed=st.integers(0, 2**32 - 1),
)
def test_reconstruct_across_bands(height, ink, seeds, connectivity, threads, seed):
    random = np.random.default_rng(seed)
    mask = (random.random((height, 24)) < ink).astype(np.uint8)
    points = (random.random(mask.shape) < seeds).astype(np.uint8)
    kept = kernels.reconstruct(mask, points, connectivity, threads)
    structure = ndimage.generate_binary_structure(2, 1 if connectivity == 4 else 2)
    expected = ndimage.binary_propagation(mask & points, structure, mask)
    np.testing.assert_array_equal(kept, expected)


def test_ink_through_many_bands_stays_for_one_seed():
    comb = np.zeros((800, 9), np.uint8)
    comb[:, ::2] = 1  # teeth that only the last row joins
    comb[-1] = 1
    points = np.zeros_like(comb)
    points[0, 0] = 1
    np.testing.assert_array_equal(kernels.reconstruct(comb, points, 4, 3), comb)
    comb[-1, 5] = 0
    left = comb.copy()
    left[:, 5:] = 0
    np.testing.assert_array_equal(kernels.reconstruct(comb, points, 4, 3), left)


def test_snail_is_one_component():
    snail = np.array(
        [
            [1, 1, 1, 1, 1],
            [0, 0, 0, 0, 1],
            [1, 1, 1, 0, 1],
            [1, 0, 0, 0, 1],
            [1, 1, 1, 1, 1],
        ],
        np.uint8,
    )
    labels, boxes = kernels.components(snail, 4)
    assert boxes.tolist() == [[0, 0, 5, 5, 17]]
    np.testing.assert_array_equal(labels, snail)


def test_diagonal_touches_only_with_eight():
    cross = np.eye(4, dtype=np.uint8)
    assert len(kernels.component_boxes(cross, 8)) == 1
    assert len(kernels.component_boxes(cross, 4)) == 4


def test_other_connectivity_is_refused():
    with pytest.raises(ValueError, match="4 or 8"):
        kernels.components(np.zeros((2, 2), np.uint8), 6)
