"""ISauvola in bands: as on the whole page, but for ink whose contrast is far away."""

import golden
import numpy as np
import pytest
from page_bands import in_bands

import docbin
from docbin.errors import UsageError
from docbin.image import as_gray
from docbin.methods import ISauvola
from docbin.methods.isauvola_bands import ISauvolaBands


@pytest.mark.parametrize(
    ("window", "k", "least"), [(25, 0.1, 0), (15, 0.03, 20), (95, 0.2, 0), (601, 0.1, 3)]
)
def test_the_whole_page_at_once_is_isauvola(window, k, least):
    page = golden.page()
    expected = ISauvola(window, k, least=least)(page)
    np.testing.assert_array_equal(ISauvolaBands(window, k, least)(page), expected)
    # A reach as long as the page: any bands give the same.
    method = ISauvolaBands(window, k, least, reach=len(page))
    for rows in (1, 7, 64, 200):
        np.testing.assert_array_equal(in_bands(method, page, rows), expected)


def test_only_ink_whose_contrast_is_far_away_is_lost():
    # A stroke down the page that fades from black to nearly paper.
    page = np.full((700, 40), 230, np.uint8)
    page[:, 18:22] = np.linspace(30, 215, 700)[:, None].astype(np.uint8)
    whole = ISauvola(25, 0.03)(page)
    found = in_bands(ISauvolaBands(25, 0.03, reach=50), page, 100)
    assert not (found & ~whole).any()
    lost = np.flatnonzero((whole & ~found).any(axis=1))
    assert lost.size > 0
    assert lost.min() > 300
    np.testing.assert_array_equal(in_bands(ISauvolaBands(25, 0.03, reach=700), page, 100), whole)


@pytest.mark.parametrize("value", [0, 128, 255])
def test_flat_pages_stay_blank(value):
    page = np.full((40, 30), value, np.uint8)
    assert not ISauvolaBands()(page).any()
    assert not in_bands(ISauvolaBands(), page, 9).any()


def test_impossible_parameters():
    for params in ({"window": 0}, {"reach": -1}, {"least": 300}, {"k": float("nan")}):
        with pytest.raises(UsageError, match=next(iter(params))):
            ISauvolaBands(**params)


def test_real_pages_in_bands(real_data):
    pages = docbin.Dataset.open(real_data / "binarization", split="train")
    for sample in [*pages.only("dibco2009")][:2] + [*pages.only("bickley")][:1]:
        gray = as_gray(next(iter(docbin.read_pages(sample.image))).pixels)
        chosen = docbin.choose(gray)
        whole = ISauvola(chosen.window, chosen.k, least=chosen.least)(gray)
        method = ISauvolaBands(chosen.window, chosen.k, chosen.least)
        found = in_bands(method, gray, 100)
        assert not (found & ~whole).any()
        assert np.count_nonzero(whole & ~found) < 1e-3 * gray.size
