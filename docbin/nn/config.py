"""Training runs of binarizers, presets and options of the command line, and runs as JSON."""

from __future__ import annotations

import dataclasses
import json
import typing
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from docbin.errors import InputError, UsageError
from docbin.nn.losses import LossConfig
from docbin.nn.models.wavelet_unet import WaveletUnetConfig
from docbin.nn.run_config import RunConfig, within
from docbin.registry import near_miss

_Config = TypeVar("_Config")


@dataclass(frozen=True, slots=True)
class TrainConfig(RunConfig):
    """A training run of a binarizer.

    Parameters
    ----------
    network
        Shape and bits of the network.
    loss
        Weights of the loss.
    mirrored
        Share of the crops that are mirrored. With 0, mirrored writing is always that of the back.
    hard
        How much more often tiles of a high loss are drawn, see `docbin.nn.data.batches`.
    """

    network: WaveletUnetConfig = field(default_factory=WaveletUnetConfig)
    loss: LossConfig = field(default_factory=LossConfig)
    hard: float = 1.0

    def __post_init__(self) -> None:
        RunConfig.__post_init__(self)
        within(self, 0, 4, "hard")


# Windows of the contrast planes: some letters, and some lines.
_CONTRAST = (51, 255)
_SEEN: Any = {"contrast": _CONTRAST, "level": 1}
_WIDE = WaveletUnetConfig(widths=(32, 64, 96, 128), **_SEEN)
_LEAN = WaveletUnetConfig(widths=(32, 48, 64, 96), **_SEEN)

PRESETS: dict[str, TrainConfig] = {
    "gpu-25min": TrainConfig(network=_WIDE, minutes=25, batch=64, size=256),
    "gpu-8h": TrainConfig(network=_WIDE, minutes=480, batch=64, size=256, average=0.9998),
    "cpu-2h": TrainConfig(network=_LEAN, minutes=120),
    "tiny": TrainConfig(
        network=WaveletUnetConfig(
            widths=(16, 16), blocks=(1, 1), bases=(1, 1), contrast=(15,), level=1
        ),
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


@dataclass(frozen=True, slots=True)
class Choices(Generic[_Config]):
    """What can be trained of one kind.

    Parameters
    ----------
    config
        The class of its runs.
    presets, networks
        Runs and networks by name.
    """

    config: type[_Config]
    presets: Mapping[str, _Config]
    networks: Mapping[str, Any]


BINARIZERS = Choices(TrainConfig, PRESETS, NETWORKS)


def preset(name: str, **changes: Any) -> TrainConfig:
    """Return a preset of binarizers, some fields changed; an unknown name is a `UsageError`.

    Examples
    --------
    >>> preset("tiny", seed=3).seed
    3
    """
    return dataclasses.replace(_named("preset", name, PRESETS), **changes)


def _named(what: str, name: str, known: Mapping[str, _Config]) -> _Config:
    if name not in known:
        raise UsageError(f"there is no {what} '{name}'.{near_miss(name, list(known))}")
    return known[name]


def configured(
    name: str, shape: str | None, texts: Iterable[str], choices: Choices[Any] = BINARIZERS
) -> Any:
    """Return a preset with another network and with fields changed by ``KEY=VALUE``.

    Parameters
    ----------
    name
        Of the preset.
    shape
        The name of a network, or None for the preset's.
    texts
        Fields of the run, and as ``loss.KEY`` those of its loss. Values are JSON, or text.
    choices
        What there is to choose from.

    Examples
    --------
    >>> config = configured("tiny", None, ["steps=5", "loss.dice=0"])
    >>> config.steps, config.loss.dice
    (5, 0)
    """
    values = dataclasses.asdict(_named("preset", name, choices.presets))
    if shape is not None:
        values["network"] = dataclasses.asdict(_named("network", shape, choices.networks))
    for text in texts:
        key, separator, value = text.partition("=")
        if not separator:
            raise UsageError(f"--set takes KEY=VALUE, for example --set steps=2000; got '{text}'")
        part, _, inner = key.rpartition(".")
        place = values if not part else values.get("loss", {}) if part == "loss" else {}
        if inner not in place or isinstance(place[inner], dict):
            known = [*values, *(f"loss.{field}" for field in values.get("loss", ()))]
            raise UsageError(f"a run has no '{key}'.{near_miss(key, known)}")
        place[inner] = _value(value)
        if key == "steps" and "minutes" in values:
            values["minutes"] = None
    try:
        return _read(choices.config, values)
    except (TypeError, ValueError) as error:
        raise UsageError(f"--set: {error}") from error


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def to_json(config: Any) -> str:
    """Return a config as JSON."""
    return json.dumps(dataclasses.asdict(config), indent=1)


def from_json(text: str, kind: type[_Config]) -> _Config:
    """Read what `to_json` wrote of a run of a kind.

    Raises
    ------
    InputError
        If it is no such text, or a value is not allowed.
    """
    try:
        values = json.loads(text)
        if not isinstance(values, dict):
            raise TypeError("it is no object")
        return _read(kind, values)
    except (ValueError, TypeError) as error:
        raise InputError(f"the configuration of the run cannot be read: {error}") from error


def _read(kind: type[_Config], values: Mapping[str, Any]) -> _Config:
    hints = typing.get_type_hints(kind)
    given = {}
    for name, value in values.items():
        parts = [
            each
            for each in typing.get_args(hints.get(name)) or (hints.get(name),)
            if isinstance(each, type) and dataclasses.is_dataclass(each)
        ]
        if parts:
            if not isinstance(value, dict):
                raise TypeError(f"{name} is {value!r}, not an object")
            value = _read(_fitting(parts, value), value)
        given[name] = tuple(value) if isinstance(value, list) else value
    return kind(**given)


def _fitting(kinds: Sequence[type[Any]], values: Mapping[str, Any]) -> type[Any]:
    """Return the first of some dataclasses that has all these fields; the first if none has."""
    fits = (
        kind for kind in kinds if values.keys() <= {its.name for its in dataclasses.fields(kind)}
    )
    return next(fits, kinds[0])
