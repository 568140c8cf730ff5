"""Checkpoints to go on from, and weights to export: files that appear whole or not at all."""

from __future__ import annotations

import io
import json
import pickle
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from docbin.errors import InputError
from docbin.io.atomic import replacing
from docbin.nn import config as configs
from docbin.nn.run_config import RunConfig
from docbin.nn.task import BINARIZATION, Task

CHECKPOINT, WEIGHTS, SETTINGS = "last.ckpt", "weights.pt", "config.json"


def save(path: Path, content: Mapping[str, Any]) -> None:
    """Write tensors, numbers and texts; a file that was there stays until the new one is whole.

    Raises
    ------
    OutputError
        If it cannot be written, as on a full disk.
    """
    buffer = io.BytesIO()
    torch.save(dict(content), buffer)
    with replacing(path, force=True) as sink:
        sink.write(buffer.getbuffer())


def load(path: Path, device: torch.device | str = "cpu") -> dict[str, Any]:
    """Read what `save` wrote; code in the file is never run.

    Raises
    ------
    InputError
        If the file is missing, cut short or something else.
    """
    try:
        content = torch.load(path, map_location=device, weights_only=True)
    except FileNotFoundError:
        raise InputError(f"there is no checkpoint '{path}'") from None
    except (OSError, RuntimeError, EOFError, ValueError, KeyError, pickle.UnpicklingError) as error:
        first = str(error).partition("\n")[0]
        raise InputError(f"'{path}' is no checkpoint, or is damaged: {first}") from error
    if not isinstance(content, dict):
        raise InputError(f"'{path}' is no checkpoint of docbin")
    return content


@dataclass(frozen=True, eq=False)
class Trained:
    """A trained network with what it was made from.

    Parameters
    ----------
    net
        In evaluation mode, float32.
    config
        The run.
    facts
        Steps, minutes, data, command: goes into the packed file.
    folded
        Whether it comes from a packed file, its normalisations still those of bare sums.
    """

    net: Any
    config: Any
    facts: Mapping[str, Any]
    folded: bool = False


def is_kernel(value: Tensor) -> bool:
    """Say whether this is the weight of a convolution, not a scale or bias (1, C, 1, 1)."""
    return value.ndim == 4 and value.shape[0] > 1


def halved(net: nn.Module) -> None:
    """Round the convolution weights to half precision, as they are kept in files."""
    for value in net.parameters():
        if is_kernel(value):
            value.data = value.data.half().float()


def save_weights(
    path: Path,
    net: nn.Module,
    config: RunConfig,
    facts: Mapping[str, Any],
    *,
    format: str = BINARIZATION.format,
) -> None:
    """Write a network's weights: convolutions in half precision, everything else in float32."""
    weights = {
        name: value.half() if is_kernel(value) else value
        for name, value in net.state_dict().items()
    }
    save(
        path,
        {
            "format": format,
            "config": configs.to_json(config),
            "facts": json.dumps(facts),
            "weights": weights,
        },
    )


def load_weights(path: Path, *tasks: Task) -> Trained:
    """Read weights of one of some tasks (of none: of binarization); of a run's folder its own.

    Raises
    ------
    InputError
        If there are none, or they do not fit the network that the file names.
    """
    file = path / WEIGHTS if path.is_dir() else path
    content = load(file)
    fitting = (task for task in tasks or (BINARIZATION,) if task.format == content.get("format"))
    if (task := next(fitting, None)) is None:
        raise InputError(f"'{file}' has no such weights of docbin; give the {WEIGHTS} of a run")
    try:
        config = configs.from_json(content["config"], task.config)
        net = task.build(config.network)
        weights: dict[str, Tensor] = content["weights"]
        net.load_state_dict({name: _single(value) for name, value in weights.items()})
        facts = json.loads(content["facts"])
    except (KeyError, RuntimeError, ValueError, TypeError, AttributeError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"'{file}' is damaged: {str(error).partition(chr(10))[0]}") from error
    return Trained(net.eval(), config, facts)


def _single(value: Tensor) -> Tensor:
    return value.float() if value.dtype == torch.float16 else value
