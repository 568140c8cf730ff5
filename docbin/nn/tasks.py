"""Weights of any task, by what their file says."""

from __future__ import annotations

from pathlib import Path

from docbin.errors import InputError
from docbin.nn import checkpoint
from docbin.nn.checkpoint import Trained
from docbin.nn.detection import DETECTION
from docbin.nn.task import BINARIZATION, Task

TASKS: tuple[Task, ...] = (BINARIZATION, DETECTION)


def task_of(path: Path) -> Task:
    """Return what the network of some weights was trained for.

    Parameters
    ----------
    path
        A file of weights, or the folder of a run.

    Raises
    ------
    InputError
        If it is neither.
    """
    file = path / checkpoint.WEIGHTS if path.is_dir() else path
    format = checkpoint.load(file).get("format")
    for task in TASKS:
        if task.format == format:
            return task
    raise InputError(f"'{file}' has no weights of docbin; give the {checkpoint.WEIGHTS} of a run")


def load_any(path: Path) -> Trained:
    """Read weights of whichever task."""
    return checkpoint.load_weights(path, task_of(path))
