"""Methods that look at contrast: answers by hand, bands, edges."""

from itertools import pairwise

import numpy as np
import pytest

import docbin
from docbin.binarizer import Banded
from docbin.errors import UsageError
from docbin.image import pack


def noisy(height=90, width=70, seed=5):
    """Return dark bars on shaded, noisy paper."""
    random = np.random.default_rng(seed)
    page = 150 + np.linspace(0, 60, width)[None] + random.normal(0, 4, (height, width))
    for top in range(8, height - 6, 14):
        page[top : top + 4, 6 : width - 6] -= 90
    return np.clip(page, 0, 255).astype(np.uint8)


def in_bands(method, page, edges):
    halo = method.halo
    rows = list(pairwise(edges))
    survey = None
    if method.passes == 2:
        for top, bottom in rows:
            part = method.survey(page, slice(top, bottom))
            survey = part if survey is None else method.merge(survey, part)
    bands = []
    for top, bottom in rows:
        start, stop = max(0, top - halo), min(len(page), bottom + halo)
        keep = slice(top - start, bottom - start)
        bands.append(method.packed(page[start:stop], keep, survey))
    return np.concatenate(bands)


@pytest.mark.parametrize("window", [3, 15, 75, 301])
def test_bernsen_in_bands(window):
    page = noisy()
    method = docbin.create("bernsen", window=window)
    assert isinstance(method, Banded)
    mask = method(page)
    np.testing.assert_array_equal(mask, page <= method.threshold(page))
    np.testing.assert_array_equal(in_bands(method, page, [0, 7, 40, 41, 90]), pack(mask))


def test_bernsen_by_hand():
    page = np.array([[10, 20, 90, 95, 95]], np.uint8)
    method = docbin.create("bernsen", window=3, contrast_limit=15, low_contrast=93)
    assert method.threshold(page).tolist() == [[93, 50, 57, 93, 93]]
    assert method(page).tolist() == [[True, True, False, False, False]]


@pytest.mark.parametrize("value", [0, 7, 128, 255])
def test_bernsen_of_a_flat_page(value):
    page = np.full((5, 9), value, np.uint8)
    method = docbin.create("bernsen")
    assert not method(page).any()
    assert not in_bands(method, page, [0, 2, 5]).any()


def test_bernsen_window_on_paper():
    method = docbin.create("bernsen", window="2mm")
    assert method.at(300).window == 25
    assert method.at(600).window == 49
    assert method.halo == 12


def test_bernsen_refuses():
    with pytest.raises(UsageError, match="window is 1"):
        docbin.create("bernsen", window=1)
    with pytest.raises(UsageError, match="contrast_limit is 256"):
        docbin.create("bernsen", contrast_limit=256)
