"""The thin slice: known answers of the first methods and of F-measure."""

import numpy as np

import docbin


def test_otsu_of_two_values_splits_them():
    image = np.full((4, 4), 200, np.uint8)
    image[1, 1] = 10
    mask = docbin.binarize(image, "otsu")
    assert mask.sum() == 1
    assert mask[1, 1]


def test_flat_page_stays_blank():
    assert not docbin.binarize(np.full((5, 7), 90, np.uint8), "otsu").any()


def test_f_measure_by_hand():
    truth = np.array([[True, True, False, False]])
    result = np.array([[True, False, True, False]])
    assert docbin.score(result, truth).fm == 50.0
