"""Ntirogiannis: even paper, low components, contrast, and the combination of two masks."""

import numpy as np
import pytest

import docbin
from docbin.methods import Ntirogiannis, Otsu
from docbin.methods.ntirogiannis import combined, contrast_of, normalised, without_low


def shaded_page():
    paper = np.tile(235 - 0.9 * np.arange(180), (150, 1))
    truth = np.zeros(paper.shape, bool)
    for left in range(10, 170, 18):
        for top in range(12, 140, 32):
            truth[top : top + 20, left : left + 5] = True
    noise = np.random.default_rng(1).normal(0, 3, paper.shape)
    return np.clip(np.where(truth, paper * 0.45, paper) + noise, 0, 255).astype(np.uint8), truth


def test_shaded_page_is_found():
    page, truth = shaded_page()
    assert docbin.score(Ntirogiannis()(page), truth).fm > 97
    assert docbin.score(Otsu()(page), truth).fm < 80


def test_paper_and_normalised_page():
    page, truth = shaded_page()
    paper = Ntirogiannis().paper(page)
    assert np.abs(paper - (235 - 0.9 * np.arange(180))[None])[truth].mean() < 12
    even = normalised(page, paper)
    assert even.min() == page.min()
    assert even.max() == page.max()
    assert even[~truth].std() < 12 < 40 < page[~truth].std()


def test_low_components_by_hand():
    mask = np.zeros((30, 60), bool)
    mask[5:15, 5:15] = True
    mask[5:15, 20:30] = True
    mask[20, 5:50:5] = True
    kept = without_low(mask)
    assert kept[5:15].sum() == 200
    assert not kept[20].any()
    assert not without_low(np.zeros((3, 3), bool)).any()


def test_contrast_by_hand():
    gray = np.full((20, 20), 200, np.uint8)
    text = np.zeros(gray.shape, bool)
    text[8:11, 3:17] = True
    gray[text] = 20
    assert contrast_of(gray, np.full_like(gray, 200), text) == pytest.approx(50)
    assert contrast_of(gray, np.full_like(gray, 20), text) == 0


def test_components_need_enough_in_common():
    strokes, text = np.zeros((12, 40), bool), np.zeros((12, 40), bool)
    strokes[2, 0:10] = strokes[6, 0:10] = True
    text[2, 0:4] = text[6, 0:2] = True
    text[3, 0:2] = text[10, 30:33] = True
    found = combined(strokes, text, 30.0)
    assert found[2, :10].all()
    assert found[3, :2].all()
    assert not found[6].any()
    assert not found[10].any()


def test_real_pages(real_data):
    """The paper prints 92.6 for the whole set."""
    folder = real_data / "binarization" / "dibco2009"
    found = []
    for name in ("H01", "P01", "P04"):
        page = next(iter(docbin.read_pages(folder / "img" / f"{name}.png"))).pixels
        truth = docbin.read_mask(folder / "gt" / f"{name}.png")
        found.append(docbin.score(Ntirogiannis()(page), truth).fm)
    assert np.mean(found) > 92
