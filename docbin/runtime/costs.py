"""What a packed network costs: multiply-accumulates, bytes and the reach of a pixel."""

from __future__ import annotations

import math
from dataclasses import dataclass

from docbin.runtime.graph import Graph, Node


@dataclass(frozen=True, slots=True)
class Layer:
    """A node with weights.

    Parameters
    ----------
    name, op
        Of the node.
    bits
        Weights × activations: ``"W1A4"``, ``"W1A1"``, ``"W8A8"`` or ``"W32A32"``.
    kernel, stride, bases, inputs, outputs
        Of the convolution.
    level
        Its result has the page's extents divided by 2^level.
    macs
        Multiply-accumulates for a pixel of the page; a second basis counts again.
    bytes
        Of all its tensors in the file.
    """

    name: str
    op: str
    bits: str
    kernel: int
    stride: int
    bases: int
    inputs: int
    outputs: int
    level: int
    macs: float
    bytes: int


def layers(graph: Graph) -> list[Layer]:
    """Return the convolutions of a graph, in order."""
    return [_layer(node) for node in graph.nodes if node.op in ("conv", "conv_float")]


def _layer(node: Node) -> Layer:
    source, weight = node.sources[0], node.tensors["weight"]
    if node.op == "conv":
        bits, bases = ("W8A8" if source.bits == 8 else f"W1A{source.bits}"), int(weight.shape[0])
    else:
        bits, bases = "W32A32", 1
    inside = source.channels // node.options.groups
    each = node.options.kernel**2 * inside * node.to.channels * bases
    return Layer(
        name=node.to.name,
        op=node.op,
        bits=bits,
        kernel=node.options.kernel,
        stride=node.options.stride,
        bases=bases,
        inputs=source.channels,
        outputs=node.to.channels,
        level=node.to.level,
        macs=each / 4.0**node.to.level,
        bytes=sum(array.nbytes for array in node.tensors.values()),
    )


def macs(graph: Graph) -> float:
    """Return the multiply-accumulates of all convolutions for a pixel of the page."""
    return sum(layer.macs for layer in layers(graph))


def reach(graph: Graph) -> int:
    """Return how far, in pixels of the page, a pixel can be and still have an influence.

    An output depends on no pixel that is further, in rows or columns, from the pixels of the page
    that it stands for (one, or a square where it has a stride). This is the receptive field's
    radius: the halo of tiles needs no more.
    """
    seen = float(max(graph.contrast, default=0) // 2)
    sides: dict[str, tuple[float, float]] = {"image": (seen, seen)}
    for node in graph.nodes:
        low = max(sides[value.name][0] for value in node.sources)
        high = max(sides[value.name][1] for value in node.sources)
        sides[node.to.name] = _grown(node, low, high)
    ends = graph.streams.values() if graph.output is None else [graph.output.value]
    return max(math.ceil(max(sides[value.name])) for value in ends)


def _grown(node: Node, low: float, high: float) -> tuple[float, float]:
    """Return what a node adds to both sides, in pixels of the page."""
    fine = 2.0 ** node.sources[0].level
    coarse = 2.0**node.to.level
    if node.op in ("conv", "conv_float"):
        half = node.options.kernel // 2
        # A pixel of stride 2 covers two of its source and is centred on the first.
        return low + half * fine, max(high + (half - node.options.stride + 1) * fine, 0.0)
    if node.op == "max3":
        return low + fine, high
    if coarse < fine:
        return low + fine - coarse, high + fine - coarse
    return low, high
