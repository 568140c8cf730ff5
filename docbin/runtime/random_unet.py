"""Wavelet U-Nets with random weights whose numbers behave like those of trained ones.

For tests and benchmarks until a trained network exists, and for any shape of it. Layer by layer a
drawn page runs through what is there; quantisers and gains are then chosen from its streams, so
that codes use their whole range, no stream saturates, and the logit has both signs.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from docbin.runtime import integer_operations as whole
from docbin.runtime import reference
from docbin.runtime.bit_planes import pack_signs
from docbin.runtime.operations import Options
from docbin.runtime.wavelet_unet import WaveletUnet
from docbin.runtime.weights import PackedFile

Array = npt.NDArray[Any]

# Of a convolution's stream: its standard deviation, in units of 1/256.
_SPREAD = 256
_LARGEST_MULT = 1 << 13
_UNIT = 1 << 15
_SIDE = 96


def random_unet(
    seed: int, widths: tuple[int, ...] = (24, 40, 64, 96), *, name: str = "random", **shape: Any
) -> PackedFile:
    """Return a packed wavelet U-Net with random weights.

    Parameters
    ----------
    seed
        Equal seeds give equal networks, on every machine.
    widths
        Channels of the stages.
    name
        Of the weights.
    **shape
        What else `docbin.runtime.wavelet_unet.WaveletUnet` takes; what is not given has an entry
        for each of the widths: 2 blocks, 1 basis, W1A4.

    Examples
    --------
    >>> from docbin.runtime.costs import macs
    >>> round(macs(random_unet(0).typed))
    12848
    """
    count = len(widths)
    defaults = {"blocks": (2,) * count, "bases": (1,) * count, "bits": ("W1A4",) * count}
    net = WaveletUnet(widths=widths, **{**defaults, **shape})
    maker = _Maker(net, np.random.default_rng(seed))
    tensors = maker.tensors()
    graph = net.graph(maker.shifts, scale=1 / 256)
    metadata = {
        "name": name,
        "licence": "CC0-1.0",
        "command": f"random_unet({seed}, {widths})",
        "data": "random numbers",
    }
    return PackedFile(graph, tensors, metadata)


def drawn_page(random: np.random.Generator, side: int = _SIDE) -> npt.NDArray[np.uint8]:
    """Return a page of shaded, noisy paper with dark strokes, uint8 (side, side, 3)."""
    row = np.arange(side)[:, None]
    paper = 225 - 50 * row // side + random.integers(-9, 10, (side, side))
    for _ in range(side // 3):
        y, x = random.integers(0, side, 2)
        tall, wide = random.permutation([int(random.integers(2, 5)), int(random.integers(5, 25))])
        paper[y : y + tall, x : x + wide] = random.integers(20, 110)
    page = paper[..., None] + np.array([0, -8, -20])
    return np.asarray(np.clip(page, 0, 255), np.uint8)


@dataclass
class _Maker:
    """Chooses arrays node by node and runs them on a drawn page.

    All statistics are whole numbers, so that no machine rounds them differently.
    """

    net: WaveletUnet
    random: np.random.Generator
    arrays: dict[str, Array] = field(default_factory=dict)
    shifts: dict[str, int] = field(default_factory=dict)

    def tensors(self) -> dict[str, Array]:
        """Return the arrays of all nodes."""
        values: dict[str, Array] = {"image": drawn_page(self.random)}
        bits: dict[str, int] = {}
        outputs = self.net.outputs()
        for node in self.net.nodes():
            name, x = node["to"], values[node["from"][0]]
            made: Array
            if node["op"] == "quantise":
                bits[name] = node["bits"]
                parts = self.quantiser(x, node["bits"])
                made = whole.quantise(x, node["bits"], parts["shift"], parts.get("mult"))
            elif node["op"] == "conv":
                options = Options(kernel=node["kernel"])
                bases = self.bases(name) if bits[node["from"][0]] != 8 else 1
                weight = self.signs(x, bits[node["from"][0]], outputs[name], options, bases)
                parts, options = self.gains(x, bits[node["from"][0]], weight, options)
                self.shifts[name] = options.shift
                made = whole.conv(x, bits[node["from"][0]], options, parts)
            elif node["op"] == "rprelu":
                parts = self.activation(x.shape[2])
                made = whole.rprelu(x, **parts)
            else:
                parts = {}
                made = _plain(node, [values[each] for each in node["from"]])
            values[name] = made
            self.arrays.update({f"{name}.{part}": array for part, array in parts.items()})
        return self.arrays

    def bases(self, name: str) -> int:
        """Return the bases of the stage that a block's convolution belongs to."""
        return self.net.bases[int(name[3 : name.index(".")])]

    def quantiser(self, x: Array, bits: int) -> dict[str, Array]:
        """Return a quantiser whose codes span nearly all of the stream, or halve it."""
        flat = np.sort(x.reshape(-1, x.shape[2]), axis=0).astype(np.int64)
        if bits == 1:
            return {"shift": -flat[len(flat) // 2].astype(np.int16)}
        low, high = flat[len(flat) // 30], flat[-1 - len(flat) // 30]
        steps = (1 << bits) - 1
        mult = np.clip(steps * _UNIT // np.maximum(high - low, 1), 1, _UNIT - 1)
        return {"shift": np.maximum(-low, -_UNIT).astype(np.int16), "mult": mult.astype(np.int16)}

    def signs(self, x: Array, bits: int, outputs: int, options: Options, bases: int) -> Array:
        """Return random weights as the file has them."""
        shape = (bases, outputs, options.kernel**2, x.shape[2])
        if bits == 8:
            return self.random.integers(-127, 128, shape, np.int8)
        return pack_signs(self.random.integers(0, 2, shape, np.int8) * 2 - 1)

    def gains(
        self, x: Array, bits: int, weight: Array, options: Options
    ) -> tuple[dict[str, Array], Options]:
        """Return the tensors and the shift of a convolution whose stream has the spread wanted."""
        sums = np.stack(whole.sums(x, bits, weight, options))
        flat = sums.reshape(len(sums), -1, sums.shape[-1]).astype(np.int64)
        mean = flat.sum(1) // flat.shape[1]
        deviation = np.maximum(np.abs(flat - mean[:, None]).sum(1) // flat.shape[1], 1)
        shift = 0
        while shift < 24 and (_SPREAD << shift + 1) // int(deviation.min()) < _LARGEST_MULT // 2:
            shift += 1
        strength = self.random.integers(24, 41, deviation.shape)
        mult = strength * (_SPREAD << shift) // (32 * deviation * len(sums))
        offset = self.random.integers(-_SPREAD // 4, _SPREAD // 4 + 1, mult.shape[1]) << shift
        bias = offset - (mean * mult).sum(0) + (1 << shift >> 1)
        parts = {"weight": weight, "mult": mult.astype(np.int32), "bias": bias.astype(np.int64)}
        return parts, replace(options, shift=shift)

    def activation(self, channels: int) -> dict[str, Array]:
        """Return an activation around a slope of a quarter."""
        small = _SPREAD // 4
        return {
            "a": self.random.integers(-small, small, channels, np.int16),
            "slope": self.random.integers(_UNIT // 8, _UNIT // 3, channels, np.int16),
            "b": self.random.integers(-small, small, channels, np.int16),
        }


def _plain(node: dict[str, Any], inputs: list[Array]) -> Array:
    if node["op"] == "shuffle":
        return whole.shuffle(inputs[0], node["factor"])
    return np.asarray(reference.PLAIN[node["op"]](*inputs))
