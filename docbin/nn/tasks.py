"""Weights of any task, by what their file says."""

from __future__ import annotations

from pathlib import Path

from docbin.nn.checkpoint import Trained, load_weights
from docbin.nn.detection import DETECTION
from docbin.nn.task import BINARIZATION


def load_any(path: Path) -> Trained:
    """Read weights of whichever task; see `docbin.nn.checkpoint.load_weights`."""
    return load_weights(path, BINARIZATION, DETECTION)
