"""A packed network on a whole page in numpy: what `Network` computes without compiled kernels."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from docbin.image import rgb_to_gray
from docbin.runtime import float_operations as floats
from docbin.runtime import integer_operations as whole
from docbin.runtime.graph import Graph, Node

Array = npt.NDArray[Any]


def extended(image: npt.NDArray[np.uint8], graph: Graph) -> npt.NDArray[np.uint8]:
    """Return the page as the network sees it, uint8 (H', W', channels).

    Gray is repeated or colour made gray; ``margin`` pixels are repeated above and left, at least as
    many below and right, until both extents are multiples of ``multiple``.
    """
    if graph.channels == 1:
        image = (image if image.ndim == 2 else rgb_to_gray(image))[..., None]
    elif image.ndim == 2:
        image = np.repeat(image[..., None], 3, axis=2)
    margin, multiple = graph.margin, graph.multiple
    pads = [(margin, margin + -(extent + 2 * margin) % multiple) for extent in image.shape[:2]]
    return np.pad(image, [*pads, (0, 0)], mode="edge")


def evaluate(graph: Graph, image: npt.NDArray[np.uint8], wanted: set[str]) -> dict[str, Array]:
    """Return the values of some names for a page; others are dropped when nobody reads them.

    Parameters
    ----------
    graph
        See `docbin.runtime.graph.read_graph`.
    image
        uint8 (H, W) or (H, W, 3).
    wanted
        Names of values.

    Returns
    -------
    dict
        Name -> (H', W', C) of the extended page, at the value's stride.
    """
    needed = _needed(graph, wanted)
    last = {value.name: place for place, node in enumerate(needed) for value in node.sources}
    values: dict[str, Array] = {"image": extended(image, graph)}
    for place, node in enumerate(needed):
        values[node.to.name] = apply(node, [values[value.name] for value in node.sources])
        for value in node.sources:
            if last[value.name] == place and value.name not in wanted:
                values.pop(value.name, None)
    return {name: values[name] for name in wanted}


def _needed(graph: Graph, wanted: set[str]) -> list[Node]:
    """Return the nodes that lead to what is wanted, in order."""
    names, found = set(wanted), []
    for node in reversed(graph.nodes):
        if node.to.name in names:
            names.update(value.name for value in node.sources)
            found.append(node)
    return found[::-1]


def apply(node: Node, inputs: list[Array]) -> Array:
    """Return what a node makes of the values it reads."""
    if node.op in PLAIN:
        return np.asarray(PLAIN[node.op](*inputs))
    tensors, options, x = node.tensors, node.options, inputs[0]
    if node.op == "conv":
        return whole.conv(x, node.sources[0].bits, options, tensors)
    if node.op == "quantise":
        return whole.quantise(x, options.bits, tensors["shift"], tensors.get("mult"))
    if node.op == "rprelu":
        return whole.rprelu(x, **tensors)
    if node.op == "shuffle":
        return whole.shuffle(x, options.factor)
    if node.op == "unshuffle":
        return whole.unshuffle(x, options.factor)
    if node.op == "dequantise":
        return floats.dequantise(x, tensors["scale"])
    if node.op == "requantise":
        return floats.requantise(x, tensors["scale"])
    return floats.conv_float(x, options, tensors["weight"], tensors["bias"])


# Operations of values alone.
PLAIN: dict[str, Any] = {
    "widen": lambda x: x.astype(np.int16),
    "haar": whole.haar,
    "unhaar": whole.unhaar,
    "add": whole.add,
    "average2": whole.average2,
    "max2": whole.max2,
    "max3": whole.max3,
    "upsample2": whole.double,
    "concat": lambda *parts: whole.concat(parts),
    "add_float": floats.add_float,
    "mul_float": floats.mul_float,
    "upsample2_float": whole.double,
    "concat_float": lambda *parts: whole.concat(parts),
}


def logit(graph: Graph, image: npt.NDArray[np.uint8]) -> npt.NDArray[np.int16]:
    """Return the logit int16 (H, W) of a page; the graph has one."""
    assert graph.output is not None
    name = graph.output.value.name
    height, width = image.shape[:2]
    found = evaluate(graph, image, {name})[name]
    margin = graph.margin
    return np.ascontiguousarray(found[margin : margin + height, margin : margin + width, 0])


def streams(graph: Graph, image: npt.NDArray[np.uint8]) -> dict[str, npt.NDArray[np.int16]]:
    """Return the streams of a graph that has them, not cut back to the page."""
    wanted = {value.name for value in graph.streams.values()}
    found = evaluate(graph, image, wanted)
    return {name: found[value.name] for name, value in graph.streams.items()}
