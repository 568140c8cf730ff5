"""ISauvola: Sauvola's components where there is contrast."""

import numpy as np
import pytest

import docbin
from docbin.errors import UsageError
from docbin.methods import ISauvola, Sauvola


def faint_and_dark():
    """Return a dark stroke, a faint one that touches it, and a faint one on its own."""
    page = np.full((40, 90), 200, np.uint8)
    page[10:13, 10:30] = 20
    page[11:13, 30:40] = 150
    page[30:33, 60:80] = 170
    return page


def test_faint_ink_stays_only_where_it_touches_contrast():
    page = faint_and_dark()
    method = ISauvola(window=15, k=0.02)
    ink = Sauvola(window=15, k=0.02)(page)
    assert ink[31, 60:80].all()
    mask = method(page)
    assert mask[11, 10:40].all()
    assert not mask[25:].any()
    np.testing.assert_array_equal(mask[:25], ink[:25])


def test_seed_is_where_windows_of_three_have_contrast():
    page = faint_and_dark()
    seed = ISauvola().seed(page)
    # 255 · 180 / 220 = 208 around the dark stroke, 61 and less elsewhere.
    expected = np.zeros_like(seed)
    expected[9:14, 9:31] = True
    expected[11, 11:29] = False
    # The faint stroke's end differs from the dark one's by 255 · 130 / 170 = 195.
    np.testing.assert_array_equal(seed, expected)


def test_opening_erases_thin_contrast():
    page = faint_and_dark()
    assert ISauvola(opening=3).seed(page)[9:14].sum() < ISauvola().seed(page)[9:14].sum()
    assert not ISauvola(opening=3)(page)[25:].any()


@pytest.mark.parametrize("value", [0, 7, 128, 255])
@pytest.mark.parametrize("shape", [(1, 1), (1, 9), (6, 5)])
def test_flat_page_is_blank(value, shape):
    assert not ISauvola()(np.full(shape, value, np.uint8)).any()


def test_wrong_parameters_are_refused():
    with pytest.raises(UsageError, match="opening is 0"):
        ISauvola(opening=0)
    with pytest.raises(UsageError, match="r is 0"):
        ISauvola(r=0)
    with pytest.raises(UsageError, match="at most 4095"):
        ISauvola(window=4097)


def test_published_counts(real_data):
    """DIBCO 2009, first printed page: 38 792 right, 5 485 false, 1 443 missed."""
    folder = real_data / "binarization" / "dibco2009"
    page = next(iter(docbin.read_pages(folder / "img" / "P01.png"))).pixels
    truth = docbin.read_mask(folder / "gt" / "P01.png")
    mask = docbin.binarize(page, "isauvola", window=75, k=0.2)
    assert (mask & truth).sum() == 38792
    assert (mask & ~truth).sum() == 5485
    assert (~mask & truth).sum() == 1443
