"""Nlbin: flat paper, and levels from where there is text."""

import numpy as np

import docbin
from docbin.methods import Nlbin
from docbin.methods.nlbin import _blurred, _varied


def shaded_page():
    paper = np.tile(235 - 0.7 * np.arange(180), (150, 1))
    truth = np.zeros(paper.shape, bool)
    for left in range(20, 160, 18):
        for top in range(20, 130, 32):
            truth[top : top + 20, left : left + 5] = True
    return np.where(truth, paper - 80, paper).astype(np.uint8), truth


def test_shaded_page_is_found():
    page, truth = shaded_page()
    assert docbin.score(Nlbin()(page), truth).fm > 97


def test_paper_is_flat_and_ink_keeps_its_depth():
    page, truth = shaded_page()
    flat = Nlbin().flat(page)
    low, high = int(page.min()), int(page.max())
    assert flat[~truth].mean() > 235
    assert abs(255 - flat[truth].mean() - 80 * 255 / (high - low)) < 20
    black, white = Nlbin().levels(flat)
    assert black < 180 < 230 < white


def test_text_is_where_a_page_varies():
    page = np.full((200, 200), 200, np.uint8)
    page[20:60:8, 20:60] = 40
    text = _varied(page, 20)
    assert text[25:55, 25:55].all()
    assert not text[150:, 150:].any()


def test_blur_by_hand():
    found = _blurred(np.array([[0.0, 3.0, 6.0]]), 3)
    assert found.tolist() == [[1.5, 3.0, 4.5]]


def test_real_pages(real_data):
    folder = real_data / "binarization" / "hdibco2010"
    found = []
    for name in ("H02", "H05"):
        page = next(iter(docbin.read_pages(folder / "img" / f"{name}.png"))).pixels
        truth = docbin.read_mask(folder / "gt" / f"{name}.png")
        found.append(docbin.score(Nlbin()(page), truth).fm)
    assert np.mean(found) > 86
