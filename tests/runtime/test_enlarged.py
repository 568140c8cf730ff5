"""Pages of tiny type, seen at twice their size."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from contrast_network import contrast_file

import docbin
from docbin.methods import Net
from docbin.ops.upsampling import doubled
from docbin.runtime import enlarged


def letters(height, side=120):
    """Return a mask of strokes that stand upright, so many pixels tall."""
    mask = np.zeros((side, side), bool)
    for top in range(10, side - height, height + 6):
        for left in range(10, side - 10, 7):
            mask[top : top + height, left : left + 2] = True
    return mask


@pytest.fixture
def typed():
    """Return a gray page of type ten pixels tall."""
    rng = np.random.default_rng(1)
    gray = np.where(letters(10), 60, 220) + rng.integers(-3, 4, (120, 120))
    return gray.astype(np.uint8)


@pytest.mark.parametrize(("height", "tiny"), [(4, True), (13, True), (14, False), (40, False)])
def test_letters_of_up_to_13_pixels_are_tiny(height, tiny):
    assert enlarged.is_tiny(letters(height)) is tiny


def test_noise_and_pages_without_ink_are_not_type(monkeypatch):
    rng = np.random.default_rng(2)
    assert not enlarged.is_tiny(rng.random((100, 100)) < 0.5)
    assert not enlarged.is_tiny(np.zeros((50, 50), bool))
    monkeypatch.setattr(enlarged, "MOST_PIXELS", 120 * 120 - 1)
    assert not enlarged.is_tiny(letters(9))


def test_a_page_is_doubled_plane_by_plane():
    page = np.random.default_rng(3).integers(0, 256, (7, 5, 3), np.uint8)
    large = enlarged.twice(page)
    assert large.shape == (14, 10, 3)
    for channel in range(3):
        plane = np.ascontiguousarray(page[..., channel])
        np.testing.assert_array_equal(large[..., channel], doubled(plane))
        np.testing.assert_array_equal(enlarged.twice(plane), doubled(plane))


def test_a_logit_is_the_mean_of_four():
    seen = np.array([[1, 2, -7, 0], [4, 4, 2, 2]], np.int16)
    found = enlarged.logit(lambda large: seen[: large.shape[0], : large.shape[1]], np.ones((1, 2)))
    np.testing.assert_array_equal(found, [[2.75, -0.75]])
    assert found.dtype == np.float32


@pytest.mark.parametrize("quality", ["fast", "fine", "best"])
def test_tiny_type_is_seen_at_twice_its_size(typed, quality):
    file = contrast_file()
    plain, always = Net(file, quality, "never"), Net(file, quality, "always")
    auto = Net(file, quality) if quality != "fast" else always
    assert enlarged.is_tiny(Net(file, "fast", "never")(typed))
    ink = auto(typed)
    np.testing.assert_array_equal(ink, always(typed))
    assert not np.array_equal(auto.probability(typed), plain.probability(typed))
    np.testing.assert_array_equal(auto.probability(typed) >= 0.5, ink)
    large = Net(file, "fast", "never").network().logit(doubled(typed)).astype(float)
    if quality != "best":  # by hand
        blocks = large.reshape(120, 2, 120, 2).mean((1, 3))
        np.testing.assert_array_equal(ink, blocks >= auto.network().output().threshold)


@pytest.mark.parametrize(("quality", "height"), [("fast", 10), ("fine", 20), ("best", 20)])
def test_what_is_to_be_fast_and_other_pages_are_seen_as_they_are(quality, height):
    gray = np.where(letters(height), 60, 220).astype(np.uint8)
    file = contrast_file()
    auto, never = Net(file, quality), Net(file, quality, "never")
    np.testing.assert_array_equal(auto(gray), never(gray))
    np.testing.assert_array_equal(auto.probability(gray), never.probability(gray))


def test_the_default_network_reads_tiny_type_better():
    """Words as small as on a scan of 100 dpi, against their own ink."""
    large = np.full((480, 2000), 225, np.uint8)
    for line in (100, 200, 300, 400):
        words = "Tiny type in bills and tables"
        cv2.putText(large, words, (30, line), cv2.FONT_HERSHEY_SIMPLEX, 2, 40, 4, cv2.LINE_AA)
    small = cv2.resize(large, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    noisy = np.clip(small + np.random.default_rng(5).normal(0, 3, small.shape), 0, 255)
    truth, page = small < 133, noisy.round().astype(np.uint8)
    once, twice = (
        (docbin.binarize(page, "net", quality=quality) ^ truth).sum()
        for quality in ("fast", "fine")
    )
    assert twice < 0.6 * once
