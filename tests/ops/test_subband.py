"""The low subband, what generators see of channels, and pages as a whole."""

from __future__ import annotations

import numpy as np
import pytest
import pywt
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from docbin.ops import channels, subband, whole_page

extents = st.integers(1, 8).map(lambda half: 2 * half)
pictures = st.tuples(extents, extents).flatmap(lambda shape: arrays(np.uint8, shape))


@given(pictures)
def test_the_subband_is_half_the_sum_of_four(page):
    a, b, c, d = (page[y::2, x::2].astype(float) for y in (0, 1) for x in (0, 1))
    np.testing.assert_allclose(subband.low_low(page), (a + b + c + d) / 2, atol=1e-9)


@given(pictures)
def test_the_transform_goes_back(page):
    """LL is the one of a transform that loses nothing: with the other subbands it is the page."""
    low = subband.low_low(page)
    rest = pywt.dwt2(page, "haar")[1]
    np.testing.assert_allclose(pywt.idwt2((low, rest), "haar"), page, atol=1e-9)


@given(pictures)
def test_what_is_seen_spans_the_range(page):
    half = subband.seen(page, "half")
    assert half.shape == (page.shape[0] // 2, page.shape[1] // 2)
    low = subband.low_low(page)
    if low.max() - low.min() >= 0.5:
        assert (half.min(), half.max()) == (0, 255)
    assert subband.seen(page, "full").shape == page.shape
    assert subband.seen(page, "none") is page


def test_normalised_by_hand():
    assert subband.normalised(np.array([[100.0, 300.0, 200.0]])).tolist() == [[0, 255, 128]]


@pytest.mark.parametrize("level", [0, 7, 128, 255])
def test_a_flat_patch_keeps_its_level(level):
    page = np.full((8, 8), level, np.uint8)
    assert (subband.seen(page, "half") == level).all()
    assert (subband.seen(page, "full") == level).all()


def test_overshoot_does_not_wrap():
    """Bicubic overshoot beside an edge stays white instead of turning black."""
    page = np.zeros((16, 16), np.uint8)
    page[:, 8:] = 255
    row = subband.seen(page, "full")[8].astype(int)
    assert (np.diff(row) >= 0).all()
    assert row[0] == 0
    assert row[-1] == 255


def test_targets_by_hand():
    view = np.array([[10, 60, 61, 200], [250, 74, 75, 76]], np.uint8)
    truth = np.array([[True, False, False, False], [True, False, False, False]])
    # The lightest paper is 200; what is at most 60 there is as dark as ink.
    expected = [[True, True, False, False], [True, False, False, False]]
    assert subband.channel_target(view, truth).tolist() == expected
    assert subband.channel_target(view, np.ones_like(truth)).all()
    assert subband.channel_target(view, truth, 1.0).all()


def test_half_a_truth():
    truth = np.array([[1, 0, 1, 0, 1, 1], [0, 0, 0, 1, 1, 1]], bool)
    assert subband.halved(truth).tolist() == [[False, True, True]]


def test_channels_of_gray_and_of_colours():
    page = np.array([[[10, 20, 30], [255, 255, 255]]], np.uint8)
    assert [channels.channel(page, name)[0, 0] for name in channels.CHANNELS] == [10, 20, 30, 18]
    gray = page[..., 0]
    assert all(channels.channel(gray, name) is gray for name in channels.CHANNELS)


def test_joined_maps_by_hand():
    """Each colour is averaged with gray; sure ink is black, sure paper white."""
    values = {"red": 1.0, "green": 0.0, "blue": 0.5, "gray": 1.0}
    maps = {name: np.full((1, 2), value, np.float32) for name, value in values.items()}
    assert channels.joined(maps)[0, 0].tolist() == [0, 128, 64]
    none = dict.fromkeys(values, np.zeros((1, 2), np.float32))
    assert (channels.joined(none) == 255).all()


@pytest.mark.parametrize(
    ("shape", "fits"),
    [
        ((511, 400), False),
        ((512, 400), True),
        ((600, 100), True),
        ((601, 100), False),
        ((100, 601), False),
    ],
)
def test_pages_that_are_looked_at_as_a_whole(shape, fits):
    assert whole_page.fits(shape, least=512, slimmest=6) == fits


def test_slim_pages_are_laid_in_a_square():
    page = np.full((500, 100), 200, np.uint8)
    page[:, :40] = 30
    small = whole_page.shrunk(page, 50, squared=4)
    assert small.around == (500, 500)
    assert small.place == (0, 200)
    assert (small.pixels[:, :19] == 200).all()
    assert (small.pixels[:, 20:24] == 30).all()
    assert whole_page.shrunk(page, 50, squared=5).around == (500, 100)
    field = np.asarray(small.pixels, np.float32)
    back = small.back(field)
    assert back.shape == page.shape
    assert (back[:, 10:30] == 30).all()
    assert (back[:, 60:] == 200).all()


def test_truths_of_small_pages_are_thick():
    truth = np.zeros((1000, 1000), bool)
    truth[500:510, 500:510] = True
    small = whole_page.shrunk_truth(truth, 100, squared=4, thickness=5)
    assert small.sum() == 25
    assert small[48:53, 48:53].all()
    slim = np.zeros((1000, 200), bool)
    slim[0:10, 0:10] = True
    small = whole_page.shrunk_truth(slim, 100, squared=4, thickness=1)
    assert np.argwhere(small).tolist() == [[0, 40]]


def test_thickening_by_hand():
    field = np.zeros((5, 9), np.float32)
    field[2, 4] = 0.75
    thick = whole_page.thickened(field, 3)
    assert thick.sum() == 9 * 0.75
    assert (thick[1:4, 3:6] == 0.75).all()
    assert np.array_equal(whole_page.thickened(field, 1), field)
