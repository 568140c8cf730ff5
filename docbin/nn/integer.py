"""The packed format's whole numbers, computed in torch: what an export is checked against.

Written from the page on the packed format, apart from both runtimes: a third opinion. Convolutions
run in float64, whose 53 bits hold every sum exactly.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from docbin.nn.models.contrast import contrast_planes
from docbin.nn.models.wavelet_unet import haar

Node = Mapping[str, Any]
Constants = Mapping[str, Tensor]


def logits(
    graph: Mapping[str, Any], tensors: Mapping[str, np.ndarray[Any, Any]], image: Tensor
) -> Tensor:
    """Return the logit, int64 (H, W), of a page.

    Parameters
    ----------
    graph
        Of a packed file, with the operations of the wavelet U-Net.
    tensors
        Its arrays; one-bit weights still as int8 ±1 (bases, O, K·K, I).
    image
        uint8 (H, W, 3).
    """
    given = graph["input"]
    margin, multiple = given["margin"], given["multiple"]
    height, width = image.shape[:2]
    rows, columns = (_extended(length, margin, multiple) for length in (height, width))
    x = image.permute(2, 0, 1)[None].double()
    if given.get("contrast"):
        x = contrast_planes(x, given["contrast"], given.get("level", 0)).double()
    x = functional.pad(x, (*columns, *rows), mode="replicate").long()
    values = {"image": x}
    for node in graph["nodes"]:
        constants = {
            role: torch.from_numpy(tensors[name].astype(np.int64))
            for role, name in node.get("tensors", {}).items()
        }
        sources = [values[name] for name in node["from"]]
        values[node["to"]] = _OPERATIONS[node["op"]](node, constants, sources)
    logit = values[graph["output"]["from"]][0, 0]
    return logit[margin : margin + height, margin : margin + width]


def _extended(length: int, margin: int, multiple: int) -> tuple[int, int]:
    """Return how many pixels are added before and behind."""
    return margin, margin + -(length + 2 * margin) % multiple


def _sat16(x: Tensor) -> Tensor:
    return x.clamp(-32768, 32767)


def _round15(product: Tensor) -> Tensor:
    return (product + (1 << 14)) >> 15


def _each(value: Tensor) -> Tensor:
    """Return one number per channel, so that it meets (N, C, H, W)."""
    return value.view(1, -1, 1, 1)


def _quantise(node: Node, constants: Constants, sources: Sequence[Tensor]) -> Tensor:
    t = _sat16(sources[0] + _each(constants["shift"]))
    if node["bits"] == 1:
        return torch.where(t >= 0, 1, -1)
    return _round15(t * _each(constants["mult"])).clamp(0, 2 ** node["bits"] - 1)


def _conv(node: Node, constants: Constants, sources: Sequence[Tensor]) -> Tensor:
    kernel, shift = node["kernel"], node["shift"]
    total = _each(constants["bias"])
    for weight, mult in zip(constants["weight"], constants["mult"], strict=True):
        outputs, _, inputs = weight.shape
        square = weight.transpose(1, 2).reshape(outputs, inputs, kernel, kernel)
        sums = functional.conv2d(
            sources[0].double(), square.double(), stride=node["stride"], padding=kernel // 2
        )
        total = total + sums.long() * _each(mult)
    return _sat16(total >> shift)


def _rprelu(_: Node, constants: Constants, sources: Sequence[Tensor]) -> Tensor:
    t = _sat16(sources[0] - _each(constants["a"]))
    u = torch.where(t > 0, t, _round15(t * _each(constants["slope"])))
    return _sat16(u + _each(constants["b"]))


def _average2(_: Node, __: Constants, sources: Sequence[Tensor]) -> Tensor:
    x = sources[0]
    square = x[..., ::2, ::2] + x[..., ::2, 1::2] + x[..., 1::2, ::2] + x[..., 1::2, 1::2]
    return (square + 2) >> 2


def _upsample2(_: Node, __: Constants, sources: Sequence[Tensor]) -> Tensor:
    return sources[0].repeat_interleave(2, 2).repeat_interleave(2, 3)


_OPERATIONS: dict[str, Callable[[Node, Constants, Sequence[Tensor]], Tensor]] = {
    "haar": lambda _, __, sources: _sat16(haar(sources[0])),
    "quantise": _quantise,
    "conv": _conv,
    "add": lambda _, __, sources: _sat16(sources[0] + sources[1]),
    "rprelu": _rprelu,
    "average2": _average2,
    "upsample2": _upsample2,
    "shuffle": lambda node, _, sources: functional.pixel_shuffle(sources[0], node["factor"]),
}
