"""What a run begins with: the weights of another run, or a packed file that somebody has."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from docbin.errors import InputError
from docbin.nn.checkpoint import Trained, load_weights
from docbin.nn.run_config import RunConfig
from docbin.nn.task import Task
from docbin.nn.unfolding import unfold
from docbin.runtime.weights import SUFFIX, PackedFile


def begun(path: Path, config: RunConfig, task: Task) -> Trained:
    """Read weights of a run, or a packed network, to begin another run with.

    Parameters
    ----------
    path
        ``weights.pt``, the folder of a run, or ``NAME.docbin``.
    config
        The run that begins: a packed file must be of its network.
    task
        What is learned.

    Raises
    ------
    InputError
        If there are no weights.
    UsageError
        If a packed file is of another network.
    """
    if path.suffix != SUFFIX:
        return load_weights(path, task)
    file = PackedFile.read(path)
    net = task.build(config.network)
    unfold(file, net)
    return Trained(net.eval(), config, _facts(file, path), folded=True)


def _facts(file: PackedFile, path: Path) -> dict[str, Any]:
    """Return what a run's weights would tell; see `docbin.nn.export.provenance`."""
    told = {key: file.metadata[key] for key in ("command", "commit") if key in file.metadata}
    try:
        facts = json.loads(file.metadata.get("metrics", "{}"))
        sets = json.loads(file.metadata.get("data", "[]"))
        if not isinstance(facts, dict) or not isinstance(sets, list):
            raise TypeError
    except (ValueError, TypeError):
        raise InputError(f"'{path}' does not tell its training as docbin writes it") from None
    return {**told, **facts, "sets": [sets]}
