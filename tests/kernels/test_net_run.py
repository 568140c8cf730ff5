"""Packed networks in C++ against whole-page numpy: the same bits in any bands, on any threads."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import packed_reference
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packed_networks import block, packed
from packed_random import FLOAT, INTEGER, random_network

from docbin import kernels

pytestmark = pytest.mark.skipif(kernels.extension is None, reason="needs the compiled kernels")
SEEDS = st.integers(0, 2**32 - 1)
EXTENTS = st.integers(1, 40)
BANDS = st.sampled_from([0, 1, 2, 3, 7, 16, 1000])


def network(graph, tensors):
    return kernels.extension.Network(packed(graph, tensors))


def page(seed, height, width, channels):
    shape = (height, width, 3) if channels == 3 else (height, width)
    random = np.random.default_rng(seed)
    return random.choice(np.array([0, 1, 100, 128, 254, 255], np.uint8), shape)


@settings(max_examples=60)
@given(
    seed=SEEDS,
    extents=st.tuples(EXTENTS, EXTENTS),
    nodes=st.integers(1, 15),
    channels=st.sampled_from([1, 3]),
    colors=st.sampled_from([1, 3]),
    threads=st.integers(1, 4),
    band=BANDS,
)
def test_random_graphs_equal_numpy(seed, extents, nodes, channels, colors, threads, band):
    graph, tensors = random_network(seed, INTEGER, nodes=nodes, channels=channels)
    image = page(seed, *extents, colors)
    found = network(graph, tensors).streams(image, threads, band)
    expected = packed_reference.streams(graph, tensors, image)
    assert [name for name, _ in found] == list(graph["outputs"])
    for name, stream in found:
        assert np.array_equal(stream, expected[name]), name


@settings(max_examples=60)
@given(seed=SEEDS, extents=st.tuples(EXTENTS, EXTENTS), threads=st.integers(1, 3), band=BANDS)
def test_float_operations_keep_to_1e_5(seed, extents, threads, band):
    operations = [*FLOAT[2:], "dequantise"]
    graph, tensors = random_network(seed, operations, nodes=8)
    graph["nodes"].append(
        {"op": "dequantise", "from": ["widen.0"], "to": "d", "tensors": {"scale": "d.scale"}}
    )
    tensors["d.scale"] = np.ones(3, np.float32)
    image = page(seed, *extents, 3)
    values = packed_reference.values(graph, tensors, image)
    last = [name for name, value in values.items() if value.dtype == np.float32][-2:][0]
    exact = values[last].astype(np.float64)
    # The stream shows the float in steps of 1 / 30 000 of the largest.
    scale = 30000 / (np.abs(exact).max() or 1.0)
    tensors["r.scale"] = np.full(exact.shape[2], scale, np.float32)
    graph["nodes"].append(
        {"op": "requantise", "from": [last], "to": "r", "tensors": {"scale": "r.scale"}}
    )
    graph["outputs"] = {"r": "r"}
    ((_, found),) = network(graph, tensors).streams(image, threads, band)
    assert np.abs(found - exact * scale).max() <= 0.5 + 30000 * 1e-5 + 0.01


@pytest.mark.parametrize("bits", [1, 4])
@settings(max_examples=30)
@given(
    seed=SEEDS,
    extents=st.tuples(EXTENTS, EXTENTS),
    threads=st.integers(1, 4),
    band=BANDS,
    threshold=st.sampled_from([-32768, -100, 0, 7, 32767]),
)
def test_masks_equal_numpy(bits, seed, extents, threads, band, threshold):
    graph, tensors = block(bits=bits, seed=seed)
    graph["output"]["threshold"] = threshold
    image = page(seed, *extents, 3)
    net = network(graph, tensors)
    expected = packed_reference.logits(graph, tensors, image)
    assert np.array_equal(net.logits(image, threads, band), expected)
    mask = np.packbits(expected >= threshold, axis=1)
    assert np.array_equal(net.run_bits(image, threads, band), mask)


def test_crops_of_one_size_in_one_call():
    graph, tensors = block()
    net = network(graph, tensors)
    crops = np.random.default_rng(0).integers(0, 256, (7, 33, 20, 3), np.uint8)
    each = [net.run_bits(crop) for crop in crops]
    for threads in (1, 2, 9):
        assert np.array_equal(net.run_bits(crops, threads), each)
        assert np.array_equal(net.logits(crops, threads), [net.logits(crop) for crop in crops])
    assert net.run_bits(crops[:0]).shape == (0, 33, 3)
    tall = np.random.default_rng(0).integers(0, 256, (2, 300, 20, 3), np.uint8)
    assert np.array_equal(net.run_bits(tall, 5), [net.run_bits(crop) for crop in tall])


def test_one_network_serves_many_threads():
    graph, tensors = block(bases=2)
    net = network(graph, tensors)
    random = np.random.default_rng(5)
    images = [random.integers(0, 256, (10 + 9 * i, 120 - 5 * i, 3), np.uint8) for i in range(16)]
    expected = [net.logits(image) for image in images]
    with ThreadPoolExecutor(6) as pool:
        for _ in range(3):
            found = list(pool.map(lambda image: net.logits(image, 2), images))
            assert all(map(np.array_equal, found, expected))


def test_no_image_is_changed_and_none_outlives_the_call():
    net = network(*block())
    image = page(3, 40, 50, 3)
    before = image.copy()
    image.flags.writeable = False
    net.run_bits(image, 2)
    assert np.array_equal(image, before)


@pytest.mark.parametrize(
    ("image", "message"),
    [
        (np.zeros((0, 5, 3), np.uint8), "no pixels"),
        (np.zeros((5, 0), np.uint8), "no pixels"),
        (np.zeros((5, 5, 4), np.uint8), "3 channels"),
        (np.zeros((5, 5, 1), np.uint8), "3 channels"),
        (np.zeros(5, np.uint8), r"must be \(H, W\)"),
        (np.zeros((1, 1, 5, 5, 3), np.uint8), r"must be \(H, W\)"),
        (np.zeros((1, 2**24 + 1), np.uint8), "16777216"),
    ],
)
def test_wrong_images_are_refused(image, message):
    with pytest.raises(ValueError, match=message):
        network(*block()).run_bits(image)


@pytest.mark.parametrize("image", [np.zeros((5, 5)), np.zeros((5, 9, 3), np.uint8)[:, ::2], [[1]]])
def test_other_arrays_are_no_images(image):
    with pytest.raises(TypeError, match="incompatible function arguments"):
        network(*block()).run_bits(image)


def test_what_a_network_does_not_give_is_refused():
    image = np.zeros((5, 5, 3), np.uint8)
    mask = network(*block())
    with pytest.raises(ValueError, match="call logits instead"):
        mask.streams(image)
    other = network(*random_network(1))
    for call in (other.logits, other.run_bits):
        with pytest.raises(ValueError, match="call streams instead"):
            call(image)
    with pytest.raises(ValueError, match="one page"):
        other.streams(image[None])
    with pytest.raises(ValueError, match="band_rows"):
        mask.run_bits(image, 1, -1)


def test_a_page_that_needs_too_much_memory_is_refused():
    nodes = [{"op": "widen", "from": ["image"], "to": "0"}]
    nodes += [{"op": "concat", "from": [str(i)] * 4, "to": str(i + 1)} for i in range(4)]
    nodes += [{"op": "upsample2", "from": [str(i)], "to": str(i + 1)} for i in range(4, 10)]
    graph = {
        "input": {"channels": 3, "multiple": 1, "margin": 0},
        "nodes": nodes,
        "outputs": {"a": "0", "b": "1"},
    }
    nodes.append({"op": "max2", "from": ["10"], "to": "11"})
    graph["outputs"] = {"a": "11"}
    net = network(graph, {})
    with pytest.raises(ValueError, match="16 GiB are allowed"):
        net.streams(np.zeros((1, 2**24), np.uint8))
