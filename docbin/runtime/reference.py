"""A packed network on a whole page in numpy: what `Network` computes without compiled kernels."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from docbin.image import rgb_to_gray
from docbin.kernels import reference_packed as whole
from docbin.kernels import reference_packed_floats as floats
from docbin.kernels.reference_contrast_planes import contrast_planes
from docbin.kernels.reference_packed_conv import conv
from docbin.runtime.graph import Graph, Node

Array = npt.NDArray[Any]


def planes(image: npt.NDArray[np.uint8], graph: Graph) -> npt.NDArray[np.uint8]:
    """Return the page in the channels of the network, uint8 (H, W, channels).

    Gray is repeated, or colour made gray, or contrast planes are computed.
    """
    if graph.contrast:
        gray = image if image.ndim == 2 else rgb_to_gray(image)
        return contrast_planes(gray, graph.contrast, graph.level)
    if graph.channels == 1:
        return (image if image.ndim == 2 else rgb_to_gray(image))[..., None]
    return np.repeat(image[..., None], 3, axis=2) if image.ndim == 2 else image


def extended(image: npt.NDArray[np.uint8], graph: Graph) -> npt.NDArray[np.uint8]:
    """Return the page as the network sees it, uint8 (H', W', channels).

    ``margin`` pixels of its planes are repeated above and left, at least as many below and right,
    until both extents are multiples of ``multiple``.
    """
    image = planes(image, graph)
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
    tensors, options, x = node.tensors, node.options, inputs[0]
    if node.op == "conv":
        return conv(
            x,
            tensors["weight"],
            tensors["mult"],
            tensors["bias"],
            bits=node.sources[0].bits,
            stride=options.stride,
            shift=options.shift,
        )
    if node.op == "quantise":
        return whole.quantise(x, tensors["shift"], tensors.get("mult"), options.bits)
    if node.op in ("shuffle", "unshuffle"):
        return np.asarray(getattr(whole, node.op)(x, options.factor))
    if node.op == "conv_float":
        return floats.conv_float(
            x,
            tensors["weight"],
            tensors["bias"],
            stride=options.stride,
            groups=options.groups,
            activation=options.activation,
        )
    if node.op in ("concat", "concat_float"):
        return np.concatenate(inputs, axis=2)
    home = whole if hasattr(whole, node.op) else floats
    with np.errstate(over="ignore", invalid="ignore"):
        return np.asarray(getattr(home, node.op)(*inputs, **tensors))


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
