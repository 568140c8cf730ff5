"""The float twin in ONNX Runtime: the packed network's whole numbers, exactly."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packed_random import FLOAT, INTEGER, random_network

onnx = pytest.importorskip("onnx", reason="needs docbin[onnx]")
runtime = pytest.importorskip("onnxruntime", reason="needs docbin[onnx]")

from docbin.runtime import reference  # noqa: E402
from docbin.runtime.network import Network  # noqa: E402
from docbin.runtime.onnx_operations import channel_parts  # noqa: E402
from docbin.runtime.onnx_twin import onnx_model, write_onnx  # noqa: E402
from docbin.runtime.random_unet import drawn_page, random_unet  # noqa: E402
from docbin.runtime.weights import PackedFile  # noqa: E402

SEEDS = st.integers(0, 2**32)
EXTENTS = st.tuples(st.integers(1, 50), st.integers(1, 50))


def session(model):
    options = runtime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    data = model if isinstance(model, bytes) else model.SerializeToString()
    return runtime.InferenceSession(data, options, providers=["CPUExecutionProvider"])


def answers(model, images):
    made = session(model)
    names = [output.name for output in made.get_outputs()]
    return dict(zip(names, made.run(None, {"image": images}), strict=True))


@pytest.mark.parametrize(
    "shape",
    [
        {"widths": (8, 12), "blocks": (1, 1)},
        {"widths": (24, 40, 64, 96)},
        {"widths": (16, 70), "blocks": (1, 1), "bits": ("W1A1", "W8A8"), "bases": (2, 1)},
        {"widths": (12, 20), "blocks": (1, 1), "levels": 2, "activated": True},
        {"widths": (8, 12), "blocks": (1, 1), "contrast": (5, 31)},
        {"widths": (8, 12), "blocks": (1, 1), "contrast": (9,), "level": 2},
    ],
)
@settings(max_examples=5)
@given(seed=SEEDS, extents=EXTENTS, count=st.integers(1, 2))
def test_a_mask_is_the_packed_networks(shape, seed, extents, count):
    file = random_unet(seed, **shape)
    random = np.random.default_rng(seed)
    images = np.stack([drawn_page(random, 50)[: extents[0], : extents[1]] for _ in range(count)])
    network = Network(file.to_bytes())
    found = answers(onnx_model(file), np.stack([network.planes(image) for image in images]))
    for place, image in enumerate(images):
        np.testing.assert_array_equal(found["logit"][place], network.logit(image))
        np.testing.assert_array_equal(found["mask"][place], network.mask(image))
        probability = network.probability(image)
        np.testing.assert_allclose(found["probability"][place], probability, atol=1e-6)


@settings(max_examples=40)
@given(seed=SEEDS, extents=EXTENTS, channels=st.sampled_from([1, 3]), nodes=st.integers(1, 14))
def test_every_integer_operation_is_exact(seed, extents, channels, nodes):
    """With shifts and factors up to the limits of the format, where floats are not enough."""
    graph, tensors = random_network(seed, INTEGER, nodes=nodes, channels=channels)
    file = PackedFile(graph, tensors)
    shape = (*extents, 3) if channels == 3 else extents
    image = np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8)
    found = answers(onnx_model(file), image.reshape(1, *extents, channels))
    for name, stream in reference.streams(file.typed, image).items():
        assert found[name].dtype == np.int16
        np.testing.assert_array_equal(found[name][0], stream, err_msg=name)


@settings(max_examples=30)
@given(seed=SEEDS, extents=st.tuples(st.integers(1, 20), st.integers(1, 20)))
def test_float_operations_keep_to_1e_5(seed, extents):
    graph, tensors = random_network(seed, FLOAT[:1] + FLOAT[2:], nodes=8)
    image = np.random.default_rng(seed).integers(0, 256, (*extents, 3), dtype=np.uint8)
    floats = {
        node.to.name: node.to.channels
        for node in PackedFile(graph, tensors).typed.nodes
        if node.to.kind == "float"
    }
    if not floats:
        return
    last = list(floats)[-1]
    exact = reference.evaluate(PackedFile(graph, tensors).typed, image, {last})[last]
    exact = exact.astype(np.float64)
    scale = np.float32(30000 / (np.abs(exact).max() or 1.0))
    tensors["end.scale"] = np.full(floats[last], scale, np.float32)
    end = {"op": "requantise", "from": [last], "to": "end", "tensors": {"scale": "end.scale"}}
    graph["nodes"].append(end)
    graph["outputs"] = {"end": "end"}
    found = answers(onnx_model(PackedFile(graph, tensors)), image[None])["end"][0]
    assert np.abs(found - exact * scale).max() <= 0.5 + 30000 * 1e-5


@given(seed=SEEDS, outputs=st.integers(1, 4), inputs=st.integers(1, 40))
def test_parts_of_sums_stay_exact_and_cover_all(seed, outputs, inputs):
    random = np.random.default_rng(seed)
    largest = random.integers(0, 9 * 127 * 255 + 1, (outputs, inputs)) << random.integers(0, 5)
    parts = channel_parts(largest)
    assert [first for first, _ in parts] == [0] + [last for _, last in parts[:-1]]
    assert parts[-1][1] == inputs
    for first, last in parts:
        assert last - first == 1 or largest[:, first:last].sum(1).max() < 2**24


def test_sums_beyond_float32_are_exact():
    """All codes 255, all weights ±127: 37 million in a sum of 128 channels."""
    channels = 128
    nodes = [{"op": "widen", "from": ["image"], "to": "w"}]
    nodes.append({"op": "unshuffle", "from": ["w"], "to": "u", "factor": 8})
    nodes.append({"op": "concat", "from": ["u", "u"], "to": "x"})
    parts = {"shift": "s", "mult": "m"}
    nodes.append({"op": "quantise", "from": ["x"], "to": "q", "bits": 8, "tensors": parts})
    parts = {"weight": "w", "mult": "f", "bias": "b"}
    conv = {"op": "conv", "from": ["q"], "to": "c", "kernel": 3, "stride": 1, "shift": 12}
    nodes.append(conv | {"tensors": parts})
    random = np.random.default_rng(0)
    weight = np.full((1, 3, 9, channels), 127, np.int8)
    weight[0, 1] = -127
    weight[0, 2] = random.integers(-127, 128, (9, channels))
    tensors = {
        "s": np.full(channels, 32767, np.int16),
        "m": np.full(channels, 32767, np.int16),
        "w": weight,
        "f": np.full((1, 3), 3, np.int32),
        "b": np.array([5, 6, 7], np.int64),
    }
    graph = {
        "input": {"channels": 1, "multiple": 8, "margin": 0},
        "nodes": nodes,
        "outputs": {"c": "c"},
    }
    file = PackedFile(graph, tensors)
    image = random.integers(0, 256, (40, 30), dtype=np.uint8)
    found = answers(onnx_model(file), image[None, ..., None])["c"][0]
    np.testing.assert_array_equal(found, reference.streams(file.typed, image)["c"])


def test_the_model_is_ordinary_and_tells_where_it_is_from(tmp_path):
    file = random_unet(1, (8, 12), blocks=(1, 1), name="little")
    path = tmp_path / "net.onnx"
    write_onnx(path, file)
    model = onnx.load(path)
    assert [(entry.domain, entry.version) for entry in model.opset_import] == [("", 17)]
    assert {entry.key: entry.value for entry in model.metadata_props} == dict(file.metadata)
    onnx.shape_inference.infer_shapes(model, strict_mode=True, data_prop=True)
    assert path.read_bytes() == onnx_model(file).SerializeToString(deterministic=True)
    found = answers(path.read_bytes(), np.zeros((1, 5, 6, 3), np.uint8))
    assert found["mask"].shape == (1, 5, 6)
