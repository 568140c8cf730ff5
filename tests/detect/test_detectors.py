"""The contract of every detector of the table, and what is Db's own."""

import dataclasses
import json
import pickle
import re
from pathlib import Path

import numpy as np
import pytest
from contrast_network import contrast_network
from detector_files import DETECTORS_READY, text_network, word_photo, words
from text_maps import iou

import docbin
from docbin.detect import DETECTORS, Detector
from docbin.detect.db import Db
from docbin.detect.field import seen_size
from docbin.errors import InputError, MissingDependencyError, UsageError
from docbin.regions import TextRegion
from docbin.runtime.weights import PackedFile

DOCS = Path(__file__).parents[2] / "docs" / "detection.md"


@pytest.fixture(scope="module")
def weights(tmp_path_factory):
    path = tmp_path_factory.mktemp("weights") / "words.docbin"
    path.write_bytes(text_network().to_bytes())
    return str(path)


@pytest.fixture(params=list(DETECTORS))
def detector(request, weights):
    return DETECTORS_READY[request.param](weights)


def test_table_and_protocol(detector):
    assert isinstance(detector, Detector)
    assert dataclasses.is_dataclass(detector)
    assert detector == pickle.loads(pickle.dumps(detector))
    with pytest.raises(dataclasses.FrozenInstanceError):
        detector.weights = "other"
    assert set(DETECTORS_READY) == set(DETECTORS)


def test_words_are_found_where_they_are(detector):
    photo = word_photo()
    before = photo.copy()
    regions = detector(photo)
    assert np.array_equal(photo, before)
    assert all(isinstance(region, TextRegion) for region in regions)
    assert all(0 <= region.score <= 1 for region in regions)
    for word, region in zip(words(), regions, strict=True):
        assert iou(region.polygon, word) > 0.8
    again = detector(photo)
    assert [one.polygon.tolist() for one in again] == [one.polygon.tolist() for one in regions]


def test_gray_alpha_strided_and_read_only_images(detector):
    photo = word_photo()
    expected = [region.polygon.tolist() for region in docbin.detect_text(photo, detector)]
    rgb = np.repeat(photo[:, :, None], 3, axis=2)
    rgba = np.concatenate([rgb, np.full((*photo.shape, 1), 255, np.uint8)], axis=2)
    strided = np.repeat(rgb, 2, axis=0)[::2]
    frozen = photo.copy()
    frozen.flags.writeable = False
    for image in (rgb, rgba, strided, frozen, photo.astype(np.uint16) * 257):
        found = docbin.detect_text(image, detector)
        assert [region.polygon.tolist() for region in found] == expected


@pytest.mark.parametrize("size", [(1, 1), (10, 10), (1, 300), (300, 1), (31, 33)])
@pytest.mark.parametrize("value", [0, 128, 255])
def test_tiny_and_blank_images(detector, size, value):
    for region in detector(np.full(size, value, np.uint8)):
        assert region.polygon.min() >= 0
        assert (region.polygon <= [size[1], size[0]]).all()


def test_a_detector_of_ones_own():
    def whole(image):
        height, width = image.shape[:2]
        return [TextRegion([(0, 0), (width, 0), (width, height)])]

    (region,) = docbin.detect_text(np.zeros((4, 6), np.uint8), whole)
    assert region.polygon.tolist() == [[0, 0], [6, 0], [6, 4]]
    with pytest.raises(UsageError, match="side"):
        docbin.detect_text(np.zeros((4, 6), np.uint8), whole, side=3)
    with pytest.raises(UsageError, match="callable"):
        docbin.detect_text(np.zeros((4, 6), np.uint8), 3)
    with pytest.raises(InputError, match="tuple"):
        docbin.detect_text(np.zeros((4, 6), np.uint8), lambda image: [(0, 0)])
    with pytest.raises(UsageError, match="Did you mean 'db'"):
        docbin.detect_text(np.zeros((4, 6), np.uint8), "dbb")
    with pytest.raises(UsageError, match="Did you mean 'side'"):
        docbin.detect_text(np.zeros((4, 6), np.uint8), sides=3)


def test_sizes_that_the_network_sees():
    assert seen_size((1472, 2560), 736) == (736, 1280)
    assert seen_size((100, 300), 736) == (400, 1200)  # four times at most
    assert seen_size((1, 1), 736) == (4, 4)
    assert seen_size((3000, 10), 5) == (1500, 5)
    with pytest.raises(InputError, match="smaller side"):
        seen_size((100, 1_000_000), 400)


