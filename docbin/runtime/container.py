"""The container of a packed network: a safetensors file whose every claim is checked."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from docbin.errors import InputError
from docbin.runtime import strict_json

Array = npt.NDArray[Any]

FILE_BYTES = 64 << 20
HEADER_BYTES = 1 << 20
MOST_TENSORS = 65536
MOST_EXTENTS = 4
METADATA = "__metadata__"
FORMAT = {"format": "docbin-packed", "version": "2"}

DTYPES = {"I8": "<i1", "I16": "<i2", "I32": "<i4", "I64": "<i8", "U8": "<u1", "F32": "<f4"}
_DTYPE_NAMES = {np.dtype(code): name for name, code in DTYPES.items()}
_NAME = re.compile(r"[A-Za-z0-9_.-]{1,64}", re.ASCII)
_LENGTH = 8


def is_name(value: Any) -> bool:
    """Return whether this is a name of the format: 1 to 64 characters of A-Z a-z 0-9 _ . -."""
    return isinstance(value, str) and _NAME.fullmatch(value) is not None


def quoted(value: Any) -> str:
    """Return what a file says as a message may show it: short and printable."""
    text = value if isinstance(value, str) else str(value)
    shown = "".join(c if c.isascii() and c.isprintable() else "?" for c in text[:64])
    return f"'{shown}{'...' if len(text) > 64 else ''}'"


def is_whole(value: Any, least: int, most: int) -> bool:
    """Return whether this is a whole number of a range; True and 1.0 are none."""
    return type(value) is int and least <= value <= most


def dtype_name(array: Array) -> str:
    """Return the file's name of a dtype, or refuse it."""
    found = _DTYPE_NAMES.get(array.dtype.newbyteorder("<"))
    if found is None:
        raise InputError(
            f"arrays of {array.dtype} cannot be in a packed network: {', '.join(DTYPES)}"
        )
    return found


def split(data: bytes) -> tuple[dict[str, str], dict[str, Array]]:
    """Return the metadata and the tensors of a file.

    Parameters
    ----------
    data
        The whole file.

    Returns
    -------
    metadata, tensors
        Texts by key; arrays by name, which are read-only and look into ``data``.

    Raises
    ------
    InputError
        With the reason, for anything that docs/packed-format.md does not allow in a container.
    """
    if len(data) > FILE_BYTES:
        raise InputError("the file is larger than the 64 MiB of a packed network")
    if len(data) < _LENGTH:
        raise InputError("the file is no packed network: it has less than 8 bytes")
    length = int.from_bytes(data[:_LENGTH], "little")
    if length > HEADER_BYTES:
        raise InputError("the header of the file claims more than 1 MiB")
    if length > len(data) - _LENGTH:
        raise InputError("the file ends within its header")
    start = _LENGTH + length
    header = strict_json.read(data[_LENGTH:start], "the header of the file")
    if not isinstance(header, dict):
        raise InputError("the header of the file is no object")
    metadata = _metadata(header)
    entries = {name: entry for name, entry in header.items() if name != METADATA}
    if len(entries) > MOST_TENSORS:
        raise InputError(f"the file has {len(entries)} tensors; {MOST_TENSORS} are allowed")
    places = {name: _place(name, entry, len(data) - start) for name, entry in entries.items()}
    _check_contiguous(places, len(data) - start)
    tensors = {}
    for name, (dtype, shape, first) in places.items():
        flat = np.frombuffer(data, dtype, math.prod(shape), start + first)
        tensors[name] = flat.reshape(shape)
    return metadata, tensors


def _metadata(header: dict[str, Any]) -> dict[str, str]:
    metadata = header.get(METADATA)
    if METADATA not in header:
        raise InputError("the file is no packed network: it has no __metadata__")
    if not isinstance(metadata, dict):
        raise InputError("__metadata__ is no object")
    for key, value in metadata.items():
        if not isinstance(value, str):
            raise InputError(f"__metadata__ has {quoted(key)}, which is no string")
    form, version = (
        quoted(metadata[key]) if key in metadata else "missing" for key in ("format", "version")
    )
    if metadata.get("format") != FORMAT["format"]:
        raise InputError(
            f"the file is no packed network: format is {form}, it must be {FORMAT['format']}"
        )
    if metadata.get("version") != FORMAT["version"]:
        raise InputError(
            f"the packed network's version is {version}; this docbin reads version "
            f"{FORMAT['version']}: export the network again (docbin export)"
        )
    if "graph" not in metadata:
        raise InputError("the packed network has no graph")
    return metadata


