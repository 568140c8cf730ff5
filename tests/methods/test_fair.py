"""FAIR: mixtures around edges, specks, reviews and what is left."""

import numpy as np

import docbin
from docbin.methods import Fair
from docbin.methods.fair import _decided, _forgotten, _near


def test_large_strokes_are_filled():
    page = np.full((120, 160), 210, np.uint8)
    truth = np.zeros(page.shape, bool)
    truth[20:100, 30:90] = True
    truth[20:100, 120:124] = True
    noise = np.random.default_rng(1).normal(0, 4, page.shape)
    page = np.clip(np.where(truth, 50, 210) + noise, 0, 255).astype(np.uint8)
    [labels] = Fair().labels(page, 1.4)
    assert labels[60, 60] == 2
    assert docbin.score(Fair()(page), truth).fm > 98


def test_labels_by_hand():
    labels = np.full((9, 12), 2, np.uint8)
    labels[4, 4:7] = 1
    assert (_forgotten(labels, 4) == 2).all()
    assert (_forgotten(labels, 3) == labels).all()
    # Unknown amid ink becomes ink; unknown that touches more paper does not.
    ring = np.zeros((7, 14), np.uint8)
    ring[1:6, 1:6] = 1
    ring[2:5, 2:5] = 2
    ring[2:5, 8:11] = 2
    found = _decided(ring)
    assert found[1:6, 1:6].all()
    assert found.sum() == 25
    assert _near(np.eye(1, 7, 3, dtype=bool)).tolist() == [[False, *[True] * 5, False]]


def test_real_pages(real_data):
    folder = real_data / "binarization" / "hdibco2010"
    page = next(iter(docbin.read_pages(folder / "img" / "H07.png"))).pixels
    truth = docbin.read_mask(folder / "gt" / "H07.png")
    assert docbin.score(Fair()(page), truth).fm > 87