@pytest.mark.parametrize("side", [0, 300])
def test_tiles_change_nothing(weights, side):
    random = np.random.default_rng(2)
    image = np.tile(word_photo(), (2, 3))
    image = (image - random.integers(0, 20, image.shape)).clip(0, 255).astype(np.uint8)
    whole = Db(weights, side=side, tile=4096).probability_map(image)
    tiled = Db(weights, side=side, tile=256).probability_map(image)
    assert max(whole.seen) > 256
    assert np.array_equal(whole.values, tiled.values)


def test_a_map_tells_where_its_pixels_are(weights):
    found = Db(weights, side=120).probability_map(word_photo())
    assert found.values.shape == (120, 160)
    assert found.size == (240, 320)
    assert found.scale == (2.0, 2.0)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"weights": 3}, "weights"),
        ({"weights": "nowhere.docbin"}, "no file"),
        ({"weights": "small"}, "finds no text"),
        ({"side": -1}, "side"),
        ({"side": 1.5}, "side"),
        ({"tile": 10}, "tile"),
        ({"normalise": "imagenet"}, "imagenet-bgr"),
        ({"normalise": "imagenet-bgr"}, "ONNX"),
        ({"threshold": 2}, "threshold"),
        ({"unclip": "out"}, "unclip"),
    ],
)
def test_wrong_parameters(weights, wrong, said):
    with pytest.raises(UsageError, match=said):
        Db(**{"weights": weights, **wrong})


def test_what_the_weights_say_holds_where_nothing_is_given(tmp_path):
    told = {"threshold": 0.25, "box_threshold": 0.7, "unclip": 1.7, "shrink": 0.5, "side": 200}
    path = _told(tmp_path, json.dumps(told))
    detector = Db(path)
    processing = detector.processing()
    assert {key: getattr(processing, key) for key in list(told)[:4]} == dict(list(told.items())[:4])
    assert detector.probability_map(word_photo()).seen[0] == 200
    given = Db(path, threshold=0.4, unclip="inverse", side=100)
    assert (given.processing().threshold, given.processing().unclip) == (0.4, "inverse")
    assert given.processing().box_threshold == 0.7
    assert given.probability_map(word_photo()).seen[0] == 100


@pytest.mark.parametrize(
    "text", ["{", "3", '{"colour": 3}', '{"threshold": 7}', '{"side": "large"}', '{"side": -3}']
)
def test_wrong_metadata(tmp_path, text):
    with pytest.raises(InputError, match="metadata"):
        Db(_told(tmp_path, text))(word_photo())


def _told(folder, text):
    network = text_network()
    path = folder / "told.docbin"
    metadata = {**network.metadata, "detector": text}
    path.write_bytes(PackedFile(network.graph, network.tensors, metadata).to_bytes())
    return str(path)


def test_files_that_are_no_detector(tmp_path):
    path = tmp_path / "no.docbin"
    path.write_bytes(b"no network")
    with pytest.raises(InputError, match=r"no\.docbin: "):
        Db(str(path))(word_photo())
    streams = contrast_network()
    graph = {**streams.graph, "outputs": {"map": "logit"}}
    del graph["output"]
    path.write_bytes(PackedFile(graph, streams.tensors, {}).to_bytes())
    with pytest.raises(InputError, match="streams"):
        Db(str(path))(word_photo())


def test_without_shapely_polygons_say_what_is_missing(weights, monkeypatch):
    import docbin.detect.postprocess as module

    def missing(name, *, purpose):
        if name == "shapely":
            raise MissingDependencyError(f"{purpose} needs docbin[detect]")
        return load(name, purpose=purpose)

    load = module.load
    monkeypatch.setattr(module, "load", missing)
    assert Db(weights)(word_photo())
    with pytest.raises(MissingDependencyError, match=r"docbin\[detect\]"):
        Db(weights, shape="polygon")(word_photo())


def test_the_table_of_parameters():
    """docs/detection.md has every field of Db, in order."""
    told = re.findall(
        r"^\| `(\w+)` \|", DOCS.read_text("utf-8").partition("## The detector")[2], re.M
    )
    assert told == [field.name for field in dataclasses.fields(Db)]
