"""Contrast planes: the numpy twin by its formula, and the compiled ones equal to it."""

from __future__ import annotations

import numpy as np
import pytest
from contrast_formula import by_the_formula, level_by_the_formula
from hypothesis import example, given, settings
from hypothesis import strategies as st
from packed_networks import packed

from docbin import kernels
from docbin.image import rgb_to_gray
from docbin.kernels.reference_contrast_planes import contrast_planes, page_level
from docbin.runtime import reference
from docbin.runtime.network import Network
from docbin.runtime.random_unet import random_unet

WINDOWS = st.lists(
    st.integers(1, 255).map(lambda reach: 2 * reach + 1), min_size=1, max_size=3, unique=True
)


def pages(seed, height, width):
    random = np.random.default_rng(seed)
    values = ([0, 255], [7], range(256))[seed % 3]
    return random.choice(np.array(values, np.uint8), (height, width))


@pytest.mark.parametrize(("height", "width"), [(1, 1), (1, 12), (13, 2), (19, 24)])
@pytest.mark.parametrize("window", [3, 9, 511])
def test_the_twin_is_the_formula(height, width, window):
    for seed in range(3):
        gray = pages(seed, height, width)
        assert page_level(gray) == level_by_the_formula(gray)
        for share in (0, 1, 3):
            planes = contrast_planes(gray, [window], share)
            np.testing.assert_array_equal(planes[..., 0], gray)
            np.testing.assert_array_equal(planes[..., 1], by_the_formula(gray, window, share))


def test_paper_without_grain_has_the_middle_everywhere():
    assert (contrast_planes(np.full((40, 30), 99, np.uint8), [7])[..., 1] == 176).all()


def test_the_level_is_that_of_the_writing():
    """Not that of the paper, nor of what is faint, nor of a border or a picture as dark as ink."""
    page = np.full((600, 400), 200, np.uint8)
    assert page_level(page) == 0
    page[40:560:16, 40:300] = 185  # the back
    faint = page_level(page)
    assert 0 < faint < 20
    page[60:120:8, 60:340:6] = page[61:121:8, 60:340:6] = 60  # some lines of the front
    front = page_level(page)
    assert front > 20 * faint
    page[:, :60] = page[:6] = page[300:380, 310:390] = 0
    assert page_level(page) == pytest.approx(front, rel=0.05)


def test_the_level_keeps_faint_writing_faint():
    page = np.full((300, 700), 200, np.uint8)
    page[50:250:10, 40:200:4] = 185
    alone = contrast_planes(page, [51], 1)[100, 40:200, 1]
    page[50:250:10, 500:660:4] = 50
    beside = contrast_planes(page, [51], 1)[100, 40:200, 1]
    assert alone.min() < 100
    assert beside.min() > 125
    assert (contrast_planes(page, [51])[100, 40:200, 1] == alone).all()


def probe(windows, level):
    """Return a network whose stream is the image itself: what the kernels make of a page."""
    channels = 1 + len(windows)
    graph = {
        "input": {"channels": channels, "multiple": 1, "margin": 0, "contrast": list(windows)},
        "nodes": [{"op": "widen", "from": ["image"], "to": "wide"}],
        "outputs": {"wide": "wide"},
    }
    if level:
        graph["input"]["level"] = level
    return Network(packed(graph, {}))


@pytest.mark.skipif(kernels.extension is None, reason="needs the compiled kernels")
@settings(max_examples=60)
@example(seed=0, height=300, width=260, windows=[511, 3, 51], threads=2, colour=False, level=1)
@given(
    seed=st.integers(0, 2**32),
    height=st.integers(1, 150),
    width=st.integers(1, 90),
    windows=WINDOWS,
    threads=st.integers(1, 3),
    colour=st.booleans(),
    level=st.sampled_from([0, 1, 2, 64]),
)
def test_the_kernels_are_the_twin(seed, height, width, windows, threads, colour, level):
    page = pages(seed, height, width)
    if colour:
        page = np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)
    found = probe(windows, level).streams(page, threads=threads)["wide"]
    gray = rgb_to_gray(page) if colour else page
    np.testing.assert_array_equal(found, contrast_planes(gray, windows, level))


@pytest.mark.parametrize(("windows", "level"), [((3,), 0), ((51, 255), 2), ((511, 31, 5), 1)])
def test_a_network_that_sees_contrast_is_its_reference(windows, level):
    shape = {"widths": (8, 12), "blocks": (1, 1), "contrast": windows, "level": level}
    network = Network(random_unet(2, **shape).to_bytes())
    random = np.random.default_rng(0)
    crops = [random.integers(0, 256, (70, 90, 3), np.uint8) for _ in range(3)]
    for crop, mask in zip(crops, network.masks(crops), strict=True):
        expected = reference.logit(network.file.typed, crop)
        np.testing.assert_array_equal(network.logit(crop), expected)
        np.testing.assert_array_equal(mask, expected >= 0)
        np.testing.assert_array_equal(network.logit(rgb_to_gray(crop)), expected)
