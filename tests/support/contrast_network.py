"""A packed network made by hand that binarizes: ink is darker than its surroundings by 30."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

import numpy as np

from docbin.runtime.weights import PackedFile

_LEVELS = 4
_DARKER = 30


def contrast_network() -> PackedFile:
    """Return it: the mean of a square of 16 pixels, less the pixel, less 30."""
    nodes = [{"op": "widen", "from": ["image"], "to": "gray"}]
    value = "gray"
    for op, level in [("average2", i) for i in range(_LEVELS)] + [
        ("upsample2", i) for i in reversed(range(_LEVELS))
    ]:
        to = f"{op}.{level}"
        nodes.append({"op": op, "from": [value], "to": to})
        value = to
    # Codes of 8 bits are the pixels themselves: (255 · 32767 + 2^14) >> 15 is 255.
    parts = {"shift": "codes.shift", "mult": "codes.mult"}
    nodes.append({"op": "quantise", "from": ["gray"], "to": "codes", "bits": 8, "tensors": parts})
    parts = {part: f"less.{part}" for part in ("weight", "mult", "bias")}
    options = {"kernel": 1, "stride": 1, "shift": 0}
    nodes.append({"op": "conv", "from": ["codes"], "to": "less", "tensors": parts} | options)
    nodes.append({"op": "add", "from": [value, "less"], "to": "logit"})
    tensors = {
        "codes.shift": np.zeros(1, np.int16),
        "codes.mult": np.full(1, 32767, np.int16),
        "less.weight": np.full((1, 1, 1, 1), -1, np.int8),
        "less.mult": np.ones((1, 1), np.int32),
        "less.bias": np.full(1, -_DARKER, np.int64),
    }
    graph = {
        "input": {"channels": 1, "multiple": 2**_LEVELS, "margin": 2**_LEVELS},
        "nodes": nodes,
        "output": {"from": "logit", "threshold": 0, "scale": 0.125},
    }
    return PackedFile(graph, tensors, {"name": "contrast", "licence": "CC0-1.0"})


@cache
def contrast_file() -> str:
    """Return the path of its file, the same as long as the program runs."""
    folder = tempfile.TemporaryDirectory()
    _folders.append(folder)
    path = Path(folder.name) / "contrast.docbin"
    path.write_bytes(contrast_network().to_bytes())
    return str(path)


# They are removed with the program.
_folders: list[tempfile.TemporaryDirectory] = []
