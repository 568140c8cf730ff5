"""Multi-scale Sauvola: large objects are not hollowed out, small ones stay."""

import numpy as np
import pytest

import docbin
from docbin.errors import UsageError
from docbin.methods import Sauvola, SauvolaMS
from docbin.ops.reduction import reduced


@pytest.fixture(scope="module")
def page():
    """Return a block far larger than the window, and small strokes."""
    gray = np.full((420, 520), 225, np.int64)
    gray[40:240, 40:400] = 60
    gray[300:400:20, 20:500] = 70
    gray[301:400:20, 20:500] = 70
    noise = np.random.default_rng(1).integers(-9, 10, gray.shape)
    return np.clip(gray + noise, 0, 255).astype(np.uint8)


def test_large_objects_stay_full(page):
    single, several = Sauvola(101, 0.34)(page), SauvolaMS()(page)
    block = slice(40, 240), slice(40, 400)
    assert single[block].mean() < 0.95
    assert several[block].mean() > 0.999
    assert not several[:30].any()
    assert several[300:400:20, 20:500].mean() > 0.99


def test_objects_take_the_scale_of_their_size(page):
    method = SauvolaMS()
    zones = method.zones(reduced(page, 3))
    # A window is 35 pixels of the first scale: 0.7 · 35² = 857 there, and at the next scale 857
    # of its pixels. The block has 8 000 pixels of the first scale, 2 000 of the second.
    assert (zones[20:75, 20:125] == 2).all()
    assert (zones[100:132, 10:160] == 0).all()


def test_one_scale_without_reduction_is_sauvola(page):
    method = SauvolaMS(window=25, k=0.2, scales=1, reduction=1)
    np.testing.assert_array_equal(method(page), Sauvola(25, 0.2)(page))


def test_mask_is_the_page_below_its_threshold(page):
    for reduction in (1, 2, 3, 5):
        method = SauvolaMS(reduction=reduction)
        assert method.nodes(page).shape == tuple(
            -(-(length - 1) // reduction) + 1 for length in page.shape
        )
        np.testing.assert_array_equal(method(page), page <= method.threshold(page))


def test_windows_larger_than_the_page_and_the_kernels(page):
    largest = SauvolaMS(window=4095, scales=6, reduction=1)
    assert largest(page).shape == page.shape


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"window": 4097}, "at most 4095"),
        ({"scales": 0}, "scales is 0"),
        ({"reduction": 9}, "reduction"),
        ({"k": 2}, "k is 2"),
    ],
)
def test_parameters_out_of_range_are_refused(params, message):
    with pytest.raises(UsageError, match=message):
        docbin.create("sauvola-ms", **params)
