"""Packed networks as files: docs/packed-format.md, read, checked and made.

`PackedFile.read` refuses everything that the format does not allow; what it returns can be run.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from docbin.errors import InputError
from docbin.runtime import container, strict_json
from docbin.runtime.bit_planes import pack_signs, unpack_signs
from docbin.runtime.graph import Graph, read_graph

Array: TypeAlias = npt.NDArray[Any]
Source: TypeAlias = "str | os.PathLike[str] | bytes"

SUFFIX = ".docbin"
# Metadata that the container itself makes.
_OWN = ("format", "version", "graph")


@dataclass(frozen=True, slots=True)
class PackedFile:
    """A packed network: its graph, the arrays of its nodes and its provenance.

    Parameters
    ----------
    graph
        The graph of docs/packed-format.md, as JSON's objects, lists and numbers.
    tensors
        Name -> array of one of the format's dtypes.
    metadata
        ``name``, ``licence``, ``command``, ``commit``, ``data``, ``metrics`` and what else there
        is, texts; ``format``, ``version`` and ``graph`` are added when it is written.
    typed
        The graph, checked; made here.

    Raises
    ------
    InputError
        If the format does not allow it.
    """

    graph: Mapping[str, Any]
    tensors: Mapping[str, Array]
    metadata: Mapping[str, str] = field(default_factory=dict)
    typed: Graph = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "typed", read_graph(self.graph, self.tensors))

    @classmethod
    def of(
        cls,
        graph: Mapping[str, Any],
        arrays: Mapping[str, Array],
        metadata: Mapping[str, str] | None = None,
    ) -> PackedFile:
        """Return the packed network of arrays in which one-bit weights may still be ±1.

        Weights of a convolution that reads codes of 1 or 4 bits may be int8 (bases, O, K·K, I) of
        −1 and +1; all else is as the format wants it.
        """
        bits = {node["to"]: node.get("bits") for node in graph["nodes"]}
        tensors = dict(arrays)
        for node in graph["nodes"]:
            if node["op"] == "conv" and bits.get(node["from"][0]) in (1, 4):
                name = node["tensors"]["weight"]
                if arrays[name].dtype == np.int8:
                    tensors[name] = pack_signs(arrays[name])
        return cls(graph, tensors, metadata or {})

    @classmethod
    def read(cls, source: Source) -> PackedFile:
        """Read a packed network.

        Parameters
        ----------
        source
            A path, or the bytes of a file.

        Raises
        ------
        InputError
            If it cannot be read or is not as docs/packed-format.md says: the file and the reason.
        """
        data, name = contents(source)
        try:
            metadata, tensors = container.split(data)
            graph = strict_json.read(metadata["graph"], "the graph")
            kept = {key: value for key, value in metadata.items() if key not in _OWN}
            return cls(graph, tensors, kept)
        except InputError as error:
            raise InputError(f"{name}: {error}") from None

    def signed(self) -> dict[str, Array]:
        """Return the arrays, one-bit weights as int8 ±1 (bases, O, K·K, I)."""
        inputs = {node["to"]: node for node in self.graph["nodes"]}
        tensors = dict(self.tensors)
        for node in self.graph["nodes"]:
            name = node.get("tensors", {}).get("weight")
            if name is not None and tensors[name].dtype == np.uint8:
                shift = inputs[node["from"][0]]["tensors"]["shift"]
                tensors[name] = unpack_signs(tensors[name], len(tensors[shift]))
        return tensors

    def to_bytes(self) -> bytes:
        """Return the file; equal networks give equal bytes.

        Raises
        ------
        InputError
            If it is larger than the format allows, or a text of its metadata is none.
        """
        for key, value in self.metadata.items():
            if key in _OWN or not isinstance(value, str):
                raise InputError(f"metadata '{key}' must be a text, and none of {', '.join(_OWN)}")
        graph = json.dumps(self.graph, separators=(",", ":"), ensure_ascii=True)
        data = container.join({**self.metadata, "graph": graph}, self.tensors)
        container.split(data)
        return data


def contents(source: Source) -> tuple[bytes, str]:
    """Return the bytes of a packed network, at most what the format allows, and its name."""
    if isinstance(source, bytes | bytearray | memoryview):
        return bytes(source), "the packed network"
    path = Path(source)
    try:
        with path.open("rb") as file:
            # One byte more than allowed is enough to refuse it.
            return file.read(container.FILE_BYTES + 1), str(path)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(f"{path} cannot be read: {reason}") from None
