"""Wavelet U-Nets with random weights whose numbers behave like those of trained ones.

For tests and benchmarks until a trained network exists, and for any shape of it. Layer by layer a
drawn page runs through what is there; quantisers and gains are then chosen from its streams, so
that codes use their whole range, no stream saturates, and the logit has both signs.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from docbin.image import rgb_to_gray
from docbin.kernels import reference_packed as whole
from docbin.kernels.reference_contrast_planes import contrast_planes
from docbin.kernels.reference_packed_conv import conv, conv_sums
from docbin.runtime.bit_planes import pack_signs
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
        stride = 2 ** (self.net.levels + len(self.net.widths) - 1)
        page = drawn_page(self.random, -(-_SIDE // stride) * stride)
        if self.net.contrast:
            page = contrast_planes(rgb_to_gray(page), self.net.contrast, self.net.level)
        values: dict[str, Array] = {"image": page}
        bits: dict[str, int] = {}
        for node in self.net.nodes():
            name, inputs = node["to"], [values[each] for each in node["from"]]
            parts: dict[str, Array] = {}
            if node["op"] == "quantise":
                bits[name] = node["bits"]
                parts = self.quantiser(inputs[0], node["bits"])
                shift, mult = parts["shift"], parts.get("mult")
                values[name] = whole.quantise(inputs[0], shift, mult, node["bits"])
            elif node["op"] == "conv":
                parts, values[name] = self.conv(node, inputs[0], bits[node["from"][0]])
            elif node["op"] == "rprelu":
                parts = self.activation(inputs[0].shape[2])
                values[name] = whole.rprelu(inputs[0], **parts)
            elif node["op"] == "shuffle":
                values[name] = whole.shuffle(inputs[0], node["factor"])
            else:
                values[name] = getattr(whole, node["op"])(*inputs)
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

    def signs(self, node: dict[str, Any], channels: int, bits: int) -> Array:
        """Return random weights as the file has them."""
        name = node["to"]
        bases = 1 if bits == 8 else self.bases(name)
        shape = (bases, self.net.outputs()[name], node["kernel"] ** 2, channels)
        if bits == 8:
            return self.random.integers(-127, 128, shape, np.int8)
        return pack_signs(self.random.integers(0, 2, shape, np.int8) * 2 - 1)

    def conv(self, node: dict[str, Any], x: Array, bits: int) -> tuple[dict[str, Array], Array]:
        """Return the tensors of a convolution, and its stream, which has the spread wanted."""
        weight = self.signs(node, x.shape[2], bits)
        sums = conv_sums(x, weight, bits=bits, stride=1)
        flat = sums.reshape(len(sums), -1, sums.shape[-1])
        mean = flat.sum(1) // flat.shape[1]
        deviation = np.maximum(np.abs(flat - mean[:, None]).sum(1) // flat.shape[1], 1)
        shift = 0
        while shift < 24 and (_SPREAD << shift + 1) // int(deviation.min()) < _LARGEST_MULT // 2:
            shift += 1
        self.shifts[node["to"]] = shift
        strength = self.random.integers(24, 41, deviation.shape)
        mult = strength * (_SPREAD << shift) // (32 * deviation * len(sums))
        offset = self.random.integers(-_SPREAD // 4, _SPREAD // 4 + 1, mult.shape[1]) << shift
        bias = offset - (mean * mult).sum(0) + (1 << shift >> 1)
        parts = {"weight": weight, "mult": mult.astype(np.int32), "bias": bias.astype(np.int64)}
        return parts, conv(x, **parts, bits=bits, stride=1, shift=shift)

    def activation(self, channels: int) -> dict[str, Array]:
        """Return an activation around a slope of a quarter."""
        small = _SPREAD // 4
        return {
            "a": self.random.integers(-small, small, channels, np.int16),
            "slope": self.random.integers(_UNIT // 8, _UNIT // 3, channels, np.int16),
            "b": self.random.integers(-small, small, channels, np.int16),
        }
