"""A packed network as ONNX, so that any runtime can check it: the same whole numbers in floats."""

from __future__ import annotations

import os
from typing import Any

import numpy as np

from docbin.dependencies import load
from docbin.io.atomic import replacing
from docbin.runtime.graph import Graph, Output
from docbin.runtime.onnx_operations import add_node
from docbin.runtime.onnx_writer import BOOL, FLOAT, INT16, UINT8, OnnxWriter
from docbin.runtime.weights import PackedFile

_ROWS, _COLUMNS = 1, 2  # of (N, H, W, C)


def onnx_model(network: PackedFile) -> Any:
    """Return the float twin of a packed network, an ``onnx.ModelProto`` of opset 17.

    Its input ``image`` is uint8 (N, H, W, C) of any size, with the channels of the network: gray,
    RGB, or the planes of `Network.planes` where it has contrast windows; the page is extended
    inside. Outputs of a network with a mask are ``logit`` int16 (N, H, W),
    ``probability`` float32 and ``mask`` bool; of one with streams its streams by their names,
    int16 (N, H', W', C).

    Whole numbers are exact in any runtime that adds floats in some order: sums of convolutions
    stay below 2²⁴ in float32, products are double, or int64 beyond 2⁵³. (A runtime that computes
    convolutions by Winograd's method, or in half precision, rounds.) Float operations of the
    packed format keep to its 1e-5.

    Raises
    ------
    MissingDependencyError
        If the package onnx is missing.
    """
    writer = OnnxWriter()
    graph = network.typed
    values = {"image": _extended(writer, graph)}
    for node in graph.nodes:
        inputs = [values[value.name] for value in node.sources]
        values[node.to.name] = add_node(writer, node, inputs)
    shape: list[Any] = ["N", "H", "W"]
    if graph.output is None:
        told = {
            name: (INT16, ["N", f"{name}_rows", f"{name}_columns", value.channels])
            for name, value in graph.streams.items()
        }
        for name, value in graph.streams.items():
            rows = writer.op("Transpose", [values[value.name]], perm=[0, 2, 3, 1])
            writer.named(writer.cast(rows, INT16), name)
    else:
        told = {"logit": (INT16, shape), "probability": (FLOAT, shape), "mask": (BOOL, shape)}
        _finish(writer, graph, graph.output, values[graph.output.value.name])
    info = writer.helper.make_tensor_value_info
    model = writer.model(
        network.metadata.get("name", "packed"),
        [info("image", UINT8, [*shape, graph.channels])],
        [info(name, *kind) for name, kind in told.items()],
    )
    writer.helper.set_model_props(model, dict(network.metadata))
    load("onnx").checker.check_model(model)
    return model


def write_onnx(path: str | os.PathLike[str], network: PackedFile, *, force: bool = False) -> None:
    """Write `onnx_model` to a file; an existing one is replaced with ``force`` only."""
    data = onnx_model(network).SerializeToString(deterministic=True)
    with replacing(path, force=force) as sink:
        sink.write(data)


def _extent(writer: OnnxWriter, axis: int) -> str:
    """Return an extent of the image, int64 (1,)."""
    return writer.op("Shape", ["image"], start=axis, end=axis + 1)


def _extended(writer: OnnxWriter, graph: Graph) -> str:
    """Return the page extended by replication, float32 (N, C, H', W')."""
    margin, multiple = (np.array([number]) for number in (graph.margin, graph.multiple))
    behind = []
    for axis in (_ROWS, _COLUMNS):
        size = writer.add(_extent(writer, axis), 2 * margin)
        # ONNX's Mod of whole numbers has the sign of the divisor.
        rest = writer.op("Mod", [writer.op("Neg", [size]), writer.constant(multiple)])
        behind.append(writer.add(rest, margin))
    before = writer.constant(np.array([0, 0, graph.margin, graph.margin]))
    none = writer.constant(np.array([0, 0]))
    pads = writer.op("Concat", [before, none, *behind], axis=0)
    x = writer.op("Transpose", [writer.cast("image", FLOAT)], perm=[0, 3, 1, 2])
    return writer.op("Pad", [x, pads], mode="edge")


def _finish(writer: OnnxWriter, graph: Graph, output: Output, x: str) -> None:
    """Append logit, probability and mask, cut back to the page."""
    first = np.array([graph.margin])
    ends = [writer.add(_extent(writer, axis), first) for axis in (_ROWS, _COLUMNS)]
    last = writer.op("Concat", ends, axis=0)
    page = writer.op(
        "Slice",
        [x, writer.constant(np.repeat(first, 2)), last, writer.constant(np.array([2, 3]))],
    )
    logit = writer.op("Squeeze", [page, writer.constant(np.array([1]))])
    writer.named(writer.cast(logit, INT16), "logit")
    above = writer.add(logit, np.float32(-output.threshold))
    writer.named(writer.op("Sigmoid", [writer.mul(above, np.float32(output.scale))]), "probability")
    zero = writer.constant(np.float32(0))
    writer.named(writer.op("GreaterOrEqual", [above, zero]), "mask")
