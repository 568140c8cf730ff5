"""The arrays of a packed wavelet U-Net, named as `docbin.runtime.wavelet_unet` names them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias

from docbin.nn import folding
from docbin.nn.folding import Affine, Array, FoldedCodes
from docbin.nn.layers import Block, Projection, QuantisedConv, RPReLU
from docbin.nn.models.wavelet_unet import Head, Stem, WaveletUnet, WaveletUnetConfig
from docbin.runtime import wavelet_unet as packed_unet

Part: TypeAlias = "Stem | Block | Projection | Head"


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

    def part(self, value: str, part: Part) -> None:
        """Take one of `parts`."""
        if isinstance(part, Stem):
            config = part.config
            self.codes(value, folding.band_codes(config.levels, config.planes))
        else:
            self.codes(value, folding.codes(quantiser_of(part.conv), self.fraction))
        affine = folding.scaled(part) if isinstance(part, Head) else folding.normalised(part.norm)
        bits = quantiser_of(part.conv).bits if isinstance(part, Block) else 8
        self.conv(conv_value(value, part), part.conv, affine, code_bits=bits)
        if isinstance(part, Stem | Block):
            self.rprelu(value, part.act)

    def _take(self, value: str, **arrays: Array) -> None:
        self.tensors.update({f"{value}.{part}": array for part, array in arrays.items()})


def quantiser_of(layer: QuantisedConv) -> Any:
    """Return the quantiser of a layer that has one."""
    if layer.quantiser is None:
        raise ValueError("a float network has no codes")
    return layer.quantiser


def parts(net: WaveletUnet) -> Iterator[tuple[str, Part]]:
    """Yield the parts of a network by the names of their values."""
    yield "stem", net.stem
    for name, stages in (("enc", net.encoder), ("dec", net.decoder)):
        for index, stage in enumerate(stages):
            for number, block in enumerate(stage):
                yield f"{name}{index}.{number}", block
    for name, projections in (("down", net.down), ("up", net.up)):
        for index, projection in enumerate(projections):
            yield f"{name}{index}", projection
    yield "head", net.head


def conv_value(value: str, part: Part) -> str:
    """Return the name of what the convolution of a part gives."""
    return value if isinstance(part, Projection) else f"{value}.conv"


def shape(config: WaveletUnetConfig) -> packed_unet.WaveletUnet:
    """Return the packed graph of a network."""
    return packed_unet.WaveletUnet(
        widths=config.widths,
        blocks=config.blocks,
        levels=config.levels,
        bases=config.bases,
        bits=(f"W1A{config.activation_bits}",) * len(config.widths),
        contrast=config.contrast,
        level=config.level,
        ends=config.ends,
    )


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
    for value, part in parts(net):
        graph.part(value, part)
    return graph
