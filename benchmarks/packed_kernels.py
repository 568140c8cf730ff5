"""Packed convolutions alone: GMAC/s, and the share of what look-ups and products reach at most.

A layer is timed as networks use it, with its tables, its scales, a residual, RPReLU and the next
codes. The peak of look-ups is that of table look-up and addition of bytes in registers, the peak of
products that of their innermost loop in the nearest cache, measured in the same rounds; the
instruction set is the one that docbin chooses (DOCBIN_KERNELS overrides it).
"""

from __future__ import annotations

import statistics
import time
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from docbin import kernels
from docbin.runtime.bit_planes import pack_signs

LEAST_SECONDS = 2e-3  # of a measurement: clocks of the processor tick in microseconds
BAND_ROWS = 8


@dataclass(frozen=True)
class Layer:
    """A convolution: weights of 1 or 8 bits, codes of `bits`."""

    bits: int
    channels: int
    outputs: int
    kernel: int = 3
    stride: int = 1
    bases: int = 1

    @property
    def name(self) -> str:
        """Return its name in the table."""
        level = "W8A8" if self.bits == 8 else f"W1A{self.bits}"
        more = (f", stride {self.stride}" if self.stride > 1 else "") + (
            f", {self.bases} bases" if self.bases > 1 else ""
        )
        return f"{level} {self.kernel}×{self.kernel} {self.channels}→{self.outputs}{more}"

    def macs(self, size: int) -> int:
        """Return its multiplications on a map of that side; every base counts."""
        outputs = (-(-size // self.stride)) ** 2 * self.outputs
        return outputs * self.channels * self.kernel**2 * self.bases


LAYERS = [
    *(Layer(4, width, width) for width in (24, 32, 40, 64, 96, 128)),
    Layer(4, 64, 64, bases=2),
    Layer(4, 64, 96, stride=2),
    *(Layer(1, width, width) for width in (32, 64, 96, 128)),
    *(Layer(8, width, width) for width in (32, 64, 96)),
    *(Layer(8, width, width, kernel=1) for width in (32, 64, 96)),
    Layer(8, 12, 24),
    Layer(8, 24, 4),
]


def make(layer: Layer, size: int) -> Any:
    """Return the layer with random weights on a random map, and all that may follow it."""
    random = np.random.default_rng(1)
    codes = random.integers(0, 1 << layer.bits, (size, size, layer.channels)).astype(np.uint8)
    shape = (layer.bases, layer.outputs, layer.kernel**2, layer.channels)
    weight: Any = random.integers(-127, 128, shape).astype(np.int8)
    if layer.bits != 8:
        weight = pack_signs(random.choice(np.array([-1, 1], np.int8), shape))
    mult = np.full((layer.bases, layer.outputs), 2000, np.int32)
    bias = np.full(layer.outputs, 1 << 13, np.int64)
    made = kernels.extension.PackedLayer(  # type: ignore[union-attr]
        codes, weight, mult, bias, layer.bits, layer.stride, 14
    )
    side = -(-size // layer.stride)
    residual = random.integers(-500, 500, (side, side, layer.outputs)).astype(np.int16)
    numbers = [np.full(layer.outputs, value, np.int16) for value in (20, 8000, -20, 100, 900)]
    quantise = [numbers[3]] if layer.bits == 1 else numbers[3:]
    made.then([residual], numbers[:3], layer.bits, quantise)
    return made


def measure(rounds: int, size: int) -> dict[str, Any]:
    """Time every layer and the peaks in turn and return their medians."""
    extension = kernels.extension
    if extension is None:
        raise SystemExit(
            "there are no compiled kernels: install docbin, unset DOCBIN_KERNELS=numpy"
        )
    works = [(make(layer, size), layer.macs(size)) for layer in LAYERS]
    runs = [lambda made=made: made.run(BAND_ROWS) for made, _ in works]
    repeats = [_repeats(run) for run in runs]
    rates: list[list[float]] = [[] for _ in works]
    peaks: dict[str, list[float]] = {"look-ups": [], "products": []}
    for _ in range(rounds):
        for name in peaks:
            start = time.process_time()
            macs = extension.packed_peak(name == "look-ups", 400_000)
            peaks[name].append(macs / (time.process_time() - start) / 1e9)
        for i, run in enumerate(runs):
            start = time.process_time()
            for _ in range(repeats[i]):
                run()
            seconds = (time.process_time() - start) / repeats[i]
            rates[i].append(works[i][1] / seconds / 1e9)
    peak = {name: statistics.median(values) for name, values in peaks.items()}
    rows = []
    for layer, values in zip(LAYERS, rates, strict=True):
        rate = statistics.median(values)
        limit = peak["products" if layer.bits == 8 else "look-ups"]
        rows.append(asdict(layer) | {"name": layer.name, "gmac_s": rate, "share": rate / limit})
    return {"instruction_set": kernels.instruction_set(), "size": size, "peak": peak, "rows": rows}


def _repeats(run: Any) -> int:
    """Return how often a layer has to run to be timed."""
    run()
    start = time.process_time()
    run()
    return 1 + int(LEAST_SECONDS / max(time.process_time() - start, 1e-6))


def table(found: dict[str, Any]) -> str:
    """Return a table in Markdown."""
    peak = found["peak"]
    lines = [
        f"{found['instruction_set']}, maps of {found['size']} × {found['size']}, one thread; peak "
        f"of look-ups {peak['look-ups']:.0f} GMAC/s, of products {peak['products']:.0f}",
        "",
        "| kernel | GMAC/s | share of the peak |",
        "|---|---:|---:|",
    ]
    lines += [
        f"| {row['name']} | {row['gmac_s']:.0f} | {100 * row['share']:.0f} % |"
        for row in found["rows"]
    ]
    return "\n".join(lines) + "\n"
