"""Packed networks onto the disk: whole or not at all."""

from __future__ import annotations

import os

from docbin.io.atomic import replacing
from docbin.runtime.weights import PackedFile


def write(path: str | os.PathLike[str], network: PackedFile, *, force: bool = False) -> None:
    """Write a packed network; equal networks give equal files.

    Parameters
    ----------
    path
        Where to; by convention it ends in ``.docbin``.
    network
        What to write.
    force
        Overwrite an existing file.

    Raises
    ------
    OutputError
        If the file exists and ``force`` is not set, or cannot be written.
    InputError
        If the network is larger than the format allows.
    """
    data = network.to_bytes()
    with replacing(path, force=force) as sink:
        sink.write(data)
