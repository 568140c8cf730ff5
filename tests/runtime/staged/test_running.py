"""Pipelines on pages: what each generator sees, seams, fusion and rules of the global stage."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from staged_bundles import random_bundle

from docbin.errors import UsageError
from docbin.ops import channels, subband
from docbin.runtime.network import Network
from docbin.runtime.random_unet import drawn_page
from docbin.runtime.staged.generators import predictors
from docbin.runtime.staged.running import BATCH, Staged, fused
from docbin.runtime.staged.table import DESCRIPTIONS, description

NAMES = list(DESCRIPTIONS)


class Recorder:
    """Says that a pixel is ink by its darkness, and keeps what it saw."""

    def __init__(self):
        self.seen = []

    def __call__(self, views):
        assert views.dtype == np.uint8
        assert len(views) <= BATCH
        self.seen.append(views)
        gray = views if views.ndim == 3 else views.mean(axis=3)
        return (1 - gray / 255).astype(np.float32)


class Constant:
    """Says the same of every pixel."""

    def __init__(self, value):
        self.value = value

    def __call__(self, views):
        return np.full(views.shape[:3], self.value, np.float32)


def recorded(name, **changes):
    told = dataclasses.replace(description(name), **changes)
    return Staged(told, {one.name: Recorder() for one in told.generators()})


@pytest.fixture(scope="module")
def page():
    return drawn_page(np.random.default_rng(3), 600)[:, :530]


@pytest.mark.parametrize("name", NAMES)
def test_what_generators_see(name, page):
    staged = recorded(name)
    staged.probability(page)
    told = staged.description
    for stage in told.stages:
        for one in stage.generators:
            views = np.concatenate(staged.predictors[one.name].seen)
            side = stage.side // 2 if one.subband == "half" else stage.side
            colors = (3,) if one.sees in ("color", "maps") else ()
            assert views.shape[1:] == (side, side, *colors)
            if stage.name == "channels":
                patch = channels.channel(page, one.sees)[: stage.side, : stage.side]
                assert np.array_equal(views[0], subband.seen(patch, one.subband))
    if told.has("global"):
        assert len(staged.predictors["global"].seen) == 1


def test_the_local_stage_sees_the_maps(page):
    staged = recorded("suh")
    staged.local(page)
    view = staged.predictors["local"].seen[0][0]
    expected = [
        (page[:256, :256, place].astype(float) + channels.channel(page, "gray")[:256, :256]) / 2
        for place in range(3)
    ]
    np.testing.assert_allclose(view, np.stack(expected, axis=2), atol=0.51)


def test_a_pointwise_generator_shows_no_seams(page):
    """Darkness is no matter of patches: blended, it is that of the page."""
    staged = recorded("cgan")
    expected = 1 - page.mean(axis=2) / 255
    np.testing.assert_allclose(staged.local(page), expected, atol=1e-5)
    np.testing.assert_array_equal(staged.mask(page), staged.probability(page) > 0.5)


def test_maps_of_small_subbands_are_enlarged():
    page = np.repeat(np.linspace(0, 255, 256).astype(np.uint8)[None], 256, axis=0)
    maps = recorded("mfe").maps(page)
    assert {field.shape for field in maps.values()} == {(256, 256)}
    np.testing.assert_allclose(maps["red"], 1 - page / 255.0, atol=0.01)


@pytest.mark.parametrize("shape", [(1, 1), (1, 300), (300, 1), (90, 700), (257, 256)])
@pytest.mark.parametrize("name", NAMES)
def test_pages_of_any_size(name, shape):
    page = np.random.default_rng(0).integers(0, 256, (*shape, 3), np.uint8)
    before = page.copy()
    for image in (page, page[..., 0]):
        field = recorded(name).probability(image)
        assert field.shape == shape
        assert field.dtype == np.float32
        assert field.min() >= 0
        assert field.max() <= 1
    assert np.array_equal(page, before)


def test_fusion_by_hand():
    local = np.array([[0.9, 0.6, 0.4, 0.1]], np.float32)
    whole = np.array([[0.8, 0.3, 0.9, 0.2]], np.float32)
    assert fused(local, whole).tolist() == np.float32([[0.8, 0.3, 0.4, 0.1]]).tolist()
    assert (fused(local, whole) > 0.5).tolist() == [[True, False, False, False]]
    assert fused(local, None) is local


@given(st.lists(st.tuples(st.floats(0, 1, width=32), st.floats(0, 1, width=32)), min_size=1))
def test_ink_is_where_both_say_so(pairs):
    local, whole = (np.array([pair[place] for pair in pairs], np.float32) for place in (0, 1))
    both = (local > 0.5) & (whole > 0.5)
    assert np.array_equal(fused(local, whole) > 0.5, both)


def test_the_global_map_is_thick():
    """One pixel of the small page is ink: enlarged and thickened by 7, it covers its place."""

    class Dot:
        def __call__(self, views):
            found = np.zeros(views.shape[:3], np.float32)
            found[:, 256, 256] = 1
            return found

    staged = recorded("three-stage")
    staged.predictors["global"] = Dot()
    whole = staged.whole(np.full((512, 512, 3), 200, np.uint8))
    assert np.argwhere(whole > 0.5).min(axis=0).tolist() == [253, 253]
    assert np.argwhere(whole > 0.5).max(axis=0).tolist() == [259, 259]
    assert (whole > 0.5).sum() == 49


@pytest.mark.parametrize(
    ("shape", "looked"),
    [((511, 500), False), ((512, 300), True), ((1300, 200), False), ((1200, 200), True)],
)
def test_pages_without_a_global_map(shape, looked):
    staged = recorded("three-stage")
    staged.predictors["global"] = Constant(0.0)
    staged.predictors["local"] = Constant(1.0)
    page = np.full(shape, 200, np.uint8)
    assert (staged.whole(page) is not None) == looked
    # The global map says that nothing is ink, and is heard where there is one.
    assert staged.mask(page).any() != looked


def test_slim_pages_are_seen_in_a_square():
    staged = recorded("three-stage")
    page = np.full((1000, 200, 3), (200, 190, 180), np.uint8)
    page[400:420] = 30
    whole = staged.whole(page)
    (view,) = staged.predictors["global"].seen[0]
    assert (view[:, 0] == (200, 190, 180)).all()
    assert (view[205:214, 250:262] == 30).all()
    assert (whole[402:418] > 0.8).all()
    assert (whole[500:] < 0.3).all()


@settings(max_examples=20)
@given(st.floats(0, 0.9), st.integers(0, 1 << 20))
def test_overlap_changes_patches_not_a_pointwise_map(overlap, seed):
    page = np.random.default_rng(seed).integers(0, 256, (300, 280), np.uint8)
    told = description("suh")
    staged = Staged(told, {one.name: Recorder() for one in told.generators()}, overlap)
    np.testing.assert_allclose(staged.maps(page)["gray"], 1 - page / 255.0, atol=1e-4)


def test_the_published_overlap_is_fifty_times_the_work():
    told = recorded("three-stage")
    sane = told.forecast((3508, 2480))
    published = dataclasses.replace(told, overlap=0.9).forecast((3508, 2480))
    assert (sane.patches, published.patches) == (2 * 315, 2 * 15704)
    assert published.patches >= 40 * sane.patches
    assert sane.generators == 6
    assert 0 < sane.seconds < published.seconds
    assert recorded("cgan").forecast((100, 100)).patches == 1


def test_overlaps_out_of_range_are_refused():
    told = description("cgan")
    with pytest.raises(UsageError, match="overlap is 1"):
        Staged(told, {}, 1.0)


@pytest.mark.parametrize("name", ["three-stage", "mfe", "cgan"])
def test_packed_generators_are_their_networks(name):
    """A page of one patch: the map is the network's own probability of what it sees."""
    bundle = random_bundle(name)
    staged = Staged(bundle.description, predictors(bundle))
    stage = bundle.description.stages[0]
    page = drawn_page(np.random.default_rng(5), stage.side)
    one = stage.generators[0]
    network = Network(bundle.files[one.name][1])
    if stage.name == "channels":
        found = staged.maps(page)[one.sees]
        view = subband.seen(channels.channel(page, one.sees), one.subband)
    else:
        found, view = staged.local(page), page
    expected = network.probability(view)
    if expected.shape == found.shape:
        np.testing.assert_allclose(found, expected, atol=1e-6)
    else:
        means = found.reshape(128, 2, 128, 2).mean(axis=(1, 3))
        assert np.corrcoef(means.ravel(), expected.ravel())[0, 1] > 0.9
