"""The C++ kernels, or their numpy twins where the extension is missing.

``DOCBIN_KERNELS=scalar|avx2|avx512|neon|numpy`` overrides the choice made from the CPU;
``DOCBIN_REQUIRE_KERNELS=1`` makes a missing extension an error.
"""

from __future__ import annotations

import importlib
import operator
import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from types import ModuleType
from typing import Any

from docbin.errors import UsageError

__all__ = ["extension", "instruction_set", "limit_threads", "threads"]


def _load() -> ModuleType | None:
    if os.environ.get("DOCBIN_KERNELS") == "numpy":
        return None
    try:
        loaded = importlib.import_module("docbin.kernels._kernels")
    except ImportError:
        if os.environ.get("DOCBIN_REQUIRE_KERNELS") == "1":
            raise
        return None
    try:
        loaded.instruction_set()
    except ValueError as error:  # a wish that this processor cannot fulfil
        raise UsageError(str(error)) from None
    return loaded


extension = _load()

# The twins are twenty modules: they are loaded where they run.
_implementation: Any = (
    importlib.import_module("docbin.kernels.reference") if extension is None else extension
)


def __getattr__(name: str) -> Any:
    """Every kernel by name: from the extension, else from `docbin.kernels.reference`."""
    return getattr(_implementation, name)


def instruction_set() -> str:
    """Return ``"avx512"``, ``"avx2"``, ``"neon"``, ``"scalar"`` or ``"numpy"``: what runs here."""
    return "numpy" if extension is None else str(extension.instruction_set())


# What `limit_threads` set; a new thread of Python's starts without it.
_limit: ContextVar[int | None] = ContextVar("docbin_threads", default=None)


def threads(requested: int | None = None) -> int:
    """Return how many threads to use.

    The first of these that is given: ``requested``, `limit_threads`, ``DOCBIN_THREADS``, the
    cores this process may use.
    """
    if requested is None:
        requested = _limit.get()
    if requested is None and (text := os.environ.get("DOCBIN_THREADS")):
        requested = _count(text, "DOCBIN_THREADS")
    if requested is not None:
        return _count(requested, "threads")
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def limit_threads(count: int | None) -> Iterator[None]:
    """Use ``count`` threads within the ``with`` block; None changes nothing.

    Examples
    --------
    >>> with limit_threads(1):
    ...     threads()
    1
    """
    token = _limit.set(_limit.get() if count is None else _count(count, "threads"))
    try:
        yield
    finally:
        _limit.reset(token)


def _count(value: int | str, name: str) -> int:
    """Return a number of threads, or refuse it."""
    try:
        count = int(value) if isinstance(value, str) else operator.index(value)
    except (TypeError, ValueError):
        count = 0
    if count < 1 or isinstance(value, bool):
        raise UsageError(f"{name} is {value!r}; give a whole number from 1")
    return count
