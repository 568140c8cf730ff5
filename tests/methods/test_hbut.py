"""HBUT: the background goes, ink keeps its depth, specks go."""

import numpy as np
import pytest

import docbin
from docbin.errors import UsageError
from docbin.methods import HBUT, ISauvola
from docbin.methods.hbut import _connected, _without_specks


def shaded_page():
    paper = np.tile(230 - 0.9 * np.arange(160), (120, 1))
    truth = np.zeros(paper.shape, bool)
    truth[20:100:20, 10:150] = True
    truth |= np.roll(truth, 1, 0) | np.roll(truth, 2, 0) | np.roll(truth, 3, 0)
    noise = np.random.default_rng(1).normal(0, 2, paper.shape)
    return np.clip(np.where(truth, paper * 0.5, paper) + noise, 0, 255).astype(np.uint8), truth


def test_enhanced_paper_is_white_and_ink_keeps_its_depth():
    page, truth = shaded_page()
    enhanced = HBUT().enhanced(page, 4.0)
    assert enhanced[~truth].mean() > 245
    # Ink is half as bright as its paper: the depth is half the paper's brightness.
    inside = truth & np.roll(truth, 1, 0) & np.roll(truth, -1, 0)
    paper = 230 - 0.9 * np.nonzero(inside)[1]
    assert np.abs((255.0 - enhanced[inside]) - paper / 2).mean() < 8


def test_shaded_page_is_found():
    page, truth = shaded_page()
    assert docbin.score(HBUT()(page), truth).fm > 98.5


@pytest.mark.parametrize("sides", [(1,), (0, 2)])
def test_a_black_border_goes_and_takes_nothing_along(sides):
    page, truth = shaded_page()
    deep = 40
    top, right, bottom, left = (deep * (side in sides) for side in range(4))
    shape = page.shape[0] + top + bottom, page.shape[1] + left + right
    picture = np.random.default_rng(2).integers(4, 20, shape).astype(np.uint8)
    inner = slice(top, top + page.shape[0]), slice(left, left + page.shape[1])
    picture[inner] = page
    found = HBUT()(picture)
    assert docbin.score(np.ascontiguousarray(found[inner]), truth).fm > 96
    outside = np.ones(shape, bool)
    outside[inner] = False
    assert found[outside].mean() < 0.1


def test_specks_and_gaps_by_hand():
    mask = np.zeros((9, 12), bool)
    mask[1:4, 1:6] = True
    mask[2, 3] = False
    mask[6, 8:10] = True
    kept = _without_specks(mask, 3)
    assert kept[1:4, 1:6].sum() == 14
    assert not kept[6].any()
    filled = _connected(kept)
    assert filled[2, 3]
    assert filled.sum() == 15


def test_wrong_parameters_are_refused():
    with pytest.raises(UsageError, match="reach is 0"):
        HBUT(reach=0)
    with pytest.raises(UsageError, match="search"):
        HBUT(search="slow")


def test_real_pages(real_data):
    """Far better than the best fixed local threshold."""
    folder = real_data / "binarization" / "hdibco2010"
    gains = []
    for name in ("H03", "H09"):
        page = next(iter(docbin.read_pages(folder / "img" / f"{name}.png"))).pixels
        truth = docbin.read_mask(folder / "gt" / f"{name}.png")
        fm = docbin.score(HBUT()(page), truth).fm
        assert fm > 94
        gains.append(fm - docbin.score(ISauvola()(page), truth).fm)
    assert np.mean(gains) > 1
