"""The packed graph of a wavelet U-Net: its nodes in order, with the arrays they use."""

from __future__ import annotations

from typing import Any

from torch import nn

from docbin.nn import folding
from docbin.nn.folding import Array, FoldedCodes, FoldedConv
from docbin.nn.layers import Block, Projection
from docbin.nn.models.wavelet_unet import WaveletUnet


class GraphWriter:
    """Collects nodes and arrays.

    Attributes
    ----------
    nodes
        As the page on the packed format describes them.
    tensors
        Name -> array; one-bit weights as int8 ±1 (1 or 2, O, K·K, I).
    """

    def __init__(self, fraction: int) -> None:
        self.fraction = fraction
        self.nodes: list[dict[str, Any]] = []
        self.tensors: dict[str, Array] = {}

    def add(
        self,
        op: str,
        sources: list[str],
        to: str,
        arrays: dict[str, Array] | None = None,
        **keys: Any,
    ) -> str:
        """Append a node, and return the name of what it makes."""
        node = {"op": op, "from": sources, "to": to, **keys}
        if arrays:
            node["tensors"] = {role: f"{to}.{role}" for role in arrays}
            self.tensors.update({f"{to}.{role}": array for role, array in arrays.items()})
        self.nodes.append(node)
        return to

    def quantise(self, source: str, to: str, folded: FoldedCodes) -> str:
        """Append a `quantise`."""
        arrays = {"shift": folded.shift}
        if folded.mult is not None:
            arrays["mult"] = folded.mult
        return self.add("quantise", [source], to, arrays, bits=folded.bits)

    def conv(self, source: str, to: str, folded: FoldedConv) -> str:
        """Append a `conv`."""
        arrays = {"weight": folded.weight, "mult": folded.mult, "bias": folded.bias}
        kernel = {1: 1, 9: 3}[folded.weight.shape[2]]
        return self.add("conv", [source], to, arrays, kernel=kernel, stride=1, shift=folded.shift)

    def rprelu(self, source: str, to: str, layer: nn.Module) -> str:
        """Append an `rprelu`."""
        folded = folding.rprelu(layer, self.fraction)  # type: ignore[arg-type]
        return self.add("rprelu", [source], to, folded._asdict())

    def block(self, source: str, name: str, block: Block) -> str:
        """Append a residual block."""
        assert block.conv.quantiser is not None
        bits = block.conv.quantiser.bits
        codes = folding.codes(block.conv.quantiser, self.fraction)
        x = self.quantise(source, f"{name}.in", codes)
        affine = folding.normalised(block.norm)
        folded = folding.conv(block.conv, affine, self.fraction, code_bits=bits)
        x = self.conv(x, f"{name}.conv", folded)
        x = self.add("add", [source, x], f"{name}.sum")
        return self.rprelu(x, name, block.act)

    def projection(self, source: str, name: str, layer: Projection) -> str:
        """Append a 1×1 convolution."""
        assert layer.conv.quantiser is not None
        x = self.quantise(source, f"{name}.in", folding.codes(layer.conv.quantiser, self.fraction))
        affine = folding.normalised(layer.norm)
        return self.conv(x, name, folding.conv(layer.conv, affine, self.fraction, code_bits=8))


def wavelet_unet(net: WaveletUnet, fraction: int) -> GraphWriter:
    """Return the nodes and arrays of a trained network.

    Parameters
    ----------
    net
        Quantised, in evaluation mode, on the CPU.
    fraction
        Bits of the streams behind the point.
    """
    graph = GraphWriter(fraction)
    x = _stem(graph, net)
    skips = []
    for index, stage in enumerate(net.encoder):
        for number, block in enumerate(stage):
            x = graph.block(x, f"enc{index}.{number}", block)
        if index < len(net.down):
            skips.append(x)
            x = graph.add("average2", [x], f"down{index}.mean")
            x = graph.projection(x, f"down{index}", net.down[index])
    for index in reversed(range(len(net.decoder))):
        x = graph.projection(x, f"up{index}", net.up[index])
        x = graph.add("upsample2", [x], f"up{index}.big")
        x = graph.add("add", [x, skips[index]], f"up{index}.sum")
        for number, block in enumerate(net.decoder[index]):
            x = graph.block(x, f"dec{index}.{number}", block)
    _head(graph, net, x)
    return graph


def _stem(graph: GraphWriter, net: WaveletUnet) -> str:
    x = "image"
    for level in range(net.config.levels):
        x = graph.add("haar", [x], f"haar{level}")
    x = graph.quantise(x, "stem.in", folding.band_codes(net.config.levels))
    affine = folding.normalised(net.stem.norm)
    folded = folding.conv(net.stem.conv, affine, graph.fraction, code_bits=8)
    return graph.rprelu(graph.conv(x, "stem.conv", folded), "stem", net.stem.act)


def _head(graph: GraphWriter, net: WaveletUnet, source: str) -> None:
    head = net.head
    assert head.conv.quantiser is not None
    codes = folding.codes(head.conv.quantiser, graph.fraction)
    x = graph.quantise(source, "head.in", codes)
    folded = folding.conv(head.conv, folding.scaled(head), graph.fraction, code_bits=8)
    graph.add("shuffle", [graph.conv(x, "head.conv", folded)], "logit", factor=head.factor)
