"""The C++ kernels, or their numpy twins where the extension is missing.

``DOCBIN_KERNELS=scalar|avx2|neon|numpy`` overrides the choice made from the CPU;
``DOCBIN_REQUIRE_KERNELS=1`` makes a missing extension an error.
"""

from __future__ import annotations

import importlib
import os
from types import ModuleType
from typing import Any

from docbin.kernels import reference

__all__ = ["extension", "instruction_set", "threads"]


def _load() -> ModuleType | None:
    if os.environ.get("DOCBIN_KERNELS") == "numpy":
        return None
    try:
        return importlib.import_module("docbin.kernels._kernels")
    except ImportError:
        if os.environ.get("DOCBIN_REQUIRE_KERNELS") == "1":
            raise
        return None


extension = _load()

_implementation: Any = reference if extension is None else extension


def __getattr__(name: str) -> Any:
    """Every kernel by name: from the extension, else from `docbin.kernels.reference`."""
    return getattr(_implementation, name)


def instruction_set() -> str:
    """Return ``"avx2"``, ``"neon"``, ``"scalar"`` or ``"numpy"``: what runs here."""
    return "numpy" if extension is None else str(extension.instruction_set())


def threads(requested: int | None = None) -> int:
    """Return how many threads to use: ``requested``, else ``DOCBIN_THREADS``, else all cores."""
    if requested is None:
        text = os.environ.get("DOCBIN_THREADS", "")
        requested = int(text) if text.isdigit() else 0
    if requested > 0:
        return requested
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
