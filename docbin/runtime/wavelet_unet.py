"""The packed graph of a wavelet U-Net: its nodes in order, and the arrays that belong to them.

The page becomes Haar subbands at 1 / 2^levels of its size; there the stages begin. A stage is some
residual 3×3 blocks (quantise → conv → add → rprelu); between stages a 2×2 mean and a 1×1
convolution, on the way back a 1×1 convolution, nearest upsampling and the sum with the encoder's
stream. A head, a 3×3 or 1×1 convolution, gives 4^levels channels that are shuffled to the size of
the page: the logit.

Values are named ``stem``, ``enc0.1``, ``down0``, ``up0``, ``dec0.1`` and ``logit``; what
leads to a value has its name and ``.in`` (codes), ``.conv``, ``.sum``, ``.mean`` or ``.big``. The
tensors of a value have its name and their part: ``enc0.1.conv.weight``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from docbin.errors import InputError

Node = dict[str, Any]

# Bits of weights and codes of a stage.
LEVELS = {"W1A4": 4, "W1A1": 1, "W8A8": 8}
PARTS = {
    "quantise": ("shift", "mult"),
    "conv": ("weight", "mult", "bias"),
    "rprelu": ("a", "slope", "b"),
}


@dataclass(frozen=True, slots=True)
class WaveletUnet:
    """Shape and bits of a wavelet U-Net.

    Parameters
    ----------
    widths
        Channels of the stages, from the highest resolution down, 1 to 7 of them.
    blocks
        3×3 blocks of each stage: as many in the encoder as in the decoder.
    levels
        Haar levels, 1 to 3.
    bases
        Bases of the one-bit weights of each stage, 1 or 2; 1 for W8A8.
    bits
        Bits of the blocks of each stage: ``"W1A4"``, ``"W1A1"`` or ``"W8A8"``. Stem, head and 1×1
        convolutions are W8A8.
    activated
        Whether a 1×1 convolution between stages ends with an rprelu.
    contrast
        Windows of the planes that the network sees beside gray, instead of colours.
    level
        What part of the page's level is the least variance in them; 0: a constant.
    ends
        Side of the windows of stem and head, 3 or 1.

    Examples
    --------
    >>> net = WaveletUnet(widths=(16, 24), blocks=(1, 1), bases=(1, 1), bits=("W1A4", "W1A1"))
    >>> net.multiple, len(net.nodes())
    (4, 26)
    """

    widths: tuple[int, ...] = (24, 40, 64, 96)
    blocks: tuple[int, ...] = (2, 2, 2, 2)
    levels: int = 1
    bases: tuple[int, ...] = (1, 1, 1, 1)
    bits: tuple[str, ...] = ("W1A4", "W1A4", "W1A4", "W1A4")
    activated: bool = False
    contrast: tuple[int, ...] = ()
    level: int = 0
    ends: int = 3

    def __post_init__(self) -> None:
        stages = len(self.widths)
        if not stages or any(len(each) != stages for each in (self.blocks, self.bases, self.bits)):
            raise InputError("widths, blocks, bases and bits need one entry for each stage")
        if not all(1 <= width <= 1024 for width in self.widths) or min(self.blocks) < 1:
            raise InputError("widths are 1 to 1024, blocks at least 1")
        if not set(self.bits) <= set(LEVELS) or not set(self.bases) <= {1, 2}:
            raise InputError(f"bits are {', '.join(LEVELS)}, bases 1 or 2")
        if any(each == (2, "W8A8") for each in zip(self.bases, self.bits, strict=True)):
            raise InputError("weights of 8 bits have one basis")
        if not 1 <= self.levels <= 3 or self.multiple > 64:
            raise InputError("levels are 1 to 3, and strides multiply to 64 at most")
        if self.ends not in (1, 3):
            raise InputError("the windows of stem and head have a side of 1 or 3")

    @property
    def channels(self) -> int:
        """Channels of the page as the network sees it."""
        return 1 + len(self.contrast) if self.contrast else 3

    @property
    def multiple(self) -> int:
        """What the extents of the page within the network are multiples of."""
        return int(2 ** (self.levels + len(self.widths) - 1))

    def nodes(self) -> list[Node]:
        """Return the nodes in order; a convolution still lacks its ``shift``."""
        return _Chain(self).nodes

    def outputs(self) -> dict[str, int]:
        """Return the output channels of every convolution, by the name of its value."""
        return _Chain(self).outputs

    def graph(
        self, shifts: Mapping[str, int], *, margin: int = 16, threshold: int = 0, scale: float
    ) -> dict[str, Any]:
        """Return the graph of the packed format.

        Parameters
        ----------
        shifts
            Name of a convolution's value -> its ``shift``.
        margin
            Pixels added around the page at least; brought up to a multiple of `multiple`.
        threshold
            Ink begins here (int16 units of the logit).
        scale
            Of a unit of the logit, for probabilities.
        """
        nodes = self.nodes()
        for node in nodes:
            if node["op"] == "conv":
                node["shift"] = int(shifts[node["to"]])
        given: dict[str, Any] = {
            "channels": self.channels,
            "multiple": self.multiple,
            "margin": -(-margin // self.multiple) * self.multiple,
        }
        if self.contrast:
            given["contrast"] = list(self.contrast)
        if self.level:
            given["level"] = self.level
        return {
            "input": given,
            "nodes": nodes,
            "output": {"from": "logit", "threshold": threshold, "scale": scale},
        }


class _Chain:
    """Appends the nodes of a shape one after another."""

    def __init__(self, net: WaveletUnet) -> None:
        self.net = net
        self.nodes: list[Node] = []
        self.outputs: dict[str, int] = {}
        skips: list[str] = []
        value = self.stem()
        for stage in range(len(net.widths)):
            value = self.stage(value, f"enc{stage}", stage)
            if stage + 1 < len(net.widths):
                skips.append(value)
                value = self.add("average2", [value], f"down{stage}.mean")
                value = self.projection(value, f"down{stage}", net.widths[stage + 1])
        for stage in reversed(range(len(net.widths) - 1)):
            value = self.projection(value, f"up{stage}", net.widths[stage])
            value = self.add("upsample2", [value], f"up{stage}.big")
            value = self.add("add", [value, skips[stage]], f"up{stage}.sum")
            value = self.stage(value, f"dec{stage}", stage)
        value = self.conv(value, "head", "head.conv", 4**net.levels, kernel=net.ends)
        self.add("shuffle", [value], "logit", factor=2**net.levels)

    def add(self, op: str, sources: list[str], to: str, **keys: Any) -> str:
        """Append a node and return the name of its value."""
        node: Node = {"op": op, "from": sources, "to": to, **keys}
        if op in PARTS:
            parts = PARTS[op][:1] if keys.get("bits") == 1 else PARTS[op]
            node["tensors"] = {part: f"{to}.{part}" for part in parts}
        self.nodes.append(node)
        return to

    def conv(
        self, source: str, name: str, to: str, outputs: int, *, kernel: int = 3, bits: int = 8
    ) -> str:
        """Append a quantiser and a convolution."""
        source = self.add("quantise", [source], f"{name}.in", bits=bits)
        self.outputs[to] = outputs
        return self.add("conv", [source], to, kernel=kernel, stride=1)

    def stem(self) -> str:
        """Append subbands and the first convolution."""
        value = "image"
        for level in range(self.net.levels):
            value = self.add("haar", [value], f"haar{level}")
        value = self.conv(value, "stem", "stem.conv", self.net.widths[0], kernel=self.net.ends)
        return self.add("rprelu", [value], "stem")

    def stage(self, source: str, name: str, stage: int) -> str:
        """Append the blocks of a stage."""
        width, bits = self.net.widths[stage], LEVELS[self.net.bits[stage]]
        for number in range(self.net.blocks[stage]):
            to = f"{name}.{number}"
            value = self.conv(source, to, f"{to}.conv", width, bits=bits)
            value = self.add("add", [source, value], f"{to}.sum")
            source = self.add("rprelu", [value], to)
        return source

    def projection(self, source: str, name: str, width: int) -> str:
        """Append a 1×1 convolution."""
        if not self.net.activated:
            return self.conv(source, name, name, width, kernel=1)
        value = self.conv(source, name, f"{name}.conv", width, kernel=1)
        return self.add("rprelu", [value], name)
