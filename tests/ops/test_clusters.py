"""Clusters of colours: colour spaces and k-means."""

import itertools

import numpy as np
import pytest

from docbin.ops.clusters import color_codes, k_means, lab_of, nearest


def test_lab_is_scikit_images():
    color = pytest.importorskip("skimage.color", reason="scikit-image is not installed")
    rgb = np.random.default_rng(0).integers(0, 256, (40, 50, 3)).astype(np.uint8)
    ours = lab_of(color_codes(rgb).ravel())
    np.testing.assert_allclose(ours, color.rgb2lab(rgb).reshape(-1, 3), atol=0.02)


def cost(points, weights, centers):
    return (weights * ((points[:, None] - centers[None]) ** 2).sum(2).min(1)).sum()


@pytest.mark.parametrize("seed", range(12))
def test_clusters_of_a_few_points_are_the_best_ones(seed):
    random = np.random.default_rng(seed)
    points = random.integers(0, 50, (7, 2)).astype(float)
    points = np.unique(points, axis=0)
    weights = random.integers(1, 9, len(points)).astype(float)
    found = k_means(points, weights, 2, seed, restarts=20)
    costs = []
    for labels in itertools.product((0, 1), repeat=len(points)):
        sides = np.array(labels)
        if 0 < sides.sum() < len(sides):
            centers = [np.average(points[sides == i], 0, weights[sides == i]) for i in (0, 1)]
            costs.append(cost(points, weights, np.array(centers)))
    assert cost(points, weights, found) == pytest.approx(min(costs))


def test_weights_are_repeated_points():
    random = np.random.default_rng(2)
    points = np.concatenate([random.normal(0, 1, (20, 3)), random.normal(9, 1, (20, 3))])
    weights = random.integers(1, 5, 40)
    centers = k_means(points, weights.astype(float), 2, 0)
    sides = nearest(points, centers)
    for i in (0, 1):
        repeated = np.repeat(points[sides == i], weights[sides == i], axis=0)
        np.testing.assert_allclose(centers[i], repeated.mean(0))


def test_same_seed_same_centers_and_no_more_than_points():
    points = np.random.default_rng(1).random((30, 3))
    np.testing.assert_array_equal(
        k_means(points, np.ones(30), 4, 7), k_means(points, np.ones(30), 4, 7)
    )
    assert len(k_means(points[:2], np.ones(2), 5, 0)) == 2
