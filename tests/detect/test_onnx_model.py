"""Detectors in ONNX: colours, strides, frames, docbin's own export, and files that are none."""

import json

import numpy as np
import pytest
from detector_files import word_photo, words
from text_maps import iou

from docbin.detect.db import Db
from docbin.detect.field_model import PackedField
from docbin.detect.onnx_model import OnnxField
from docbin.errors import InputError
from docbin.runtime.loaded import loaded
from docbin.runtime.onnx_twin import onnx_model
from docbin.runtime.random_unet import random_unet

onnx = pytest.importorskip("onnx", reason="needs docbin[onnx]")
pytest.importorskip("onnxruntime", reason="needs docbin[onnx]")


def save(path, *, weights=(-2.0, 0.0, 0.0), stride=1, sigmoid=True, sides=("h", "w"), told=None):
    """Write a model: a sum of the channels, the mean of squares, and its sigmoid."""
    make = onnx.helper
    nodes, value = [make.make_node("Conv", ["x", "k"], ["sum"])], "sum"
    if stride > 1:
        pool = make.make_node("AveragePool", ["sum"], ["mean"], kernel_shape=[stride] * 2,
                              strides=[stride] * 2)  # fmt: skip
        nodes, value = [*nodes, pool], "mean"
    nodes.append(make.make_node("Sigmoid" if sigmoid else "Identity", [value], ["y"]))
    kernel = onnx.numpy_helper.from_array(np.array(weights, np.float32).reshape(1, 3, 1, 1), "k")
    info = make.make_tensor_value_info
    graph = make.make_graph(
        nodes,
        "detector",
        [info("x", onnx.TensorProto.FLOAT, [1, 3, *sides])],
        [info("y", onnx.TensorProto.FLOAT, None)],
        [kernel],
    )
    model = make.make_model(graph, opset_imports=[make.make_opsetid("", 17)], ir_version=8)
    if told is not None:
        make.set_model_props(model, {"detector": json.dumps(told)})
    onnx.save(model, path)
    return path


@pytest.mark.parametrize(
    ("normalise", "first", "mean", "deviation"),
    [
        ("imagenet-bgr", 2, 0.485, 0.229),
        ("imagenet-rgb", 0, 0.485, 0.229),
        ("half-bgr", 2, 0.5, 0.5),
        ("half-rgb", 0, 0.5, 0.5),
        (None, 2, 0.485, 0.229),
    ],
)
def test_colours_become_numbers_as_one_says(tmp_path, normalise, first, mean, deviation):
    image = np.random.default_rng(1).integers(0, 256, (33, 47, 3), np.uint8)
    field = OnnxField.load(save(tmp_path / "m.onnx"), normalise).probability(image)
    numbers = (image[..., first] / 255 - mean) / deviation
    assert field.dtype == np.float32
    assert np.allclose(field, 1 / (1 + np.exp(2 * numbers)), atol=1e-5)


def test_metadata_of_the_model_say_how_it_is_used(tmp_path):
    told = {"normalise": "half-rgb", "unclip": 0.1, "threshold": 0.4, "side": 120}
    path = save(tmp_path / "m.onnx", told=told)
    assert OnnxField.load(path).normalise == "half-rgb"
    assert Db(str(path)).processing().threshold == 0.4
    assert Db(str(path)).probability_map(word_photo()).seen == (120, 160)
    save(path, told={"normalise": "none"})
    with pytest.raises(InputError, match="imagenet-bgr"):
        Db(str(path))(word_photo())
    save(path, told={"colours": 3})
    with pytest.raises(InputError, match="metadata"):
        Db(str(path))(word_photo())


@pytest.mark.parametrize("stride", [1, 2, 4])
def test_words_are_found_at_any_stride(tmp_path, stride):
    path = save(tmp_path / "m.onnx", stride=stride)
    detector = Db(str(path), side=0, unclip=0.1)
    assert detector.probability_map(word_photo()).stride == stride
    regions = detector(word_photo())
    for word, region in zip(words(), regions, strict=True):
        assert iou(region.polygon, word) > {1: 0.8, 2: 0.75, 4: 0.55}[stride]


def test_tiles_change_nothing(tmp_path):
    path = str(save(tmp_path / "m.onnx", stride=4))
    image = np.tile(word_photo(), (2, 3))[:401, :777]
    whole = Db(path, side=0, tile=2048).probability_map(image)
    tiled = Db(path, side=0, tile=256).probability_map(image)
    assert np.array_equal(whole.values, tiled.values)
    assert whole.values.shape == (101, 195)


def test_docbins_own_export_gives_the_map_of_the_packed_network(tmp_path):
    network = random_unet(3, widths=(8, 8), blocks=(1, 1))
    (tmp_path / "n.docbin").write_bytes(network.to_bytes())
    onnx.save(onnx_model(network), tmp_path / "n.onnx")
    image = np.random.default_rng(2).integers(0, 256, (64, 96, 3), np.uint8)
    packed = PackedField(loaded(tmp_path / "n.docbin"), {}).probability(image)
    twin = OnnxField.load(tmp_path / "n.onnx").probability(image)
    assert np.allclose(packed, twin, atol=1e-6)


def test_models_that_are_no_detectors(tmp_path):
    path = tmp_path / "m.onnx"
    path.write_bytes(b"no model")
    with pytest.raises(InputError, match=r"m\.onnx"):
        Db(str(path))(word_photo())
    save(path, sides=(32, 32))
    with pytest.raises(InputError, match="one size"):
        Db(str(path))(word_photo())
    save(path, sigmoid=False)
    with pytest.raises(InputError, match="sigmoid"):
        Db(str(path))(word_photo())


def test_without_the_runtime_the_message_says_how_to_install_it(tmp_path, monkeypatch):
    import docbin.runtime.onnx_session as module
    from docbin.dependencies import missing
    from docbin.errors import MissingDependencyError

    def load(name, *, purpose):
        raise missing(name, purpose=purpose)

    monkeypatch.setattr(module, "load", load)
    with pytest.raises(MissingDependencyError, match=r"pip install 'docbin\[onnx\]'"):
        Db(str(save(tmp_path / "other.onnx")))(word_photo())
