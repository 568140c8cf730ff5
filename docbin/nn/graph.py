"""The arrays of a packed wavelet U-Net, named as `docbin.runtime.wavelet_unet` names them."""

from __future__ import annotations

from typing import Any

from docbin.nn import folding
from docbin.nn.folding import Affine, Array, FoldedCodes
from docbin.nn.layers import Block, Projection, QuantisedConv, RPReLU
from docbin.nn.models.wavelet_unet import WaveletUnet


class GraphArrays:
    """Collects what the nodes of a graph use.

    Parameters
    ----------
    fraction
        Bits of the streams behind the point.

    Attributes
    ----------
    tensors
        Name of a tensor -> array; one-bit weights as int8 ±1 (1 or 2, O, K·K, I).
    shifts
        Name of a convolution's value -> its shift.
    """

    def __init__(self, fraction: int) -> None:
        self.fraction = fraction
        self.tensors: dict[str, Array] = {}
        self.shifts: dict[str, int] = {}

    def codes(self, value: str, folded: FoldedCodes) -> None:
        """Take the quantiser in front of a value."""
        self._take(f"{value}.in", shift=folded.shift)
        if folded.mult is not None:
            self._take(f"{value}.in", mult=folded.mult)

    def conv(self, value: str, layer: QuantisedConv, affine: Affine, *, code_bits: int) -> None:
        """Take a convolution and the affine map behind it."""
        folded = folding.conv(layer, affine, self.fraction, code_bits=code_bits)
        self._take(value, weight=folded.weight, mult=folded.mult, bias=folded.bias)
        self.shifts[value] = folded.shift

    def rprelu(self, value: str, layer: RPReLU) -> None:
        """Take an activation."""
        self._take(value, **folding.rprelu(layer, self.fraction)._asdict())

    def block(self, value: str, block: Block) -> None:
        """Take a residual block."""
        quantiser = quantiser_of(block.conv)
        self.codes(value, folding.codes(quantiser, self.fraction))
        affine = folding.normalised(block.norm)
        self.conv(f"{value}.conv", block.conv, affine, code_bits=quantiser.bits)
        self.rprelu(value, block.act)

    def projection(self, value: str, layer: Projection) -> None:
        """Take a 1×1 convolution."""
        self.codes(value, folding.codes(quantiser_of(layer.conv), self.fraction))
        self.conv(value, layer.conv, folding.normalised(layer.norm), code_bits=8)

    def _take(self, value: str, **arrays: Array) -> None:
        self.tensors.update({f"{value}.{part}": array for part, array in arrays.items()})


def quantiser_of(layer: QuantisedConv) -> Any:
    """Return the quantiser of a layer that has one."""
    if layer.quantiser is None:
        raise ValueError("a float network has no codes")
    return layer.quantiser


def arrays(net: WaveletUnet, fraction: int) -> GraphArrays:
    """Return the arrays and shifts of a trained network.

    Parameters
    ----------
    net
        Quantised, in evaluation mode, on the CPU.
    fraction
        Bits of the streams behind the point.
    """
    graph = GraphArrays(fraction)
    graph.codes("stem", folding.band_codes(net.config.levels, net.config.planes))
    graph.conv("stem.conv", net.stem.conv, folding.normalised(net.stem.norm), code_bits=8)
    graph.rprelu("stem", net.stem.act)
    for part, stages in (("enc", net.encoder), ("dec", net.decoder)):
        for index, stage in enumerate(stages):
            for number, block in enumerate(stage):
                graph.block(f"{part}{index}.{number}", block)
    for part, projections in (("down", net.down), ("up", net.up)):
        for index, projection in enumerate(projections):
            graph.projection(f"{part}{index}", projection)
    graph.codes("head", folding.codes(quantiser_of(net.head.conv), fraction))
    graph.conv("head.conv", net.head.conv, folding.scaled(net.head), code_bits=8)
    return graph
