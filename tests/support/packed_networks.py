"""Packed networks written by hand, sound and damaged, independent of the project's writer."""

from __future__ import annotations

import json

import numpy as np

DTYPES = {"i1": "I8", "i2": "I16", "i4": "I32", "i8": "I64", "u1": "U8", "f4": "F32"}


def container(header, data=b""):
    """Return a file of a header (an object or its text) and the bytes after it."""
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + data


def packed(graph, tensors, **metadata):
    """Return the file of a graph (an object or its text) and its arrays."""
    text = graph if isinstance(graph, str) else json.dumps(graph)
    header = {"__metadata__": {"format": "docbin-packed", "version": "2", "graph": text} | metadata}
    data = b""
    for name, array in tensors.items():
        part = np.ascontiguousarray(array).tobytes()
        header[name] = {
            "dtype": DTYPES[array.dtype.str[1:]],
            "shape": list(array.shape),
            "data_offsets": [len(data), len(data) + len(part)],
        }
        data += part
    return container(header, data)


def block(channels=5, bits=4, bases=1, seed=0):
    """Return graph and tensors: haar, a stem in 8 bits, one residual block, a head."""
    random = np.random.default_rng(seed)

    def few(*shape):
        return random.integers(-300, 300, shape, dtype=np.int16)

    def some_bits(*shape):
        bits = random.integers(0, 2, (*shape, channels), dtype=np.uint8)
        return np.packbits(bits, axis=-1, bitorder="little")

    tensors = {
        "q0.shift": few(12),
        "q0.mult": random.integers(2000, 9000, 12, dtype=np.int16),
        "stem.w": random.integers(-127, 128, (1, channels, 9, 12), dtype=np.int8),
        "stem.m": random.integers(50, 500, (1, channels), dtype=np.int32),
        "stem.b": random.integers(-90000, 90000, channels, dtype=np.int64),
        "q1.shift": few(channels),
        "conv.w": some_bits(bases, channels, 9),
        "conv.m": random.integers(-900, 900, (bases, channels), dtype=np.int32),
        "conv.b": random.integers(-90000, 90000, channels, dtype=np.int64),
        "act.a": few(channels),
        "act.slope": random.integers(-9000, 9000, channels, dtype=np.int16),
        "act.b": few(channels),
        "q2.shift": few(channels),
        "q2.mult": random.integers(2000, 9000, channels, dtype=np.int16),
        "head.w": random.integers(-127, 128, (1, 4, 1, channels), dtype=np.int8),
        "head.m": random.integers(50, 500, (1, 4), dtype=np.int32),
        "head.b": random.integers(-90000, 90000, 4, dtype=np.int64),
    }
    q1 = {"shift": "q1.shift"}
    if bits != 1:
        tensors["q1.mult"] = random.integers(50, 900, channels, dtype=np.int16)
        q1["mult"] = "q1.mult"
    conv = {"op": "conv", "stride": 1}
    nodes = [
        {"op": "haar", "from": ["image"], "to": "bands"},
        {"op": "quantise", "from": ["bands"], "to": "codes", "bits": 8, "tensors": both("q0")},
        conv | {"from": ["codes"], "to": "stem", "kernel": 3, "shift": 9, "tensors": three("stem")},
        {"op": "quantise", "from": ["stem"], "to": "in", "bits": bits, "tensors": q1},
        conv | {"from": ["in"], "to": "sum", "kernel": 3, "shift": 7, "tensors": three("conv")},
        {"op": "add", "from": ["sum", "stem"], "to": "more"},
        {
            "op": "rprelu",
            "from": ["more"],
            "to": "out",
            "tensors": {"a": "act.a", "slope": "act.slope", "b": "act.b"},
        },
        {"op": "quantise", "from": ["out"], "to": "head.in", "bits": 8, "tensors": both("q2")},
        conv
        | {"from": ["head.in"], "to": "head", "kernel": 1, "shift": 9}
        | {"tensors": three("head")},
        {"op": "shuffle", "from": ["head"], "to": "logit", "factor": 2},
    ]
    graph = {
        "input": {"channels": 3, "multiple": 2, "margin": 4},
        "nodes": nodes,
        "output": {"from": "logit", "threshold": 0, "scale": 0.00390625},
    }
    return graph, tensors


def both(name):
    """Return the parts of a quantiser."""
    return {"shift": f"{name}.shift", "mult": f"{name}.mult"}


def three(name):
    """Return the parts of a convolution."""
    return {"weight": f"{name}.w", "mult": f"{name}.m", "bias": f"{name}.b"}
