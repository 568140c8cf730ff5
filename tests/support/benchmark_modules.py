"""Benchmarks as modules; they are no part of the package."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from types import ModuleType

_ROOT = Path(__file__).parents[2]


def benchmark(name: str) -> ModuleType:
    """Return ``benchmarks.NAME`` of the checkout."""
    sys.path.insert(0, str(_ROOT))
    try:
        return importlib.import_module(f"benchmarks.{name}")
    finally:
        sys.path.remove(str(_ROOT))
