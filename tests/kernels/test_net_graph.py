"""Graphs of packed networks in the C++ reader: typed at load, or refused with node and reason."""

from __future__ import annotations

import json

import numpy as np
import pytest
from packed_networks import block, packed, three
from wrong_graphs import WRONG_ENDS, WRONG_NODES, changed

from docbin import kernels

pytestmark = pytest.mark.skipif(kernels.extension is None, reason="needs the compiled kernels")


def load(graph, tensors=None):
    return kernels.extension.Network(packed(graph, tensors or {}))


def chain(*nodes, channels=3, multiple=64, margin=0, output=None):
    """Return the graph of nodes that each read the one before; nodes are named 0, 1, 2, …"""
    made = []
    for place, node in enumerate(nodes):
        before = str(place - 1) if place else "image"
        made.append({"from": [before], "to": str(place)} | node)
    return {
        "input": {"channels": channels, "multiple": multiple, "margin": margin},
        "nodes": made,
        "outputs": output or {"last": str(len(nodes) - 1)},
    }


def op(name, **more):
    return {"op": name} | more


def f32(*shape):
    return np.ones(shape, np.float32)


def conv(weight, *, kernel=3, mult=None, bias=None, bits=4, channels=6, **more):
    """Return the graph and tensors of one convolution of codes."""
    out = weight.shape[1]
    tensors = {
        "s": np.zeros(channels, np.int16),
        "q": np.ones(channels, np.int16),
        "c.w": weight,
        "c.m": np.ones((weight.shape[0], out), np.int32) if mult is None else mult,
        "c.b": np.zeros(out, np.int64) if bias is None else bias,
    }
    parts = {"shift": "s", "mult": "q"}
    if bits == 1:
        del tensors["q"], parts["mult"]
    grow = op("concat", **{"from": ["0"] * (channels // 3)})
    nodes = [op("widen"), grow, op("quantise", bits=bits, tensors=parts)]
    node = op("conv", kernel=kernel, stride=1, shift=0, tensors=three("c")) | more
    return chain(*nodes, node), tensors


PLANES = np.zeros((1, 2, 9, 1), np.uint8)
BYTES = np.zeros((1, 2, 9, 6), np.int8)


@pytest.mark.parametrize(
    "graph",
    [
        chain(op("widen"), op("add", **{"from": ["0", "0"]})),
        chain(*[op("haar")] * 4, op("unhaar"), op("max2"), op("max3")),
        chain(op("widen"), op("upsample2"), op("average2")),
        chain(op("widen"), op("unshuffle", factor=8), op("shuffle", factor=4)),
        chain(op("haar"), op("average2"), op("concat", **{"from": ["1", "1", "1"]})),
        chain(op("widen"), output={"a": "0", "b": "0"}),
    ],
)
def test_sound_graphs_are_read(graph):
    load(graph)


def test_every_weight_is_read():
    load(*conv(PLANES))
    load(*conv(PLANES, bits=1))
    load(*conv(np.zeros((2, 2, 9, 1), np.uint8), bits=1))
    load(*conv(BYTES, bits=8))
    load(*conv(np.zeros((1, 70, 1, 9), np.uint8), kernel=1, channels=66, stride=2))


@pytest.mark.parametrize(
    ("place", "change", "message"),
    [
        *WRONG_NODES,
        (1, changed(bits=3), "needs bits as one of"),
        (1, changed(**{"from": ["image"]}), "another kind"),
        (9, changed(op="swirl"), "unknown operation 'swirl'"),
    ],
)
def test_wrong_nodes_are_refused(place, change, message):
    graph, tensors = block()
    change(graph["nodes"][place])
    with pytest.raises(ValueError, match=message):
        load(graph, tensors)


@pytest.mark.parametrize(
    ("part", "change", "message"),
    [
        *WRONG_ENDS,
        ("input", changed(multiple=3), "margin that is no multiple"),
        ("input", changed(margin=3), "margin that is no multiple"),
    ],
)
def test_wrong_ends_are_refused(part, change, message):
    graph, tensors = block()
    change(graph[part])
    with pytest.raises(ValueError, match=message):
        load(graph, tensors)


@pytest.mark.parametrize(
    ("graph", "message"),
    [
        (chain(op("haar"), op("haar"), op("haar"), op("haar"), op("haar")), "3072 channels"),
        (chain(op("widen"), *[op("max2")] * 7), r"stride of 2\^7"),
        (chain(op("widen"), *[op("upsample2")] * 7), r"stride of 2\^-7"),
        (chain(op("widen"), op("max2"), multiple=1), "does not divide"),
        (chain(op("widen"), op("max2"), op("add", **{"from": ["0", "1"]})), "one shape"),
        (chain(op("widen"), op("max2"), op("concat", **{"from": ["0", "1"]})), "one shape"),
        (chain(*[op("widen")]) | {"nodes": []}, "1 to 4096 nodes"),
        (chain(*[op("widen")] * 4097), "1 to 4096 nodes"),
        (chain(op("widen"), output={"a b": "0"}), "no name"),
        (chain(op("widen")) | {"outputs": {}}, "with names"),
        (chain(op("widen")) | {"output": {}}, "unknown key 'outputs'"),
        ({"input": {}, "nodes": []}, "lacks the key 'outputs'"),
        ([], "no object"),
        ("{", "JSON"),
        ("", "JSON"),
    ],
)
def test_wrong_graphs_are_refused(graph, message):
    with pytest.raises(ValueError, match=message):
        load(graph)


BIG = 2**31 - 1


@pytest.mark.parametrize(
    ("made", "message"),
    [
        (conv(PLANES.astype(np.int64)), "of I64"),
        (conv(PLANES, bits=8), "must be I8"),
        (conv(BYTES), "must be U8"),
        (conv(np.zeros((3, 2, 9, 1), np.uint8)), "3 bases"),
        (conv(np.zeros((2, 2, 9, 6), np.int8), bits=8), "must be I8"),
        (conv(np.zeros((1, 2, 9, 2), np.uint8)), "must be U8"),
        (conv(np.zeros((1, 1025, 9, 1), np.uint8)), "1025 channels"),
        (conv(PLANES + np.uint8(64)), "bits beyond the 6 channels"),
        (conv(BYTES + np.int8(-128), bits=8), "-128 in tensor"),
        (conv(PLANES, mult=np.ones((1, 3), np.int32)), "must be I32"),
        (conv(PLANES, bias=np.ones(2, np.int32)), "must be I64"),
        (conv(PLANES, bias=np.array([0, 2**62])), "overflow in output channel 1"),
        (conv(PLANES, bias=np.array([-(2**63), 0])), "overflow in output channel 0"),
        (
            conv(PLANES, mult=np.full((1, 2), -BIG - 1, np.int32), bias=np.full(2, 2**62 - 2**40)),
            "overflow",
        ),
    ],
)
def test_wrong_convolutions_are_refused(made, message):
    with pytest.raises(ValueError, match=message):
        load(*made)


def test_sums_just_below_the_limit_are_taken():
    """max|A| is 9 taps · 6 channels · 15."""
    most = 2**62 - 1 - 9 * 6 * 15 * BIG
    mult = np.full((1, 2), BIG, np.int32)
    load(*conv(PLANES, mult=mult, bias=np.full(2, most)))
    load(*conv(PLANES, mult=-mult, bias=np.full(2, -most)))
    with pytest.raises(ValueError, match="overflow"):
        load(*conv(PLANES, mult=mult, bias=np.full(2, most + 1)))


def floats(weight, bias, scale=None, **more):
    options = {"kernel": 3, "stride": 1, "groups": 1, "activation": "relu"} | more
    tensors = {"scale": f32(3) if scale is None else scale, "w": weight, "b": bias}
    node = op("conv_float", tensors={"weight": "w", "bias": "b"}, **options)
    last = op("add_float", **{"from": ["2", "2"]})
    end = op("requantise", tensors={"scale": "scale2"})
    tensors["scale2"] = f32(weight.shape[0])
    first = op("dequantise", tensors={"scale": "scale"})
    return chain(op("widen"), first, node, last, end), tensors


@pytest.mark.parametrize("wrong", [np.nan, np.inf, -np.inf])
def test_numbers_that_are_not_finite_are_refused(wrong):
    weight, bias = f32(4, 3, 3, 3), f32(4)
    load(*floats(weight, bias))
    for made in (
        floats(weight * np.float32(wrong), bias),
        floats(weight, bias * np.float32(wrong)),
        floats(weight, bias, f32(3) * np.float32(wrong)),
    ):
        with pytest.raises(ValueError, match="not finite"):
            load(*made)


@pytest.mark.parametrize(
    ("made", "message"),
    [
        (floats(f32(4, 3, 3, 3), f32(4), groups=2), "do not divide"),
        (floats(f32(4, 3, 3, 3), f32(4), groups=3), "do not divide"),
        (floats(f32(3, 3, 3, 3), f32(3), groups=3), "must be F32"),
        (floats(f32(4, 3, 3, 3), f32(4), activation="tanh"), "activation"),
        (floats(f32(4, 3, 3, 3), f32(4), activation=None), "activation"),
        (floats(f32(4, 3, 3, 3), f32(4), kernel=9), "kernel"),
        (floats(f32(4, 3, 3, 3), f32(3)), "must be F32"),
        (floats(f32(4, 27, 3), f32(4)), "four extents"),
    ],
)
def test_wrong_float_convolutions_are_refused(made, message):
    with pytest.raises(ValueError, match=message):
        load(*made)


def test_tensors_that_no_node_uses_are_refused():
    graph, tensors = block()
    with pytest.raises(ValueError, match="'spare' is used by no node"):
        load(graph, tensors | {"spare": f32(1)})


def test_one_tensor_in_many_nodes_is_bounded():
    """Else a small file could ask for any amount of prepared weights."""
    graph, tensors = conv(np.zeros((1, 1024, 9, 1023), np.int8), bits=8, channels=1023)
    node = graph["nodes"][-1]
    graph["nodes"] += [node | {"to": f"c{i}"} for i in range(20)]
    with pytest.raises(ValueError, match="more than 64 MiB"):
        load(graph, tensors)


def test_steps_are_fused_where_nobody_else_reads():
    graph, tensors = block()
    graph["nodes"].insert(5, {"op": "add", "from": ["sum", "sum"], "to": "twice"})
    graph["nodes"][6]["from"] = ["twice", "stem"]
    network = load(graph, tensors)
    assert network.steps[4:8] == ["conv", "add", "add", "rprelu"]
    assert "graph" in network.metadata
    assert json.loads(network.metadata["graph"]) == graph


def test_what_no_output_needs_is_not_computed():
    graph = chain(op("widen"), op("max2"), op("max2"), output={"a": "0"})
    assert load(graph).steps == ["page", "widen", "output"]


def test_a_residual_made_later_comes_first():
    graph, tensors = block()
    graph["nodes"].insert(6, {"op": "average2", "from": ["stem"], "to": "half"})
    graph["nodes"].insert(7, {"op": "upsample2", "from": ["half"], "to": "back"})
    graph["nodes"].insert(5, {"op": "max2", "from": ["stem"], "to": "m"})
    graph["nodes"].insert(6, {"op": "upsample2", "from": ["m"], "to": "u"})
    graph["nodes"][7]["from"] = ["sum", "u"]
    graph["input"] |= {"multiple": 4}
    steps = load(graph, tensors).steps
    assert steps[3:] == [
        "conv+quantise+stream",
        "max2",
        "upsample2",
        "conv+add+rprelu+quantise",
        "conv",
        "shuffle+output",
    ]
