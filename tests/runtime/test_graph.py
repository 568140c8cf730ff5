"""Typed graphs: what each operation takes and gives, what it costs, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from packed_networks import block
from packed_random import FLOAT, INTEGER, random_network

from docbin.errors import InputError
from docbin.runtime import costs, reference
from docbin.runtime.graph import read_graph
from docbin.runtime.random_unet import random_unet


def without(key):
    return lambda node: node.pop(key)


def changed(**more):
    return lambda node: node.update(more)


@pytest.mark.parametrize(
    ("place", "change", "message"),
    [
        (0, without("op"), "node 0 lacks op"),
        (1, without("bits"), r"node 1 \(quantise to 'codes'\) lacks the key 'bits'"),
        (1, changed(bits=3), "needs bits as one of 1, 4, 8"),
        (1, changed(bits=True), "needs bits as one of"),
        (1, changed(bits=8.0), "needs bits as one of"),
        (1, changed(more=1), "unknown key 'more'"),
        (1, changed(to="a b"), "as a name"),
        (1, changed(to="bands"), "a second time"),
        (1, changed(to="image"), "a second time"),
        (1, changed(**{"from": ["stem"]}), "'stem', which no node before it makes"),
        (1, changed(**{"from": [["stem"]]}), "which no node before it makes"),
        (1, changed(**{"from": "bands"}), "as a list"),
        (1, changed(**{"from": ["bands", "bands"]}), "as a list of 1 to 1"),
        (1, changed(**{"from": ["image"]}), "another kind: image, not stream"),
        (1, changed(tensors={"shift": "q0.shift"}), "lacks the key 'mult'"),
        (1, changed(tensors={"shift": "q0.mult", "mult": "q0.shift"}), "1 to 32767 are allowed"),
        (1, changed(tensors={"shift": "none", "mult": "q0.mult"}), "that the file lacks"),
        (1, changed(tensors={"shift": 5, "mult": "q0.mult"}), "that the file lacks"),
        (2, changed(kernel=2), "needs kernel"),
        (2, changed(kernel=1), r"must be I8\[1, 5, 1, 12\]"),
        (2, changed(stride=3), "needs stride"),
        (2, changed(shift=47), "needs shift as a whole number from 0 to 46"),
        (2, changed(shift=-1), "needs shift"),
        (2, changed(**{"from": ["bands"]}), "another kind"),
        (5, changed(**{"from": ["sum", "bands"]}), "takes values of one shape"),
        (9, changed(op="unhaar"), "unknown key 'factor'"),
        (9, changed(op="swirl"), "unknown operation 'swirl'; known: widen, haar"),
        (9, changed(factor=4), "multiple of 16 channels"),
    ],
)
def test_wrong_nodes_are_refused(place, change, message):
    graph, tensors = block()
    change(graph["nodes"][place])
    with pytest.raises(InputError, match=message):
        read_graph(graph, tensors)


@pytest.mark.parametrize(
    ("part", "change", "message"),
    [
        ("input", changed(channels=2), "2 channels"),
        ("input", changed(channels=True), "channels as a whole number"),
        ("input", changed(multiple=3), "no multiple of 3"),
        ("input", changed(multiple=1), "does not divide"),
        ("input", changed(margin=258), "margin as a whole number"),
        ("input", changed(color=1), "unknown key 'color'"),
        ("input", without("margin"), "lacks the key 'margin'"),
        ("output", changed(threshold=40000), "threshold as a whole number"),
        ("output", changed(scale="1"), "finite number"),
        ("output", changed(scale=1e300), "finite number"),
        ("output", changed(scale=float("nan")), "finite number"),
        ("output", changed(**{"from": "head"}), "not of 1 channel"),
        ("output", changed(**{"from": "codes"}), "no stream"),
        ("output", changed(**{"from": "nobody"}), "no node"),
    ],
)
def test_wrong_ends_are_refused(part, change, message):
    graph, tensors = block()
    change(graph[part])
    with pytest.raises(InputError, match=message):
        read_graph(graph, tensors)


@pytest.mark.parametrize(
    ("name", "array", "message"),
    [
        ("conv.w", np.zeros((3, 5, 9, 1), np.uint64), "3 bases"),
        ("conv.w", np.full((1, 5, 9, 1), 32, np.uint64), "bits beyond the 5 channels"),
        ("conv.w", np.zeros((1, 5, 9, 1), np.int64), "of I64"),
        ("stem.w", np.full((1, 5, 9, 12), -128, np.int8), "-128 in its weight"),
        ("stem.w", np.zeros((5, 9, 12), np.int8), "four extents"),
        ("conv.b", np.full(5, 2**62), "overflow in output channel 0"),
        ("conv.b", np.full(5, -(2**63)), "overflow in output channel 0"),
        ("act.slope", np.full(5, -32768, np.int16), "-32768 in its slope"),
        ("spare", np.zeros(5, np.int16), "'spare' is used by no node"),
        ("conv.m", np.zeros((1, 5)), "arrays of float64 cannot be"),
    ],
)
def test_wrong_tensors_are_refused(name, array, message):
    graph, tensors = block()
    with pytest.raises(InputError, match=message):
        read_graph(graph, tensors | {name: array})


def test_sums_just_below_the_limit_are_taken():
    """max|A| is 9 taps · 5 channels · 15."""
    graph, tensors = block()
    mult = np.full((1, 5), -(2**31), np.int32)
    most = 2**62 - 1 - 9 * 5 * 15 * 2**31
    read_graph(graph, tensors | {"conv.m": mult, "conv.b": np.full(5, most)})
    with pytest.raises(InputError, match="overflow"):
        read_graph(graph, tensors | {"conv.m": mult, "conv.b": np.full(5, -most - 1)})


@given(seed=st.integers(0, 2**32))
def test_shapes_are_those_that_the_operations_give(seed):
    graph, tensors = random_network(seed, INTEGER + FLOAT)
    typed = read_graph(graph, tensors)
    page = np.random.default_rng(seed).integers(0, 256, (5, 9, 3), dtype=np.uint8)
    rows, columns = reference.extended(page, typed).shape[:2]
    found = reference.evaluate(typed, page, {node.to.name for node in typed.nodes})
    dtypes = {"stream": np.int16, "code": np.uint8, "float": np.float32}
    for node in typed.nodes:
        scale = 2.0**node.to.level
        expected = (rows / scale, columns / scale, node.to.channels)
        assert found[node.to.name].shape == expected
        assert found[node.to.name].dtype == dtypes[node.to.kind]


def test_costs_of_the_labs_shape_by_hand():
    graph = random_unet(0).typed
    widths = (24, 40, 64, 96)
    expected = (9 * 12 * 24 + 9 * 24 * 4) / 4
    for stage, width in enumerate(widths):
        blocks = 2 if stage == 3 else 4
        expected += blocks * 9 * width**2 / 4 ** (stage + 1)
    for stage, (fine, coarse) in enumerate([(24, 40), (40, 64), (64, 96)]):
        expected += 2 * fine * coarse / 4 ** (stage + 2)
    assert costs.macs(graph) == pytest.approx(expected, rel=1e-12)
    told = {layer.name: layer for layer in costs.layers(graph)}
    assert told["enc1.0.conv"].bits == "W1A4"
    assert told["stem.conv"].bits == "W8A8"
    assert told["enc3.1.conv"].level == 4
    assert told["enc1.0.conv"].bytes == 40 * 9 * 8 + 40 * 4 + 40 * 8


@pytest.mark.parametrize("seed", range(12))
def test_no_pixel_beyond_the_reach_has_an_influence(seed):
    """Change all pixels outside the reach of an output: it stays."""
    operations = [op for op in INTEGER if op not in ("unhaar", "shuffle", "upsample2")]
    graph, tensors = random_network(seed, operations if seed % 2 else INTEGER)
    typed = read_graph(graph, tensors)
    reach = costs.reach(typed)
    random = np.random.default_rng(seed)
    side = 2 * reach + 129
    page, other = (random.integers(0, 256, (side, side, 3), dtype=np.uint8) for _ in range(2))
    for value in set(typed.streams.values()):
        size = 2.0**value.level
        at = int((side // 2 + typed.margin) / size)
        first = int(at * size) - typed.margin - reach
        last = int(np.ceil((at + 1) * size)) - typed.margin + reach
        mixed = other.copy()
        mixed[first:last, first:last] = page[first:last, first:last]
        one, two = (reference.evaluate(typed, each, {value.name}) for each in (page, mixed))
        np.testing.assert_array_equal(one[value.name][at, at], two[value.name][at, at])


def test_reach_by_hand():
    """Haar, two 3×3 and one 1×1 convolution at half size, and a shuffle back."""
    typed = read_graph(*block())
    # Two 3×3 convolutions at stride 2, and the pixel beside it in its square.
    assert costs.reach(typed) == 2 + 2 + 1
