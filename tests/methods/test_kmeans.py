"""K-means of colours: the darkest cluster is ink."""

import numpy as np
import pytest

from docbin.errors import UsageError
from docbin.methods import KMeans


def sealed_page():
    """Return a noisy page with black writing and a red seal, and where the writing is."""
    random = np.random.default_rng(5)
    page = np.full((80, 120, 3), (226, 214, 180), float)
    page[40:70, 70:110] = (178, 50, 44)
    ink = np.zeros(page.shape[:2], bool)
    ink[10:14, 10:100] = True
    ink[50:54, 20:100] = True  # across the seal
    page[ink] = (52, 46, 40)
    noisy = page + random.normal(0, 6, page.shape)
    return np.clip(np.round(noisy), 0, 255).astype(np.uint8), ink


def test_writing_is_found_and_the_seal_is_not():
    page, ink = sealed_page()
    mask = KMeans()(page)
    assert (mask == ink).mean() > 0.999
    # With two clusters the seal goes with the ink.
    assert KMeans(clusters=2)(page)[45, 90]


def test_many_colors_go_through_cells():
    page, ink = sealed_page()
    noise = np.random.default_rng(6).integers(-14, 15, page.shape)
    many = np.clip(page.astype(int) + noise, 0, 255).astype(np.uint8)
    assert len(np.unique(many.reshape(-1, 3), axis=0)) > 4096
    assert (KMeans()(many) == ink).mean() > 0.995


def test_same_seed_same_mask():
    page, _ = sealed_page()
    np.testing.assert_array_equal(KMeans(seed=3)(page), KMeans(seed=3)(page))


def test_gray_pages_work_and_order_of_channels_matters_little():
    page, ink = sealed_page()
    gray = page.mean(2).astype(np.uint8)
    assert KMeans()(gray)[ink].all()
    assert (KMeans()(page[:, :, ::-1].copy()) == ink).mean() > 0.99


@pytest.mark.parametrize("color", [(0, 0, 0), (255, 255, 255), (200, 30, 30)])
def test_one_color_is_blank(color):
    assert not KMeans()(np.full((9, 9, 3), color, np.uint8)).any()


def test_two_near_colors_are_two_clusters():
    page = np.full((6, 6, 3), 7, np.uint8)
    page[2] = 6
    np.testing.assert_array_equal(np.nonzero(KMeans()(page).all(1))[0], [2])


def test_wrong_parameters_are_refused():
    with pytest.raises(UsageError, match="clusters is 1"):
        KMeans(clusters=1)
    with pytest.raises(UsageError, match="seed is -1"):
        KMeans(seed=-1)
