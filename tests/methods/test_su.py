"""Su's methods: edges, stroke width and thresholds."""

import numpy as np
import pytest
from scipy import ndimage

import docbin
from docbin.errors import UsageError
from docbin.methods import LMM, ISauvola, Otsu, Su, Su2013
from docbin.methods.su2013 import _joined, _sided, _without_spurs
from docbin.ops.edge_distance import edge_distance, window_for


def shaded_page():
    """Strokes of four pixels, soft as a scan's, on paper that darkens to half its brightness."""
    paper = np.tile(230 - 0.75 * np.arange(160), (120, 1))
    truth = np.zeros(paper.shape, bool)
    for left in range(10, 150, 20):
        truth[15:105, left : left + 4] = True
    noise = np.random.default_rng(1).normal(0, 2, paper.shape)
    soft = ndimage.gaussian_filter(np.where(truth, 0.5, 1.0), 0.7)
    return np.clip(soft * paper + noise, 0, 255).astype(np.uint8), truth


@pytest.mark.parametrize("method", [Su(), LMM(), Su2013()])
def test_shaded_page_is_found(method):
    page, truth = shaded_page()
    assert edge_distance(page, method.edges(page)) in (4, 5)
    found = method(page)
    # Every stroke whole, but for its corners, and nothing apart from the strokes: those may grow
    # by the pixels beside them, half covered, where Canny's edges lie on the outer side.
    assert found[truth].mean() > 0.99
    assert not found[~ndimage.binary_dilation(truth, np.ones((3, 3)))].any()
    assert docbin.score(found, truth).fm > docbin.score(Otsu()(page), truth).fm + 8


def test_su_keeps_the_width_of_strokes():
    page, truth = shaded_page()
    assert docbin.score(Su()(page), truth).fm > 98


def test_lmm_is_su_with_smaller_windows():
    page, _ = shaded_page()
    np.testing.assert_array_equal(LMM()(page), Su(reach=2, least=2)(page))
    np.testing.assert_array_equal(docbin.binarize(page, "lmm", reach=4, least=4), Su()(page))
    with pytest.raises(UsageError, match="reach"):
        LMM(reach=0)


def test_windows_are_odd_and_bounded():
    assert [window_for(d, 2.0) for d in (0, 1, 4, 5)] == [3, 3, 9, 11]
    assert window_for(10**6, 4.0) == 2001


def test_adaptive_contrast_by_hand():
    # Half the pixels 0, half 128: the deviation is 64, so that contrast has a share of one half.
    page = np.zeros((40, 40), np.uint8)
    page[:, 20:] = 128
    contrast = Su2013().contrast(page)
    assert contrast[0, 0] == 0
    assert contrast[20, 20] == (254 + 128) // 2
    assert Su2013(gamma=100).contrast(page)[20, 20] == 128


def test_edges_divide_the_classes():
    gray = np.tile(np.array([200, 200, 120, 40, 40], np.uint8), (5, 1))
    edge = np.zeros(gray.shape, bool)
    edge[:, 2] = True
    for blank in (np.zeros(gray.shape, bool), np.ones(gray.shape, bool)):
        ink = _sided(gray, blank, edge)
        assert ink[:, 3].all()
        assert not ink[:, 1].any()
        assert np.array_equal(ink[:, [0, 2, 4]], blank[:, [0, 2, 4]])
    lone = np.zeros(gray.shape, bool)
    lone[2, 2] = True
    assert not _joined(lone).any()
    assert _joined(edge).all(axis=0).tolist() == [False, False, True, False, False]


def test_spurs_and_gaps_by_hand():
    mask = np.zeros((8, 9), bool)
    mask[3:6, 1:8] = True
    mask[6, 4] = True
    mask[4, 4] = False
    mended = _without_spurs(mask)
    assert mended[4, 4]
    assert mended[6, 4]
    mask[0, 0] = True
    assert not _without_spurs(mask)[0, 0]


def test_wrong_parameters_are_refused():
    with pytest.raises(UsageError, match="reach is 0"):
        Su(reach=0)
    with pytest.raises(UsageError, match="high is 2"):
        Su2013(high=2)


def test_real_pages(real_data):
    """Near the figures that the papers print, 85.5 and 92.0 for the whole set."""
    folder = real_data / "binarization" / "hdibco2010"
    fm = {Su: [], Su2013: [], ISauvola: []}
    for name in ("H02", "H05", "H07"):
        page = next(iter(docbin.read_pages(folder / "img" / f"{name}.png"))).pixels
        truth = docbin.read_mask(folder / "gt" / f"{name}.png")
        for method, found in fm.items():
            found.append(docbin.score(method()(page), truth).fm)
    assert np.mean(fm[Su]) > 87
    assert np.mean(fm[Su2013]) > 92
    assert np.mean(fm[Su2013]) > np.mean(fm[ISauvola])
