"""Feng, AdOtsu and its scales, Bataineh, XDoG: answers by hand and by definition."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import ndimage

import docbin
from docbin.errors import UsageError
from docbin.methods import AdOtsu, AdOtsuMS, Bataineh, Feng, Otsu, XDoG, bataineh


def page(height=120, width=160, seed=2):
    """Return dark strokes on shaded paper."""
    random = np.random.default_rng(seed)
    paper = 190 + np.linspace(-30, 30, width)[None] + random.normal(0, 3, (height, width))
    for top in range(8, height - 8, 16):
        paper[top : top + 4, 8 : width - 8] -= 100
        paper[top + 4 : top + 9, 8 : width - 8 : 11] -= 60
    return np.clip(paper, 0, 255).astype(np.uint8)


def test_feng_by_hand():
    gray = np.array([[10, 10, 10, 90, 90]], np.uint8)
    method = Feng(window=5)
    # Nodes at 0 and 4. The first window is flat: 0.88 · 10 = 8.8. The second holds 10, 90, 90:
    # m 63.33, s its own largest: 0.88 · 63.33 + 0.25 · 53.33 + 0.04 · 10 = 69.47.
    assert method.nodes(gray).tolist() == [[9, 69]]
    assert method.threshold(gray).tolist() == [[9, 24, 39, 54, 69]]
    assert method(gray).tolist() == [[False, True, True, False, False]]
    # A noise floor of twice s halves s / R: 0.9 · 63.33 + 0.25 · 53.33 / 8 + 0.4 / 4 = 58.77.
    high = Feng(window=5, alpha1=0.1, noise_floor=2 * np.std([10, 90, 90]))
    assert high.nodes(gray).tolist() == [[9, 59]]


def test_feng_looks_at_the_secondary_window():
    gray = np.full((1, 41), 200, np.uint8)
    gray[0, 38:] = [0, 90, 200]
    # Nodes every 4 pixels; the flat ones have s 0 whatever their neighbours have.
    near, far = Feng(window=5, secondary=1).nodes(gray), Feng(window=5, secondary=21).nodes(gray)
    np.testing.assert_array_equal(near[0, :9], np.full(9, 176))
    np.testing.assert_array_equal(far[0, :9], np.full(9, 176))
    # The last but one window (… 200 200 0) has less deviation than the last (0 90 200).
    assert near[0, 9] > far[0, 9]


def test_feng_with_the_largest_sums():
    gray = np.full((4200, 4200), 255, np.uint8)
    gray[2100:, 2100:] = 254
    method = Feng(window=4095)
    nodes = method.nodes(gray)
    assert nodes.shape == (3, 3)
    # Only the window in the middle has both values, so that its s is the largest around it.
    mean = gray[2047:, 2047:].mean()
    expected = 0.88 * mean + 0.25 * (mean - 254) + 0.04 * 254
    assert nodes[1, 1] == math.floor(expected + 0.5)
    assert nodes[0, 0] == math.floor(0.88 * 255 + 0.5)
    assert nodes[2, 2] == math.floor(0.88 * 254 + 0.5)
    assert not method(gray).any()


def test_adotsu_by_hand():
    gray = np.full((11, 40), 210, np.uint8)
    gray[:, :16:2] = 10
    gray[::2, 24:] = 200
    assert Otsu().threshold(gray) == 10
    gray[:, 1:16:2] = 110
    # The page splits between 110 and 200. Windows on the right find 200, those on the left 10.
    assert Otsu().threshold(gray) == 110
    levels = AdOtsu(window=5, step=1).threshold(gray)
    assert (levels[:, :14] == 10).all()
    assert (levels[:, 26:] == 200).all()
    strict, loose = AdOtsu(window=5, step=1)(gray), AdOtsu(window=5, step=1, r=0.38)(gray)
    # 100 and 90 are more than 25.5 away.
    assert not strict[:, :14].any()
    assert not strict[:, 26:].any()
    assert (loose[:, 26:] == (gray[:, 26:] == 200)).all()  # 90 < 0.38 · 255 = 96.9 < 100
    assert not loose[:, :14].any()


def test_adotsu_on_every_pixel_is_otsu_of_every_window():
    gray = page(20, 30)
    found = AdOtsu(window=7, step=1).threshold(gray)
    for y, x in [(0, 0), (3, 17), (19, 29), (10, 10)]:
        part = gray[max(0, y - 3) : y + 4, max(0, x - 3) : x + 4]
        assert found[y, x] == Otsu().threshold(part)


def test_adotsu_grid_interpolates():
    gray = page()
    method = AdOtsu(window=31)
    assert method.nodes(gray).shape == (9, 12)  # every 15 pixels, and the last ones
    levels = method.threshold(gray)
    np.testing.assert_array_equal(levels[::15, ::15], method.nodes(gray)[:8, :11])
    ink = (gray <= levels) & (abs(levels - Otsu().threshold(gray)) < 25.5)
    np.testing.assert_array_equal(method(gray), ink)


def test_adotsu_ms_adds_only_near_what_was_found():
    gray = page()
    largest = AdOtsu(window=41)(gray)
    np.testing.assert_array_equal(AdOtsuMS(window=41, smallest=21)(gray), largest)
    two = AdOtsuMS(window=41, smallest=20)
    assert two.scales() == [(41, 1.0), (20, 1.0)]
    near = ndimage.maximum_filter(largest.view(np.uint8), 11, mode="constant")
    finer = AdOtsu(window=20)(gray)
    np.testing.assert_array_equal(two(gray), largest | (finer & (near > 0)))


@given(length=st.integers(1, 500), parts=st.sampled_from([4, 6, 20, 30, 40]))
def test_bataineh_edges(length, parts):
    edges = bataineh._edges(length, parts)
    side = max(length // parts, 8)
    assert edges[0] == 0
    assert edges[-1] == length
    sizes = np.diff(edges)
    assert (sizes[:-1] == side).all()
    assert length < side or side // 2 <= sizes[-1] < side + side // 2 or len(sizes) == 1


def test_bataineh_edges_by_hand():
    assert bataineh._edges(100, 4) == [0, 25, 50, 75, 100]
    assert bataineh._edges(110, 4) == [0, 27, 54, 81, 110]
    assert bataineh._edges(95, 4) == [0, 23, 46, 69, 95]
    assert bataineh._edges(40, 30) == [0, 8, 16, 24, 32, 40]


@given(height=st.integers(1, 60), width=st.integers(2, 60), seed=st.integers(0, 2**32 - 1))
def test_bataineh_windows_tile_the_page(height, width, seed):
    gray = np.random.default_rng(seed).integers(0, 256, (height, width)).astype(np.uint8)
    gray[0, :2] = [0, 255]
    seen = np.zeros(gray.shape, int)
    for top, left, bottom, right in bataineh.windows(gray).tolist():
        seen[top:bottom, left:right] += 1
    assert (seen == 1).all()


def test_bataineh_thresholds_by_definition():
    gray = page()
    boxes = bataineh.windows(gray)
    parts = [gray[t:b, le:r].astype(float) for t, le, b, r in boxes.tolist()]
    deviations = [part.std() for part in parts]
    for weight in (1.0, 2.0):
        levels = Bataineh(weight=weight).thresholds(gray, boxes)
        for part, s, level in zip(parts, deviations, levels, strict=True):
            m, low, high = part.mean(), min(deviations), max(deviations)
            adaptive = (s - low) / (high - low) * gray.max()
            expected = m - m * m * s / ((gray.mean() + s) * (weight * adaptive + s))
            assert level == pytest.approx(expected, abs=1e-6)


def test_bataineh_windows_follow_the_page():
    gray = page(400, 600)
    # Less than 2.5 times more dark than confused pixels: 30 × 20 windows, or quarters of them.
    boxes = bataineh.windows(gray)
    assert set(boxes[:, 2] - boxes[:, 0]) == {10, 20}
    assert set(boxes[:, 3] - boxes[:, 1]) == {10, 20}
    two = np.where(gray < 140, 40, 220).astype(np.uint8)
    # Black and white leave none confused: 6 × 4 windows.
    assert len(bataineh.windows(two)) == 24


def test_xdog_by_definition():
    gray = page()
    planes = []
    for sigma in (1.2, 1.2 * 1.6):
        reach = math.ceil(3 * sigma)
        weights = np.exp(-(np.arange(-reach, reach + 1) ** 2) / (2 * sigma**2))
        plane = gray / 255
        for axis in (0, 1):
            plane = ndimage.correlate1d(plane, weights / weights.sum(), axis, mode="nearest")
        planes.append(plane)
    sharp = 21 * planes[0] - 20 * planes[1]
    soft = np.where(sharp >= 0.3, 1, 1 + np.tanh(5 * (sharp - 0.3)))
    mask = XDoG(sigma=1.2, k=1.6, p=20, epsilon=0.3, phi=5)(gray)
    clear = abs(soft - 0.5) > 1e-3
    assert clear.mean() > 0.99
    np.testing.assert_array_equal(mask[clear], (soft < 0.5)[clear])


def test_xdog_on_paper():
    assert XDoG(sigma="0.1mm").at(254).sigma == pytest.approx(1)
    assert XDoG(sigma=2.0).halo == 11
    with pytest.raises(UsageError, match="nothing ink"):
        XDoG(epsilon=0.05)


@pytest.mark.parametrize(
    ("name", "params", "message"),
    [
        ("feng", {"secondary": 0}, "secondary is 0"),
        ("adotsu", {"r": 2}, "r is 2"),
        ("adotsu-ms", {"smallest": 1}, "smallest is 1"),
        ("bataineh", {"weight": -1}, "weight is -1"),
        ("xdog", {"sigma": 0}, "sigma is 0"),
    ],
)
def test_parameters_out_of_range_are_refused(name, params, message):
    with pytest.raises(UsageError, match=message):
        docbin.create(name, **params)
