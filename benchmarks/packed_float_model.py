"""The float network that other runtimes are timed on: the same convolutions as a packed graph.

Convolutions, additions, means and upsamplings are those of the packed graph, in float32 and biased;
RPReLU is ReLU, which every runtime fuses, and requantisation is gone. The Haar step is a
rearrangement of pixels, since the stem's weights can take its sums. So the peers do no more than a
network trained in float would have to.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from docbin.runtime.bit_planes import unpack_signs
from docbin.runtime.graph import Graph, Node
from docbin.runtime.onnx_writer import BOOL, FLOAT, UINT8, OnnxWriter

SIDE = 128


def float_model(graph: Graph, *, float_input: bool = False) -> Any:
    """Return the model: ``image`` uint8 (1, H, W, 3) to ``mask`` bool (1, 1, H, W).

    With ``float_input`` the image is float32 already, as the calibration of int8 wants it.
    """
    writer = OnnxWriter()
    x = "image" if float_input else writer.cast("image", FLOAT)
    x = writer.op("Transpose", [x], perm=[0, 3, 1, 2])
    values = {"image": writer.mul(x, np.float32(1 / 255))}
    for node in graph.nodes:
        values[node.to.name] = _add(writer, node, [values[value.name] for value in node.sources])
    assert graph.output is not None
    zero = writer.constant(np.float32(0))
    logit = values[graph.output.value.name]
    writer.named(writer.op("GreaterOrEqual", [logit, zero]), "mask")
    info = writer.helper.make_tensor_value_info
    kind = FLOAT if float_input else UINT8
    return writer.model(
        "float",
        [info("image", kind, [1, "H", "W", 3])],
        [info("mask", BOOL, [1, 1, "H", "W"])],
    )


def _add(writer: OnnxWriter, node: Node, inputs: list[str]) -> str:
    """Append what takes the place of a node."""
    x = inputs[0]
    if node.op == "conv":
        return _conv(writer, node, x)
    if node.op == "haar":
        return writer.op("SpaceToDepth", [x], blocksize=2)
    if node.op == "rprelu":
        return writer.op("Relu", [x])
    if node.op == "add":
        return writer.op("Add", inputs)
    if node.op == "average2":
        return writer.op("AveragePool", [x], kernel_shape=[2, 2], strides=[2, 2])
    if node.op == "upsample2":
        scales = writer.constant(np.array([1, 1, 2, 2], np.float32))
        how = {"coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"}
        return writer.op("Resize", [x, "", scales], mode="nearest", **how)
    if node.op == "shuffle":
        return writer.op("DepthToSpace", [x], blocksize=node.options.factor, mode="CRD")
    if node.op == "quantise":
        return x
    raise ValueError(f"{node.op} is not of a wavelet U-Net")


def _conv(writer: OnnxWriter, node: Node, x: str) -> str:
    weight = node.tensors["weight"]
    if weight.dtype == np.uint8:
        weight = unpack_signs(weight, node.sources[0].channels)
    kernel = node.options.kernel
    _, outputs, taps, inputs = weight.shape
    # A second basis makes other weights, not more of them.
    numbers = weight.astype(np.float32).sum(0)
    numbers *= np.sqrt(2 / (taps * inputs)) / np.sqrt((numbers**2).mean())
    square = numbers.transpose(0, 2, 1).reshape(outputs, inputs, kernel, kernel)
    bias = np.linspace(-0.1, 0.1, outputs, dtype=np.float32)
    return writer.conv(x, np.ascontiguousarray(square), node.options.stride, bias=bias)


def write_models(graph: Graph, page: np.ndarray[Any, Any], folder: Path) -> dict[str, Path]:
    """Write the model in float32, and in int8 by ONNX Runtime's static quantisation.

    Parameters
    ----------
    graph
        Of the packed network.
    page
        uint8 (H, W, 3); crops of it calibrate the activations.
    folder
        Where to.
    """
    from onnxruntime import quantization

    paths = {kind: folder / f"{kind}.onnx" for kind in ("fp32", "plain", "int8")}
    paths["fp32"].write_bytes(float_model(graph).SerializeToString())
    paths["plain"].write_bytes(float_model(graph, float_input=True).SerializeToString())

    class Crops(quantization.CalibrationDataReader):  # type: ignore[misc]
        """Eight crops."""

        def __init__(self) -> None:
            tops = np.linspace(0, len(page) - SIDE, 8).astype(int)
            crops = [page[top : top + SIDE, :SIDE] for top in tops]
            self._crops = iter(crop[None].astype(np.float32) for crop in crops)

        def get_next(self) -> dict[str, Any] | None:
            crop = next(self._crops, None)
            return None if crop is None else {"image": crop}

    quantization.quantize_static(
        paths["plain"],
        paths["int8"],
        Crops(),
        quant_format=quantization.QuantFormat.QDQ,
        per_channel=True,
        activation_type=quantization.QuantType.QUInt8,
        weight_type=quantization.QuantType.QInt8,
    )
    return {kind: paths[kind] for kind in ("fp32", "int8")}
