"""From maps to regions: known answers, laws, and maps that are no good."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from text_maps import drawn, iou, rectangle, shrunk

from docbin.detect.candidates import candidates
from docbin.detect.postprocess import PostProcessing
from docbin.detect.unclip import distances
from docbin.errors import InputError, UsageError

SIZE = (160, 240)


def places(regions):
    return sorted(tuple(region.polygon.round(6).ravel().tolist()) for region in regions)


def test_a_rectangle_by_hand():
    """12 × 4 pixels: A' / L' = 48 / 32 = 1.5; with a ratio of 2 it grows by 3 on all sides."""
    field = np.zeros((30, 40), np.float32)
    field[10:14, 20:32] = 0.75
    (region,) = PostProcessing(unclip=2.0)(field)
    assert np.allclose(region.polygon, [[17, 7], [35, 7], [35, 17], [17, 17]], atol=1e-4)
    assert region.score == 0.75
    assert region.kind == "text"


def test_published_ratio_and_inverse():
    areas, perimeters = np.array([400.0]), np.array([80.0])
    assert distances(areas, perimeters, 1.5).tolist() == [7.5]
    # A square of 20 grown to one of side s: D = s (1 − r²) / 4 and s = 20 + 2 D.
    assert distances(areas, perimeters, "inverse")[0] == pytest.approx(0.21 * 20 / 0.58)


def test_dilation_joins_what_is_broken():
    """A gap of one pixel, and one of two: a square of 2 closes the first, one of 3 both."""
    field = np.zeros((30, 60), np.float32)
    for left, right in ((10, 20), (21, 30), (32, 40)):
        field[10:18, left:right] = 0.75
    counts = [
        len(PostProcessing(unclip=0.0, box_threshold=0.4, dilation=side)(field))
        for side in (1, 2, 3)
    ]
    assert counts == [3, 2, 1]
    (region,) = PostProcessing(unclip=0.0, box_threshold=0.4, dilation=3)(field)
    assert np.allclose(region.polygon, [[9, 9], [41, 9], [41, 19], [9, 19]], atol=1e-4)
    # Its score is of the map as it was: 27 · 8 pixels of 0.75 in 32 · 10.
    assert region.score == pytest.approx(27 * 8 * 0.75 / (32 * 10))
    for side in (0, 65, 1.5):
        with pytest.raises(UsageError, match="dilation"):
            PostProcessing(dilation=side)


def test_a_threshold_is_exceeded_not_reached():
    field = np.full((20, 20), 0.5, np.float32)
    assert PostProcessing(threshold=0.5, box_threshold=0)(field) == []
    assert len(PostProcessing(threshold=0.49, box_threshold=0)(field)) == 1


def test_maps_of_bytes_and_floats_agree():
    field = drawn([rectangle(80, 60, 90, 8, 20), rectangle(180, 120, 12, 12)], SIZE, 0.8)
    post = PostProcessing()
    steps = np.rint(field * 255).astype(np.uint8)
    assert places(post(field)) == places(post(steps))


@pytest.mark.parametrize("shape", ["quad", "polygon"])
def test_regions_in_the_hole_of_another(shape):
    """A frame with a word in it: two regions, and the hole is none."""
    field = np.zeros((100, 100), np.float32)
    field[10:90, 10:90] = 0.9
    field[20:80, 20:80] = 0
    field[45:55, 40:60] = 0.9
    found = PostProcessing(unclip=0.0, shape=shape)(field)
    boxes = sorted(region.polygon.min(axis=0).round(3).tolist() for region in found)
    assert boxes == [[10, 10], [40, 45]]


def test_scores_with_holes():
    """The part itself has 0.9 everywhere; the rectangle around it has a hole of nothing."""
    field = np.zeros((100, 100), np.float32)
    field[10:90, 10:90] = 0.9
    field[20:80, 20:80] = 0
    assert candidates(field, 0.3, least=0.6).scores == pytest.approx([0.9])
    assert len(candidates(field, 0.3, least=0.6, score="box").scores) == 0
    expected = 0.9 * (80**2 - 60**2) / 80**2
    assert candidates(field, 0.3, least=0.1, score="box").scores == pytest.approx([expected])


def test_of_too_many_parts_the_longest_outlines_are_kept():
    field = np.zeros((60, 60), np.float32)
    field[5:55:5, 5] = 1
    field[20:30, 20] = field[20, 20:40] = 1  # a hook has more corners than a pixel
    (region,) = PostProcessing(most=1, min_side=0)(field)
    assert region.polygon[:, 0].max() > 30


def test_nothing_and_everything():
    post = PostProcessing()
    assert post(np.zeros(SIZE, np.float32)) == []
    (region,) = post(np.ones(SIZE, np.float32))
    assert region.polygon.tolist() == [[0, 0], [240, 0], [240, 160], [0, 160]]
    (region,) = PostProcessing(min_side=1)(np.ones((1, 1), np.uint8) * 255)
    assert region.polygon.tolist() == [[0, 0], [1, 0], [1, 1], [0, 1]]


def test_regions_are_clipped_to_the_image():
    field = np.zeros((50, 50), np.float32)
    field[0:8, 30:50] = 1
    (region,) = PostProcessing()(field, scale=(2.0, 3.0), size=(149, 99))
    assert region.polygon.min() == 0
    assert region.polygon.max(axis=0)[0] == 99


@pytest.mark.parametrize(
    "field",
    [
        np.zeros((0, 4), np.float32),
        np.zeros((2, 3, 4), np.float32),
        np.full((4, 4), np.nan, np.float32),
        np.full((4, 4), 1.5, np.float32),
        np.full((4, 4), -0.1, np.float32),
        np.ones((4, 4), bool),
        np.ones((4, 4), np.int64),
    ],
)
def test_what_is_no_map_is_refused(field):
    with pytest.raises(InputError, match=r"map|probabilities"):
        PostProcessing()(field)


@pytest.mark.parametrize(
    "wrong",
    [
        {"threshold": 1.5},
        {"threshold": "stabel"},
        {"box_threshold": -1},
        {"unclip": "outside"},
        {"unclip": -1.0},
        {"shrink": 1.0},
        {"shape": "box"},
        {"score": "mean"},
        {"min_side": float("nan")},
        {"most": 0},
    ],
)
def test_wrong_parameters(wrong):
    with pytest.raises(UsageError, match=next(iter(wrong))):
        PostProcessing(**wrong)


def test_the_stable_threshold():
    """Text at 0.9 on a ground of noise up to 0.4: a fixed 0.3 sees noise, the stable one text."""
    random = np.random.default_rng(3)
    field = random.uniform(0, 0.4, SIZE).astype(np.float32)
    words = [rectangle(60, 40, 60, 10), rectangle(160, 90, 80, 12, 10)]
    field = np.maximum(field, drawn(words, SIZE, 0.9))
    stable = PostProcessing(threshold="stable", unclip=0.0)
    assert 0.35 < stable.level(field) < 0.9
    assert len(stable(field)) == 2
    assert stable(np.zeros(SIZE, np.float32)) == []
    assert stable(np.zeros(SIZE, np.uint8)) == []


sizes = {"width": st.integers(30, 120), "height": st.integers(14, 50)}
turns = st.floats(-45, 45)


@settings(max_examples=60)
@given(**sizes, degrees=turns, shape=st.sampled_from(["quad", "polygon"]))
def test_growing_undoes_shrinking(width, height, degrees, shape):
    """Pixels are whole: what half a pixel of a shrunk line is worth is known."""
    width += height
    small = shrunk(width, height)
    field = drawn([rectangle(100, 100, *small, degrees)], (200, 200))
    (region,) = PostProcessing(shape=shape, min_side=0)(field)
    truth = rectangle(100, 100, width, height, degrees)
    grain = 2.5 if shape == "polygon" else 1.6
    assert iou(region.polygon, truth) > min(1 - grain / small[1], 0.93)


@settings(max_examples=40)
@given(
    **sizes, degrees=turns, dx=st.integers(0, 40), dy=st.integers(0, 40), shape=st.sampled_from(
        ["quad", "polygon"])
)  # fmt: skip
def test_a_moved_map_gives_moved_regions(width, height, degrees, dx, dy, shape):
    field = drawn([rectangle(100, 100, width, height // 3, degrees)], (240, 240), 0.8)
    post = PostProcessing(shape=shape, unclip=1.5)
    moved = np.zeros_like(field)
    moved[dy:, dx:] = field[: 240 - dy, : 240 - dx]
    (first,), (second,) = post(field), post(moved)
    assert np.allclose(first.polygon + np.array([dx, dy]), second.polygon, atol=1e-3)
    assert first.score == second.score


@settings(max_examples=40)
@given(**sizes, degrees=turns, quarters=st.integers(1, 3))
def test_a_turned_map_gives_turned_regions(width, height, degrees, quarters):
    field = drawn([rectangle(110, 90, width, height // 3, degrees)], (240, 200), 0.8)
    (first,) = PostProcessing(unclip=1.5)(field)
    turned = np.ascontiguousarray(np.rot90(field, quarters))
    (second,) = PostProcessing(unclip=1.5)(turned)
    corners = first.polygon
    size = np.array([field.shape[1], field.shape[0]], float)
    for _ in range(quarters):  # counterclockwise: x' = y, y' = width − x
        corners = np.stack([corners[:, 1], size[0] - corners[:, 0]], axis=1)
        size = size[::-1]
    assert iou(corners, second.polygon) > 0.97
    assert first.score == pytest.approx(second.score)


@settings(max_examples=60)
@given(st.integers(0, 2**32 - 1), st.sampled_from(["quad", "polygon"]))
def test_any_map_gives_good_polygons(seed, shape):
    from docbin.ops.polygon import is_simple

    random = np.random.default_rng(seed)
    coarse = random.random((random.integers(1, 12), random.integers(1, 12)))
    field = np.kron(coarse, np.ones((4, 5))).astype(np.float32)
    for region in PostProcessing(shape=shape, box_threshold=0, min_side=0)(field):
        assert is_simple(region.polygon)
        assert region.polygon.min() >= 0
        assert (region.polygon <= [field.shape[1], field.shape[0]]).all()


@settings(max_examples=60)
@given(st.floats(-360, 360), st.integers(2, 90), st.integers(2, 90))
def test_corners_run_clockwise_from_the_upper_left(degrees, width, height):
    from docbin.ops.rectangle import corners

    box = np.array([[50.0, 60, width, height, np.deg2rad(degrees)]])
    (quad,) = corners(box)
    sides = np.roll(quad, -1, axis=0) - quad
    turns = sides[:, 0] * np.roll(sides, -1, axis=0)[:, 1]
    turns -= sides[:, 1] * np.roll(sides, -1, axis=0)[:, 0]
    assert (turns > 0).all()
    assert sides[0, 0] >= abs(sides[0, 1]) - 1e-6
