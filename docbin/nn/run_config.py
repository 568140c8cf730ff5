"""What every training run is made of, whatever is trained."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

from docbin.errors import UsageError


@dataclass(frozen=True, slots=True)
class RunConfig:
    """What every training run has, whatever is trained.

    Parameters
    ----------
    steps
        Steps of the optimiser; the schedule is laid over them.
    minutes
        Lay the schedule over so many minutes of training instead, pauses not counted. Such a run
        resumes well, but not to the bit.
    batch, size
        Crops of a step (on each process), and their side in pixels.
    mix
        How much of a batch comes from each store, in their order; none: in proportion to the
        square roots of their tiles.
    mirrored
        Share of the crops that are mirrored.
    rate, warmup, floor
        Learning rate, steps in which it rises, and the share of it that is left at the end.
    quantiser_rate
        Share of the rate that the steps of quantisers learn with.
    decay
        Weight decay of convolution weights.
    clip
        Largest norm of the gradient.
    average
        Decay of the moving average of the weights; its weights are exported.
    activations_from, weights_from
        Share of the run after which activations and weights are quantised; 0 is at once.
    outward
        Quantise the bottleneck first and the highest resolution last, over a quarter of the run.
    seed
        Of weights and batches.
    precision
        ``"auto"`` takes bfloat16 where the processor has it.
    compile
        ``"auto"`` compiles on CUDA; ``"on"`` also on the CPU, which needs g++ and some minutes and
        makes steps almost twice as fast.
    """

    network: Any = None
    loss: Any = None
    steps: int = 20000
    minutes: float | None = None
    batch: int = 8
    size: int = 192
    mix: tuple[float, ...] = ()
    mirrored: float = 0.0
    rate: float = 2e-3
    warmup: int = 200
    floor: float = 1e-3
    quantiser_rate: float = 0.1
    decay: float = 0.0
    clip: float = 1.0
    average: float = 0.999
    activations_from: float = 0.0
    weights_from: float = 0.0
    outward: bool = False
    seed: int = 0
    precision: Literal["auto", "float32", "bfloat16"] = "auto"
    compile: Literal["auto", "on", "off"] = "auto"

    def __post_init__(self) -> None:
        for name in ("steps", "batch", "size", "warmup", "seed"):
            if not isinstance(getattr(self, name), int):
                raise UsageError(f"{name} is {getattr(self, name)!r}; give a whole number")
        if self.precision not in ("auto", "float32", "bfloat16"):
            raise UsageError(f"precision is {self.precision!r}; give auto, float32 or bfloat16")
        if self.compile not in ("auto", "on", "off"):
            raise UsageError(f"compile is {self.compile!r}; give auto, on or off")
        within(self, 1, math.inf, "steps", "batch")
        within(self, 0, math.inf, "warmup", "decay", "seed")
        within(self, 0, 1, "floor", "quantiser_rate", "activations_from", "weights_from")
        within(self, 0, 1, "mirrored")
        within(self, 1e-9, 1, "rate")
        within(self, 1e-9, math.inf, "clip")
        if not 0 <= self.average < 1:
            raise UsageError(f"average is {self.average}; give 0 up to, not including, 1")
        if self.minutes is not None:
            within(self, 1e-9, math.inf, "minutes")
        multiple = self.network.multiple
        if self.size < multiple or self.size % multiple:
            raise UsageError(f"size is {self.size}; this network takes multiples of {multiple}")


def within(config: RunConfig, low: float, high: float, *names: str) -> None:
    """Refuse a run of which one of these fields is beyond the limits."""
    for name in names:
        value = getattr(config, name)
        if not low <= value <= high:
            limits = f"at least {low}" if high == math.inf else f"{low} to {high}"
            raise UsageError(f"{name} is {value}; give {limits}")
