"""The cut that draws what a network finds."""

from __future__ import annotations

import numpy as np
import pytest

from docbin.ops import guided_cut as module
from docbin.ops.guided_cut import guided_cut


@pytest.fixture
def page():
    """Return paper with three strokes of different darkness, and their truth."""
    rng = np.random.default_rng(4)
    gray = (225 + rng.normal(0, 3, (300, 240))).round().astype(np.uint8)
    truth = np.zeros(gray.shape, bool)
    for top, left, level in ((40, 30, 50), (120, 60, 90), (200, 20, 130)):
        truth[top : top + 6, left : left + 150] = True
        gray[top : top + 6, left : left + 150] = level
    return gray, truth


def odds_of(mask, sure=3.0):
    return np.where(mask, sure, -sure).astype(np.float32)


def test_strokes_get_the_edges_of_the_page(page):
    gray, truth = page
    thin = truth & np.roll(truth, 2, 0) & np.roll(truth, -1, 0)
    assert thin.sum() < 0.6 * truth.sum()
    assert (guided_cut(gray, odds_of(thin)) ^ truth).sum() < 0.01 * truth.sum()


def test_what_the_network_does_not_see_stays_paper(page):
    gray, truth = page
    seen = truth.copy()
    seen[150:] = False
    np.testing.assert_array_equal(guided_cut(gray, odds_of(seen))[150:], False)


def test_a_page_without_ink_has_none(page):
    gray, truth = page
    assert not guided_cut(gray, odds_of(np.zeros_like(truth))).any()
    assert not guided_cut(gray[:1, :1], np.full((1, 1), -5, np.float32)).any()


def test_bands_and_threads_change_nothing(page, monkeypatch):
    gray, truth = page
    odds = odds_of(truth)
    whole = guided_cut(gray, odds)
    for band, threads in ((64, "1"), (64, "2"), (101, "2")):
        monkeypatch.setattr(module, "BAND", band)
        monkeypatch.setenv("DOCBIN_THREADS", threads)
        np.testing.assert_array_equal(guided_cut(gray, odds), whole)


@pytest.mark.parametrize("shape", [(1, 1), (1, 40), (40, 1), (3, 5), (17, 9)])
def test_any_size(shape):
    rng = np.random.default_rng(1)
    gray = rng.integers(0, 256, shape, np.uint8)
    mask = guided_cut(gray, rng.normal(0, 2, shape).astype(np.float32))
    assert mask.shape == shape
    assert mask.dtype == bool
