"""The file of a tile store: named arrays that are mapped into memory, not read.

The layout is that of safetensors: an unsigned 64-bit little-endian length, a header in JSON, the
bytes of the arrays. Only what a tile store needs is understood: U8 and I32, no gaps.
"""

from __future__ import annotations

import json
import math
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from docbin.errors import InputError
from docbin.io.atomic import replacing, writing

_TYPES: dict[str, np.dtype[Any]] = {"U8": np.dtype("u1"), "I32": np.dtype("<i4")}
# Provenance of some hundred thousand pages fits; a damaged length does not.
_LONGEST = 1 << 28


class Arrays:
    """Arrays that grow row by row in temporary files, beside the file they will be part of.

    Parameters
    ----------
    target
        The file to write at last.
    rows
        Name of an array -> its type (``"U8"``, ``"I32"``) and the shape of one row.
    """

    def __init__(self, target: Path, rows: Mapping[str, tuple[str, tuple[int, ...]]]) -> None:
        self._target = target
        self._rows = dict(rows)
        self._files: dict[str, BinaryIO] = {}
        self.count = 0

    def __enter__(self) -> Arrays:
        with writing(str(self._target)):
            for name in self._rows:
                file = tempfile.TemporaryFile(dir=self._target.parent, prefix=".docbin-")
                self._files[name] = file
        return self

    def __exit__(self, *trouble: object) -> None:
        for file in self._files.values():
            file.close()

    def add(self, **row: npt.NDArray[Any]) -> None:
        """Add one row to each array."""
        with writing(str(self._target)):
            for name, (kind, shape) in self._rows.items():
                if row[name].shape != shape:
                    raise ValueError(f"{name} has the shape {row[name].shape}, not {shape}")
                self._files[name].write(np.ascontiguousarray(row[name], _TYPES[kind]).tobytes())
        self.count += 1

    def finish(self, metadata: Mapping[str, str], *, force: bool = False) -> None:
        """Write the header and the arrays; the file appears whole or not at all."""
        header: dict[str, Any] = {"__metadata__": dict(metadata)}
        start = 0
        for name, (kind, shape) in self._rows.items():
            size = self.count * math.prod(shape) * _TYPES[kind].itemsize
            offsets = [start, start + size]
            header[name] = {"dtype": kind, "shape": [self.count, *shape], "data_offsets": offsets}
            start += size
        text = json.dumps(header, ensure_ascii=False).encode()
        text += b" " * (-len(text) % 64 + 56)  # the arrays start at a multiple of 64 bytes
        with replacing(self._target, force=force) as sink:
            sink.write(len(text).to_bytes(8, "little") + text)
            for file in self._files.values():
                with writing(str(self._target)):
                    file.seek(0)
                shutil.copyfileobj(file, sink, 1 << 22)


def mapped(path: Path) -> tuple[dict[str, npt.NDArray[Any]], dict[str, str]]:
    """Return the arrays of a file, mapped and read-only, and its metadata.

    Raises
    ------
    InputError
        If it cannot be read, or its header does not fit its size.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            length = int.from_bytes(file.read(8), "little")
            if size < 8 or length > min(size - 8, _LONGEST):
                raise InputError(f"'{path}' is no tile store: its header is longer than the file")
            header = json.loads(file.read(length))
        metadata = header.pop("__metadata__", {})
        arrays = {name: _array(path, size, 8 + length, entry) for name, entry in header.items()}
    except OSError as error:
        raise InputError(f"'{path}' cannot be read: {error.strerror}") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"'{path}' is no tile store: {error}") from error
    return arrays, metadata


def _array(path: Path, size: int, start: int, entry: Mapping[str, Any]) -> npt.NDArray[Any]:
    kind = _TYPES[entry["dtype"]]
    shape = tuple(int(length) for length in entry["shape"])
    first, last = (int(offset) for offset in entry["data_offsets"])
    wanted = math.prod(shape) * kind.itemsize
    if min(shape, default=0) < 0 or first < 0 or last - first != wanted or start + last > size:
        raise InputError(f"'{path}' is damaged or cut short: an array does not fit the file")
    if not wanted:
        return np.zeros(shape, kind)
    return np.memmap(path, kind, "r", start + first, shape)