Place = tuple[np.dtype[Any], tuple[int, ...], int]


def _place(name: str, entry: Any, room: int) -> Place:
    """Return dtype, shape and first byte of a tensor."""
    try:
        return _checked(name, entry, room)
    except InputError as error:
        raise InputError(f"tensor {quoted(name)} {error}") from None


def _checked(name: str, entry: Any, room: int) -> Place:
    """Do it, or refuse with the reason alone."""
    if not is_name(name):
        raise InputError("is no name: 1 to 64 characters of A-Z a-z 0-9 _ . -")
    if not isinstance(entry, dict) or entry.keys() != {"dtype", "shape", "data_offsets"}:
        raise InputError("needs dtype, shape and data_offsets, and nothing else")
    code = DTYPES.get(entry["dtype"]) if isinstance(entry["dtype"], str) else None
    if code is None:
        raise InputError(f"has no dtype of a packed network: {', '.join(DTYPES)}")
    shape, offsets = entry["shape"], entry["data_offsets"]
    if not isinstance(shape, list) or not 1 <= len(shape) <= MOST_EXTENTS:
        raise InputError(f"needs a shape of 1 to {MOST_EXTENTS} extents")
    if not all(is_whole(extent, 1, FILE_BYTES) for extent in shape):
        raise InputError("has extents that are not whole numbers from 1")
    if not isinstance(offsets, list) or len(offsets) != 2:
        raise InputError("has no data_offsets")
    if not all(is_whole(offset, 0, room) for offset in offsets) or offsets[0] > offsets[1]:
        raise InputError(f"lies at {quoted(offsets)} of {room} bytes of data")
    dtype = np.dtype(code)
    if math.prod(shape) * dtype.itemsize != offsets[1] - offsets[0]:
        raise InputError(
            f"has {offsets[1] - offsets[0]} bytes, which are not those of {entry['dtype']}{shape}"
        )
    return dtype, tuple(shape), offsets[0]


def _check_contiguous(places: Mapping[str, Place], room: int) -> None:
    """Refuse gaps, overlaps, and bytes behind the last tensor."""
    end = 0
    for name, (dtype, shape, first) in sorted(places.items(), key=lambda item: item[1][2]):
        if first != end:
            reason = "overlaps another" if first < end else "comes after a gap"
            raise InputError(f"tensor {quoted(name)} {reason}")
        end += math.prod(shape) * dtype.itemsize
    if end != room:
        raise InputError(f"the file has {room - end} bytes after the last tensor")


def join(metadata: Mapping[str, str], tensors: Mapping[str, Array]) -> bytes:
    """Return the file; the same metadata and tensors, in any order, give the same bytes.

    Tensors lie by size of their numbers, largest first, then by name, and begin at a multiple of 8
    bytes of the file, so that every number is aligned.
    """
    names = sorted(tensors, key=lambda name: (-tensors[name].itemsize, name))
    header: dict[str, Any] = {METADATA: dict(sorted({**metadata, **FORMAT}.items()))}
    parts, end = [], 0
    for name in names:
        dtype = dtype_name(tensors[name])
        part = np.ascontiguousarray(tensors[name], DTYPES[dtype]).tobytes()
        header[name] = {
            "dtype": dtype,
            "shape": list(tensors[name].shape),
            "data_offsets": [end, end + len(part)],
        }
        parts.append(part)
        end += len(part)
    text = json.dumps(header, separators=(",", ":"), ensure_ascii=True).encode()
    text += b" " * (-len(text) % _LENGTH)
    return b"".join([len(text).to_bytes(_LENGTH, "little"), text, *parts])
