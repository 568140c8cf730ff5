"""What `auto` promises: blank stays blank, large dark areas stay whole, the choice is stated."""

from __future__ import annotations

import golden
import numpy as np
import pytest

import docbin
from docbin.methods import auto
from docbin.methods.auto import Auto
from docbin.methods.isauvola import ISauvola
from docbin.ops.solid import fill_hollow


def noise(shape, sigma, seed=0):
    return np.random.default_rng(seed).normal(0, sigma, shape)


@pytest.mark.parametrize("sigma", [0.0, 0.4, 1.0, 3.0, 8.0])
def test_a_blank_page_stays_blank(sigma):
    y, x = np.mgrid[:300, :400]
    paper = 220 - x / 8 - y / 10 + noise((300, 400), sigma)
    assert not docbin.binarize(np.clip(np.round(paper), 0, 255).astype(np.uint8), "auto").any()


def test_large_dark_areas_are_not_hollowed_out():
    page = golden.page()
    page = np.vstack([page, np.full((200, page.shape[1]), 210, np.uint8)])
    page[170:330, 20:190] = 45 + np.round(noise((160, 170), 2)).astype(np.int64)
    mask = docbin.binarize(page, "auto")
    assert mask[174:326, 24:186].mean() > 0.99
    assert not mask[336:, :].any()


def test_letters_keep_their_counters():
    page = np.full((60, 60), 220, np.uint8)
    page[10:50, 10:50] = 30
    page[20:40, 20:40] = 220
    assert not docbin.binarize(page, "auto")[22:38, 22:38].any()


def test_a_shadow_is_not_filled():
    gray = np.full((80, 80), 230, np.uint8)
    gray[:, :40] = 120  # darker than the middle, but part of the paper around the letters
    gray[30:34, 50:70] = 20
    mask = gray < 30
    assert np.array_equal(fill_hollow(mask, gray), mask)


def test_a_seal_on_shaded_paper_is_not_filled():
    y, x = np.mgrid[:120, :120]
    away = np.hypot(y - 60, x - 60)
    gray = np.where(x < 110, 135, 235).astype(np.uint8)
    ring = (away > 40) & (away < 46)
    gray[ring] = 60
    gray[:, 112:116] = 20
    assert np.array_equal(fill_hollow(gray < 100, gray), gray < 100)


def test_what_is_chosen_is_the_result():
    page = golden.page()
    chosen = docbin.choose(page)
    assert isinstance(chosen, ISauvola)
    assert (chosen.window, chosen.k) in auto.settings()
    assert np.array_equal(docbin.binarize(page, "auto"), chosen(page))
    assert np.array_equal(docbin.binarize(page, "auto"), chosen(page))


def test_a_page_at_twice_the_resolution_gets_twice_the_window():
    page = golden.page()
    large = page.repeat(2, axis=0).repeat(2, axis=1)
    one, two = docbin.choose(page, dpi=300), docbin.choose(large, dpi=600)
    assert (two.window, two.k) == (2 * one.window // 2 * 2 + 1, one.k)


def test_a_large_page_is_judged_by_tiles_with_text():
    blank = np.full((3 * 512, 2 * 512), 200, np.uint8)
    text = np.tile(golden.page(), (4, 3))[:512, :512]
    blank[512:1024, 512:] = text
    tiles = Auto(sample=0.3).looked_at(blank)
    assert len(tiles) == 1
    assert np.array_equal(tiles[0].gray, text)


def test_a_page_in_bands_gets_a_method_that_runs_in_bands():
    page = golden.page()
    method = Auto().choose_banded([page])
    assert method.passes == 2
    chosen = docbin.choose(page)
    assert (method.window, method.k, method.least) == (chosen.window, chosen.k, chosen.least)


@pytest.mark.parametrize("sigma", [0.0, 3.0, 8.0])
def test_a_blank_page_in_bands_stays_blank(sigma):
    page = np.round(220 - np.arange(700) / 10 + noise((1100, 700), sigma)).astype(np.uint8)
    method = Auto().choose_banded(page[top : top + 512] for top in range(0, 1100, 512))
    assert not method(page).any()


def test_better_than_the_best_fixed_setting_on_training_pages(real_data):
    """Six pages of two training sets; `python -m benchmarks.auto_choice` has all of them."""
    pages = docbin.Dataset.open(real_data / "binarization", split="train")
    gains = []
    for sample in [*pages.only("hdibco2010")][:3] + [*pages.only("hdibco2012")][3:6]:
        image = next(iter(docbin.read_pages(sample.image))).pixels
        truth = docbin.read_mask(sample.truth)
        fixed = docbin.binarize(image, "isauvola", window=25, k=0.1)
        chosen = docbin.binarize(image, "auto")
        gains.append(docbin.score(chosen, truth).fm - docbin.score(fixed, truth).fm)
    assert np.mean(gains) > 1
