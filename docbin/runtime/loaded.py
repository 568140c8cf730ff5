"""Packed networks, each read once and again when its file has changed."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path
from typing import Any

from docbin.runtime.network import Network


def loaded(path: Path) -> Network:
    """Return the network of a file.

    Raises
    ------
    InputError
        If it is no packed network.
    """
    return _network(os.fspath(path.absolute()), stamp(path))


def stamp(path: Path) -> tuple[Any, ...]:
    """Return what changes when a file does."""
    try:
        status = path.stat()
    except (OSError, ValueError):
        return ()
    return status.st_mtime_ns, status.st_size, status.st_ino


@lru_cache(maxsize=4)
def _network(path: str, stamp: tuple[Any, ...]) -> Network:
    """Return the network of a file as it was at a time."""
    del stamp
    return Network.load(path)
