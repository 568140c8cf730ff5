"""What a training run is made of, saved beside its weights, and the presets of the command line."""

from __future__ import annotations

import dataclasses
import json
import math
import typing
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

from docbin.errors import InputError, UsageError
from docbin.nn.losses import LossConfig
from docbin.nn.models.wavelet_unet import WaveletUnetConfig
from docbin.registry import near_miss

_Config = TypeVar("_Config")


@dataclass(frozen=True, slots=True)
class TrainConfig:
    """A training run.

    Parameters
    ----------
    network
        Shape and bits of the network.
    loss
        Weights of the loss.
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
        Share of the crops that are mirrored. With 0, mirrored writing is always that of the back.
    hard
        How much more often tiles of a high loss are drawn, see `docbin.nn.data.batches`.
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

    network: WaveletUnetConfig = field(default_factory=WaveletUnetConfig)
    loss: LossConfig = field(default_factory=LossConfig)
    steps: int = 20000
    minutes: float | None = None
    batch: int = 8
    size: int = 192
    mix: tuple[float, ...] = ()
    mirrored: float = 0.0
    hard: float = 1.0
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
        _within(self, 1, math.inf, "steps", "batch")
        _within(self, 0, math.inf, "warmup", "decay", "seed")
        _within(self, 0, 1, "floor", "quantiser_rate", "activations_from", "weights_from")
        _within(self, 0, 1, "mirrored")
        _within(self, 0, 4, "hard")
        _within(self, 1e-9, 1, "rate")
        _within(self, 1e-9, math.inf, "clip")
        if not 0 <= self.average < 1:
            raise UsageError(f"average is {self.average}; give 0 up to, not including, 1")
        if self.minutes is not None:
            _within(self, 1e-9, math.inf, "minutes")
        multiple = self.network.multiple
        if self.size < multiple or self.size % multiple:
            raise UsageError(f"size is {self.size}; this network takes multiples of {multiple}")


def _within(config: TrainConfig, low: float, high: float, *names: str) -> None:
    for name in names:
        value = getattr(config, name)
        if not low <= value <= high:
            limits = f"at least {low}" if high == math.inf else f"{low} to {high}"
            raise UsageError(f"{name} is {value}; give {limits}")


# Windows of the contrast planes: some letters, and some lines.
_CONTRAST = (51, 255)
_SEEN: Any = {"contrast": _CONTRAST, "level": 1}
_WIDE = WaveletUnetConfig(widths=(32, 64, 96, 128), **_SEEN)
_LEAN = WaveletUnetConfig(widths=(32, 48, 64, 96), **_SEEN)

PRESETS: dict[str, TrainConfig] = {
    "gpu-25min": TrainConfig(_WIDE, minutes=25, batch=64, size=256),
    "gpu-8h": TrainConfig(_WIDE, minutes=480, batch=64, size=256, average=0.9998),
    "cpu-2h": TrainConfig(_LEAN, minutes=120),
    "tiny": TrainConfig(
        WaveletUnetConfig(widths=(16, 16), blocks=(1, 1), bases=(1, 1), contrast=(15,), level=1),
        steps=60,
        batch=4,
        size=64,
        warmup=10,
        average=0.9,
        compile="off",
    ),
}

# Networks by name: the default, the small one for devices, the float teacher.
NETWORKS: dict[str, WaveletUnetConfig] = {
    "wide": _WIDE,
    "lean": _LEAN,
    "small": WaveletUnetConfig(widths=(16, 32, 48, 64), **_SEEN),
    "w1a1": WaveletUnetConfig(widths=(32, 64, 96, 128), activation_bits=1, **_SEEN),
    "teacher": WaveletUnetConfig(
        widths=(64, 128, 192, 256),
        blocks=(3, 3, 3, 3),
        weight_bits=32,
        activation_bits=32,
        **_SEEN,
    ),
}


def preset(name: str, **changes: Any) -> TrainConfig:
    """Return a preset with some fields changed; an unknown name is a `UsageError`.

    Examples
    --------
    >>> preset("tiny", seed=3).seed
    3
    """
    if name not in PRESETS:
        raise UsageError(f"there is no preset '{name}'.{near_miss(name, list(PRESETS))}")
    return dataclasses.replace(PRESETS[name], **changes)


def network(name: str) -> WaveletUnetConfig:
    """Return a network of `NETWORKS`; an unknown name is a `UsageError`."""
    if name not in NETWORKS:
        raise UsageError(f"there is no network '{name}'.{near_miss(name, list(NETWORKS))}")
    return NETWORKS[name]


def configured(name: str, shape: str | None, texts: Iterable[str]) -> TrainConfig:
    """Return a preset with another network and with fields changed by ``KEY=VALUE``.

    Parameters
    ----------
    name
        Of the preset.
    shape
        A network of `NETWORKS`, or None for the preset's.
    texts
        Fields of `TrainConfig`, and as ``loss.KEY`` those of its loss. Values are JSON, or text.

    Examples
    --------
    >>> config = configured("tiny", None, ["steps=5", "loss.dice=0"])
    >>> config.steps, config.loss.dice
    (5, 0)
    """
    values = dataclasses.asdict(preset(name))
    if shape is not None:
        values["network"] = dataclasses.asdict(network(shape))
    for text in texts:
        key, separator, value = text.partition("=")
        if not separator:
            raise UsageError(f"--set takes KEY=VALUE, for example --set steps=2000; got '{text}'")
        part, _, inner = key.rpartition(".")
        place = values if not part else values["loss"] if part == "loss" else {}
        if inner not in place or isinstance(place[inner], dict):
            known = [*values, *(f"loss.{field}" for field in values["loss"])]
            raise UsageError(f"a run has no '{key}'.{near_miss(key, known)}")
        place[inner] = _value(value)
        if key == "steps":
            values["minutes"] = None
    try:
        return _read(TrainConfig, values)
    except (TypeError, ValueError) as error:
        raise UsageError(f"--set: {error}") from error


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def to_json(config: TrainConfig) -> str:
    """Return a config as JSON."""
    return json.dumps(dataclasses.asdict(config), indent=1)


def from_json(text: str) -> TrainConfig:
    """Read what `to_json` wrote.

    Raises
    ------
    InputError
        If it is no such text, or a value is not allowed.
    """
    try:
        values = json.loads(text)
        if not isinstance(values, dict):
            raise TypeError("it is no object")
        return _read(TrainConfig, values)
    except (ValueError, TypeError) as error:
        raise InputError(f"the configuration of the run cannot be read: {error}") from error


def _read(kind: type[_Config], values: Mapping[str, Any]) -> _Config:
    hints = typing.get_type_hints(kind)
    given = {}
    for name, value in values.items():
        hint = hints.get(name)
        if isinstance(hint, type) and dataclasses.is_dataclass(hint):
            if not isinstance(value, dict):
                raise TypeError(f"{name} is {value!r}, not an object")
            value = _read(hint, value)
        given[name] = tuple(value) if isinstance(value, list) else value
    return kind(**given)
