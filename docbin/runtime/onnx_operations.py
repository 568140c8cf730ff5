"""The operations of packed graphs as ordinary operations of ONNX, opset 17.

Streams are float32 (N, C, H, W) of whole numbers, codes float32 of their numbers (−1 and +1 for one
bit). What needs more than the 24 bits of float32 is computed in double, and what needs more than
the 53 of double in int64, so that every integer result is exact.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from docbin.runtime.bit_planes import unpack_signs
from docbin.runtime.graph import Node
from docbin.runtime.onnx_writer import DOUBLE, FLOAT, INT64, OnnxWriter

Array = npt.NDArray[Any]

_LOW, _HIGH = -32768.0, 32767.0
_SINGLE, _DOUBLE = 1 << 24, 1 << 53
_POINT = 2.0**15


def add_node(writer: OnnxWriter, node: Node, inputs: list[str]) -> str:
    """Append what a node does, and return the name of its result."""
    if node.op in _PLAIN:
        return str(_PLAIN[node.op](writer, *inputs))
    return str(_TOLD[node.op](writer, node, inputs[0]))


def saturated(writer: OnnxWriter, x: str) -> str:
    """Return x limited to int16."""
    return writer.clip(x, _LOW, _HIGH)


def _each(array: Array, dtype: Any = np.float32) -> Array:
    """Return a number per channel, so that it meets (N, C, H, W)."""
    return array.astype(dtype).reshape(1, -1, 1, 1)


def _rounded(writer: OnnxWriter, x: str, factor: Array) -> str:
    """Return (x · factor + 2¹⁴) >> 15: a product of 31 bits."""
    wide = writer.mul(writer.cast(x, DOUBLE), _each(factor, np.float64))
    wide = writer.mul(writer.add(wide, np.float64(_POINT / 2)), np.float64(1 / _POINT))
    return writer.op("Floor", [wide])


def _quantise(writer: OnnxWriter, node: Node, x: str) -> str:
    t = saturated(writer, writer.add(x, _each(node.tensors["shift"])))
    if node.options.bits == 1:
        up = writer.op("GreaterOrEqual", [t, writer.constant(np.float32(0))])
        one, minus = (writer.constant(np.float32(value)) for value in (1, -1))
        return writer.op("Where", [up, one, minus])
    codes = _rounded(writer, t, node.tensors["mult"])
    return writer.cast(writer.clip(codes, 0, 2**node.options.bits - 1, np.float64), FLOAT)


def _rprelu(writer: OnnxWriter, node: Node, x: str) -> str:
    t = saturated(writer, writer.op("Sub", [x, writer.constant(_each(node.tensors["a"]))]))
    below = writer.cast(_rounded(writer, t, node.tensors["slope"]), FLOAT)
    above = writer.op("Greater", [t, writer.constant(np.float32(0))])
    u = writer.op("Where", [above, t, below])
    return saturated(writer, writer.add(u, _each(node.tensors["b"])))


def _conv(writer: OnnxWriter, node: Node, x: str) -> str:
    source, tensors, shift = node.sources[0], node.tensors, node.options.shift
    weight = tensors["weight"]
    if source.bits != 8:
        weight = unpack_signs(weight, source.channels)
    largest = (1 << source.bits) - 1
    most = largest * int(np.abs(weight.astype(np.int64)).sum((2, 3)).max())
    mult = tensors["mult"].astype(np.int64)
    bound = most * int(np.abs(mult).sum(0).max()) + int(np.abs(tensors["bias"]).max())
    kind, dtype = (DOUBLE, np.float64) if bound < _DOUBLE else (INT64, np.int64)
    total = None
    for base, factor in zip(weight, mult, strict=True):
        sums = writer.cast(_sums(writer, node, x, base, largest), kind)
        part = writer.mul(sums, _each(factor, dtype))
        total = part if total is None else writer.op("Add", [total, part])
    assert total is not None
    total = writer.add(total, _each(tensors["bias"], dtype))
    if kind == DOUBLE:
        down = writer.op("Floor", [writer.mul(total, np.float64(2.0**-shift))])
    else:
        down = _shifted(writer, total, shift)
    return writer.cast(writer.clip(down, _LOW, _HIGH, dtype), FLOAT)


def _shifted(writer: OnnxWriter, x: str, shift: int) -> str:
    """Return x >> shift of int64; ONNX divides towards zero."""
    power = writer.constant(np.int64(1 << shift))
    quotient = writer.op("Div", [x, power])
    rest = writer.op("Sub", [x, writer.op("Mul", [quotient, power])])
    below = writer.op("Less", [rest, writer.constant(np.int64(0))])
    return writer.op("Sub", [quotient, writer.cast(below, INT64)])


def _sums(writer: OnnxWriter, node: Node, x: str, base: Array, largest: int) -> str:
    """Return the sums of one basis (OC, K·K, IC): in parts where one float32 could round."""
    kernel = node.options.kernel
    square = base.transpose(0, 2, 1).reshape(*base.shape[::2], kernel, kernel)
    parts = channel_parts(np.abs(base.astype(np.int64)).sum(1) * largest)
    found = None
    for first, last in parts:
        inside = x if len(parts) == 1 else writer.channels(x, first, last)
        weight = square[:, first:last].astype(np.float32)
        sums = writer.conv(inside, weight, node.options.stride)
        if len(parts) > 1:
            sums = writer.cast(sums, DOUBLE)
        found = sums if found is None else writer.op("Add", [found, sums])
    assert found is not None
    return found


def channel_parts(largest: npt.NDArray[np.int64]) -> list[tuple[int, int]]:
    """Return ranges of input channels whose sums stay below 2²⁴ in every output channel.

    Parameters
    ----------
    largest
        The most that each input channel can add to each output, int64 (OC, IC).
    """
    parts, first = [], 0
    total = np.zeros(len(largest), np.int64)
    for channel in range(largest.shape[1]):
        total = total + largest[:, channel]
        if total.max() >= _SINGLE and channel > first:
            parts.append((first, channel))
            first, total = channel, largest[:, channel]
    return [*parts, (first, largest.shape[1])]


def _butterfly(writer: OnnxWriter, four: list[str]) -> str:
    """Return a + b + c + d, a − b + c − d, a + b − c − d and a − b − c + d as channels."""
    a, b, c, d = four
    top, bottom = writer.op("Add", [a, b]), writer.op("Add", [c, d])
    left, right = writer.op("Sub", [a, b]), writer.op("Sub", [c, d])
    bands = [
        writer.op("Add", [top, bottom]),
        writer.op("Add", [left, right]),
        writer.op("Sub", [top, bottom]),
        writer.op("Sub", [left, right]),
    ]
    return writer.op("Concat", bands, axis=1)


def _haar(writer: OnnxWriter, x: str) -> str:
    square = writer.split(writer.op("SpaceToDepth", [x], blocksize=2), 4)
    return saturated(writer, _butterfly(writer, square))


def _unhaar(writer: OnnxWriter, x: str) -> str:
    sums = writer.mul(_butterfly(writer, writer.split(x, 4)), np.float32(0.25))
    mean = writer.op("Floor", [writer.add(sums, np.float32(0.5))])
    return writer.op("DepthToSpace", [saturated(writer, mean)], blocksize=2, mode="DCR")


def _average2(writer: OnnxWriter, x: str) -> str:
    mean = writer.op("AveragePool", [x], kernel_shape=[2, 2], strides=[2, 2])
    return writer.op("Floor", [writer.add(mean, np.float32(0.5))])


def _max2(writer: OnnxWriter, x: str) -> str:
    return writer.op("MaxPool", [x], kernel_shape=[2, 2], strides=[2, 2])


def _max3(writer: OnnxWriter, x: str) -> str:
    return writer.op("MaxPool", [x], kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 0, 0])


def _double(writer: OnnxWriter, x: str) -> str:
    scales = writer.constant(np.array([1, 1, 2, 2], np.float32))
    return writer.op(
        "Resize",
        [x, "", scales],
        mode="nearest",
        coordinate_transformation_mode="asymmetric",
        nearest_mode="floor",
    )


def _shuffle(writer: OnnxWriter, node: Node, x: str) -> str:
    return writer.op("DepthToSpace", [x], blocksize=node.options.factor, mode="CRD")


def _unshuffle(writer: OnnxWriter, node: Node, x: str) -> str:
    factor, channels = node.options.factor, node.sources[0].channels
    square = factor**2
    # SpaceToDepth gives (i, j, c); wanted is (c, i, j).
    order = np.arange(square * channels).reshape(square, channels).T.ravel()
    deep = writer.op("SpaceToDepth", [x], blocksize=factor)
    return writer.op("Gather", [deep, writer.constant(order.astype(np.int64))], axis=1)


def _add(writer: OnnxWriter, x: str, y: str) -> str:
    return saturated(writer, writer.op("Add", [x, y]))


def _dequantise(writer: OnnxWriter, node: Node, x: str) -> str:
    return writer.mul(x, _each(node.tensors["scale"]))


def _requantise(writer: OnnxWriter, node: Node, x: str) -> str:
    wide = writer.mul(writer.cast(x, DOUBLE), _each(node.tensors["scale"], np.float64))
    near = writer.op("Floor", [writer.add(wide, np.float64(0.5))])
    none = writer.op("IsNaN", [near])
    whole = writer.op("Where", [none, writer.constant(np.float64(0)), near])
    return writer.cast(writer.clip(whole, _LOW, _HIGH, np.float64), FLOAT)


def _conv_float(writer: OnnxWriter, node: Node, x: str) -> str:
    options, tensors = node.options, node.tensors
    weight = tensors["weight"].transpose(0, 3, 1, 2)
    y = writer.conv(x, weight, options.stride, bias=tensors["bias"], groups=options.groups)
    if options.activation == "none":
        return y
    if options.activation == "relu":
        return writer.op("Relu", [y])
    if options.activation == "hardswish":
        gate = writer.clip(writer.add(y, np.float32(3)), 0, 6)
        return writer.mul(writer.op("Mul", [y, gate]), np.float32(1 / 6))
    gate = writer.op("Sigmoid", [y])
    return gate if options.activation == "sigmoid" else writer.op("Mul", [y, gate])


_PLAIN: dict[str, Any] = {
    "widen": lambda _, x: x,
    "haar": _haar,
    "unhaar": _unhaar,
    "add": _add,
    "average2": _average2,
    "max2": _max2,
    "max3": _max3,
    "upsample2": _double,
    "concat": lambda writer, *parts: writer.op("Concat", list(parts), axis=1),
    "add_float": lambda writer, x, y: writer.op("Add", [x, y]),
    "mul_float": lambda writer, x, y: writer.op("Mul", [x, y]),
    "upsample2_float": _double,
    "concat_float": lambda writer, *parts: writer.op("Concat", list(parts), axis=1),
}
_TOLD: dict[str, Any] = {
    "quantise": _quantise,
    "conv": _conv,
    "rprelu": _rprelu,
    "shuffle": _shuffle,
    "unshuffle": _unshuffle,
    "dequantise": _dequantise,
    "requantise": _requantise,
    "conv_float": _conv_float,
}
