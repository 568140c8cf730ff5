"""Text in photos from Python: the mask, crops, the step in a pipeline and in a recipe."""

import numpy as np
import pytest
from detector_files import text_network, word_photo, words
from text_maps import drawn

import docbin
from docbin.batch import Recipe
from docbin.errors import UsageError
from docbin.pipeline import Pipeline
from docbin.regions import TextRegion
from docbin.runtime.shipped import index
from docbin.scene import Scene, binarized, cropped, upright_corners
from docbin.steps import Despeckle


def signs():
    """Return a photo with a light and a dark sign, its ink, and its regions in no order."""
    image = np.full((200, 300, 3), (120, 140, 110), np.uint8)
    ink = np.zeros((200, 300), bool)
    image[110:160, 40:200] = (30, 40, 120)
    image[20:70, 60:240] = (235, 230, 200)
    for left in range(60, 170, 22):
        ink[120:150, left : left + 8] = True
    for left in range(80, 210, 26):
        ink[30:60, left : left + 9] = True
        ink[30:38, left : left + 18] = True
    image[ink & (np.arange(200) > 90)[:, None]] = (250, 240, 90)
    image[ink & (np.arange(200) < 90)[:, None]] = (120, 20, 30)
    boxes = [(50, 115, 190, 155), (70, 25, 230, 65)]
    regions = [TextRegion([(a, b), (c, b), (c, d), (a, d)], 0.9) for a, b, c, d in boxes]
    return image, ink, regions


def f_measure(found, truth):
    return 2 * (found & truth).sum() / (found.sum() + truth.sum())


def test_both_polarities_in_one_mask():
    image, ink, regions = signs()
    mask = binarized(image, regions)
    assert mask.shape == ink.shape
    assert f_measure(mask, ink) > 0.95
    np.testing.assert_array_equal(mask, binarized(image, regions[::-1]))
    assert not binarized(image, []).any()
    np.testing.assert_array_equal(binarized(image.astype(np.uint8), regions[:1] * 3),
                                  binarized(image, regions[:1]))  # fmt: skip


def test_crops_are_in_reading_order_black_on_white():
    image, ink, regions = signs()
    upper, lower = cropped(image, regions)
    assert (upper.region, lower.region) == (regions[1], regions[0])
    assert (upper.light, lower.light) == (False, True)
    for crop in (upper, lower):
        (left, top), (right, bottom) = crop.corners[0].astype(int), crop.corners[2].astype(int)
        margin = (crop.mask.shape[0] - (bottom - top)) // 2
        inner = crop.mask[margin:-margin, margin:-margin]
        assert inner.shape == (bottom - top, right - left)
        assert f_measure(inner, ink[top:bottom, left:right]) > 0.95
        assert not crop.mask[:margin].any()
        assert crop.mask.mean() < 0.5


@pytest.mark.parametrize("degrees", [-80, -40, -10, 0, 10, 40])
@pytest.mark.parametrize("first", range(4))
@pytest.mark.parametrize("way", [1, -1])
def test_upright_whatever_corner_comes_first(degrees, first, way):
    angle = np.deg2rad(degrees)
    turn = np.array([(np.cos(angle), np.sin(angle)), (-np.sin(angle), np.cos(angle))])
    corners = np.array([(0, 0), (90, 0), (90, 20), (0, 20)]) @ turn + 200
    if abs(degrees) > 45:  # the short side is the level one then
        corners = np.roll(corners, 1 if degrees > 0 else -1, axis=0)
    found = upright_corners(np.roll(corners, first, axis=0)[::way])
    np.testing.assert_allclose(found, corners, atol=1e-9)


def test_turned_text_becomes_upright():
    import cv2

    image, _, regions = signs()
    matrix = cv2.getRotationMatrix2D((150, 100), 25, 1.0)
    turned = cv2.warpAffine(image, matrix, (300, 200), borderValue=(120, 140, 110))
    polygon = regions[0].polygon @ matrix[:, :2].T + matrix[:, 2]
    (crop,) = cropped(turned, [TextRegion(polygon)])
    (straight,) = cropped(image, regions[:1])
    assert crop.mask.shape == straight.mask.shape
    assert f_measure(crop.mask, straight.mask) > 0.85


def test_small_text_is_enlarged_and_polygons_get_a_rectangle():
    image, _, regions = signs()
    small = image[::4, ::4]
    (crop,) = cropped(small, [TextRegion(regions[0].polygon / 4)])
    assert crop.mask.shape[0] >= 32
    around = [(50, 115), (120, 117), (190, 115), (190, 155), (120, 153), (50, 155)]
    (crop,) = cropped(image, [TextRegion(around)])
    assert crop.corners.shape == (4, 2)
    assert cropped(image, [TextRegion(np.array(around) + 1000)]) == []


@pytest.fixture(scope="module")
def weights(tmp_path_factory):
    path = tmp_path_factory.mktemp("weights") / "words.docbin"
    path.write_bytes(text_network(threshold=0.1, unclip=0.1, side=0).to_bytes())
    return str(path)


def test_a_step_of_a_pipeline(weights):
    step = Scene(weights)
    mask = step.mask(word_photo())
    assert f_measure(mask, drawn(words(), (240, 320)) > 0) > 0.8
    np.testing.assert_array_equal(docbin.binarize(word_photo(), Pipeline((step,))), mask)
    color = np.repeat(word_photo()[..., None], 3, axis=2)
    np.testing.assert_array_equal(step.mask(color), mask)
    both = Pipeline((step, Despeckle()))
    assert both.instead is not None
    assert both.at(600)(word_photo()).shape == mask.shape
    assert Pipeline().instead is None
    with pytest.raises(UsageError, match="two steps"):
        Pipeline((step, step))
    assert len(step.crops(word_photo())) == 3


def test_photos_without_text_and_of_text_alone(weights):
    step = Scene(weights)
    for image in (np.full((90, 80), 200, np.uint8), np.zeros((10, 10, 3), np.uint8),
                  np.full((1, 1), 9, np.uint8)):  # fmt: skip
        assert not step.mask(image).any()
        assert step.crops(image) == []
    noise = np.random.default_rng(0).integers(0, 256, (120, 160, 3), np.uint8)
    assert step.mask(noise).shape == (120, 160)
    assert step.remark(noise) is None
    assert "black and white" in step.remark(noise[..., 0] > 9)


def test_a_recipe_keeps_it(weights, tmp_path):
    recipe = Recipe("otsu", steps=(Scene(weights),))
    recipe.save(tmp_path / "photo.toml")
    again = Recipe.load(tmp_path / "photo.toml")
    assert again.steps == (Scene(weights),)
    np.testing.assert_array_equal(again(word_photo()), Scene(weights).mask(word_photo()))


def test_weights_that_find_no_text():
    for wrong in ("small", "nowhere.docbin"):
        with pytest.raises(UsageError, match=wrong):
            Scene(wrong).mask(word_photo())
    with pytest.raises(UsageError, match="weights"):
        Scene(3)


def test_without_a_detector_it_says_what_to_do(monkeypatch):
    shipped = {role: path for role, path in index().items() if role != "detector"}
    monkeypatch.setattr("docbin.detect.db.index", lambda: shipped)
    with pytest.raises(UsageError, match="--weights FILE"):
        Scene().mask(word_photo())
