"""Typed graphs: what each operation takes and gives, what it costs, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from packed_networks import block
from packed_random import FLOAT, INTEGER, random_network
from wrong_graphs import WRONG_ENDS, WRONG_NODES, changed

from docbin.errors import InputError
from docbin.runtime import costs, reference
from docbin.runtime.graph import read_graph
from docbin.runtime.random_unet import random_unet


@pytest.mark.parametrize(
    ("place", "change", "message"),
    [
        *WRONG_NODES,
        (1, changed(bits=3), "needs bits as one of 1, 4, 8"),
        (1, changed(**{"from": ["image"]}), "another kind: image, not stream"),
        (9, changed(op="swirl"), "unknown operation 'swirl'; known: widen, haar"),
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
        *WRONG_ENDS,
        ("input", changed(multiple=3), "no multiple of 3"),
        ("output", changed(scale=float("nan")), "finite number"),
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
        ("conv.w", np.zeros((3, 5, 9, 1), np.uint8), "3 bases"),
        ("conv.w", np.full((1, 5, 9, 1), 32, np.uint8), "bits beyond the 5 channels"),
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
    assert told["enc1.0.conv"].bytes == 40 * 9 * 5 + 40 * 4 + 40 * 8


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
