"""Collects the nodes and constants of an ONNX graph; every result gets a name of its own."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from docbin.dependencies import load

Array = npt.NDArray[Any]

# Of onnx.TensorProto.
FLOAT, UINT8, INT16, INT64, BOOL, DOUBLE = 1, 2, 5, 7, 9, 11
OPSET = 17
# What programs of 2022 and later read.
IR_VERSION = 8
_PURPOSE = "export to ONNX"


class OnnxWriter:
    """Nodes in the order in which they were added.

    Attributes
    ----------
    nodes, constants
        Of the ONNX graph.
    """

    def __init__(self) -> None:
        self.helper = load("onnx.helper", purpose=_PURPOSE)
        self.numbers = load("onnx.numpy_helper", purpose=_PURPOSE)
        self.nodes: list[Any] = []
        self.constants: list[Any] = []
        self._known: dict[tuple[str, tuple[int, ...], bytes], str] = {}

    def op(self, kind: str, inputs: list[str], **attributes: Any) -> str:
        """Append a node with one result, and return its name."""
        name = f"{kind.lower()}_{len(self.nodes)}"
        self.nodes.append(self.helper.make_node(kind, inputs, [name], name=name, **attributes))
        return name

    def named(self, source: str, name: str) -> str:
        """Give a result a name for the world outside."""
        self.nodes.append(self.helper.make_node("Identity", [source], [name], name=f"out_{name}"))
        return name

    def constant(self, value: Any) -> str:
        """Return the name of a constant; equal ones are kept once."""
        array = np.asarray(value)
        key = (array.dtype.str, array.shape, array.tobytes())
        if key not in self._known:
            name = f"constant_{len(self.constants)}"
            self.constants.append(self.numbers.from_array(np.ascontiguousarray(array), name))
            self._known[key] = name
        return self._known[key]

    def add(self, x: str, value: Any) -> str:
        """Return x plus a constant."""
        return self.op("Add", [x, self.constant(value)])

    def mul(self, x: str, value: Any) -> str:
        """Return x times a constant."""
        return self.op("Mul", [x, self.constant(value)])

    def cast(self, x: str, kind: int) -> str:
        """Return x as another type."""
        return self.op("Cast", [x], to=kind)

    def clip(self, x: str, low: float, high: float, dtype: Any = np.float32) -> str:
        """Return x limited to a range."""
        ends = [self.constant(np.asarray(end, dtype)) for end in (low, high)]
        return self.op("Clip", [x, *ends])

    def split(self, x: str, count: int) -> list[str]:
        """Return equal parts of the channels."""
        names = [f"split_{len(self.nodes)}_{part}" for part in range(count)]
        self.nodes.append(self.helper.make_node("Split", [x], names, name=names[0], axis=1))
        return names

    def channels(self, x: str, first: int, last: int) -> str:
        """Return some of the channels."""
        ends = [self.constant(np.array([end], np.int64)) for end in (first, last, 1)]
        return self.op("Slice", [x, *ends])

    def conv(
        self, x: str, weight: Array, stride: int, *, bias: Array | None = None, groups: int = 1
    ) -> str:
        """Return a convolution padded with zeros; ``weight`` is float32 (OC, IC / groups, K, K)."""
        kernel = weight.shape[2]
        inputs = [x, self.constant(weight)] + ([] if bias is None else [self.constant(bias)])
        return self.op(
            "Conv",
            inputs,
            kernel_shape=[kernel, kernel],
            strides=[stride, stride],
            pads=[kernel // 2] * 4,
            group=groups,
        )

    def model(self, name: str, inputs: list[Any], outputs: list[Any]) -> Any:
        """Return the model."""
        graph = self.helper.make_graph(self.nodes, name, inputs, outputs, self.constants)
        opset = [self.helper.make_opsetid("", OPSET)]
        return self.helper.make_model(
            graph, opset_imports=opset, ir_version=IR_VERSION, producer_name="docbin"
        )
