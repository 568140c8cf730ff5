"""Gatos: the paper behind the ink, the threshold of every shade, upsampling and mending."""

import numpy as np
import pytest

import docbin
from docbin import kernels
from docbin.errors import UsageError
from docbin.methods import Gatos
from docbin.ops.characters import character_height
from docbin.ops.upsampling import doubled


def shaded_page():
    paper = np.tile(235 - 0.9 * np.arange(180), (150, 1))
    truth = np.zeros(paper.shape, bool)
    for left in range(10, 170, 18):
        for top in range(12, 140, 32):
            truth[top : top + 20, left : left + 5] = True
    noise = np.random.default_rng(1).normal(0, 3, paper.shape)
    return np.clip(np.where(truth, paper * 0.45, paper) + noise, 0, 255).astype(np.uint8), truth


@pytest.mark.parametrize("upsampling", [1, 2])
def test_shaded_page_is_found(upsampling):
    page, truth = shaded_page()
    assert docbin.score(Gatos(upsampling=upsampling)(page), truth).fm > 98


def test_surface_is_the_paper():
    page, truth = shaded_page()
    surface = Gatos(reach=31).surface(page)
    paper = 235 - 0.9 * np.arange(180)
    assert np.abs(surface.paper - paper[None]).mean() < 4
    assert np.abs(surface.paper - paper[None])[truth].mean() < 10
    assert Gatos().surface(np.full((9, 9), 90, np.uint8)) is None


def test_depths_by_hand():
    needed = Gatos().depths(100.0, 200.0)
    # q δ p2 = 48 on black paper (nearly), q δ = 60 on white, half way where 4 B = 6 · b / 2.
    assert needed[0] == pytest.approx(48 + 12 / (1 + np.exp(6)))
    assert needed[150] == pytest.approx(48 + 6)
    assert np.all(np.diff(needed) > 0)
    assert needed[255] < 60


def test_threshold_is_strict():
    gray = np.array([[99, 100, 101]], np.uint8)
    limits = np.clip(np.ceil(np.arange(256) - 50.0), 0, 256).astype(np.int16)
    paper = np.full((1, 3), 150, np.uint8)
    # 150 − 100 is not more than 50.
    found = kernels.depth_threshold(gray, paper, limits)
    assert found.tolist() == [[1, 0, 0]]


def test_doubling_keeps_flat_and_linear_pages():
    assert np.all(doubled(np.full((3, 4), 77, np.uint8)) == 77)
    ramp = np.tile(np.arange(0, 200, 8, dtype=np.uint8), (6, 1))
    row = doubled(ramp)[5, 4:-4].astype(int)
    assert set(np.diff(row)) == {4}


def test_heights_of_characters():
    page = np.zeros((200, 300), bool)
    page[5:7, 10:290] = True
    for left in range(10, 200, 20):
        page[50:70, left : left + 5] = True
        page[120, left] = True
    assert character_height(page) == 20
    assert character_height(np.zeros((4, 4), bool)) == 0


def test_wrong_parameters_are_refused():
    with pytest.raises(UsageError, match="upsampling is 3"):
        Gatos(upsampling=3)
    with pytest.raises(UsageError, match="wiener is 15"):
        Gatos(wiener=15)


def test_real_pages(real_data):
    """The competition printed 85.25 for the method on the whole set."""
    folder = real_data / "binarization" / "dibco2009"
    found = []
    for name in ("H01", "P01", "P04"):
        page = next(iter(docbin.read_pages(folder / "img" / f"{name}.png"))).pixels
        truth = docbin.read_mask(folder / "gt" / f"{name}.png")
        found.append(docbin.score(Gatos()(page), truth).fm)
    assert np.mean(found) > 85
