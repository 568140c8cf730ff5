"""Feeds damaged packed networks to both readers, and runs what both take.

Both must refuse with an `InputError` or `ValueError`, or both read it; then both compute the same
bits, on any number of threads and in any bands. An allocation beyond `readers.MEMORY` is a failure,
too. For minutes: ``python tests/fuzz/packed.py --seconds 600 --seed 1``. What fails is written to
``fuzz-packed-NUMBER.docbin``, and the reason is shown.
"""

from __future__ import annotations

import argparse
import copy
import json
import sys
import time
import traceback
from pathlib import Path

import numpy as np
from readers import damaged as damaged_bytes
from readers import limit_memory

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))
from packed_networks import block, container, packed
from packed_random import FLOAT, INTEGER, random_network

from docbin import kernels
from docbin.errors import InputError
from docbin.runtime import reference
from docbin.runtime.random_unet import random_unet
from docbin.runtime.weights import PackedFile

# What a hostile author would put in the place of a value.
ODD = [None, True, 0, -1, 1, 2, 3, 4, 8, 63, 64, 65, 255, 1024, 4096, 2**15, 2**31, 2**53, 2**63]
ODD += [10**17, 10**18, 0.5, 1e300, 1e308, float("nan"), "", "image", "stem", "conv", "add", "F32"]
ODD += ["U8", "a b", "a" * 65, "\0", "\ud800", [], {}, [[]], [0], [1], ["image"], {"a": 1}, {"": 0}]
PAGE = np.random.default_rng(0).integers(0, 256, (19, 23, 3), dtype=np.uint8)


def seeds(random):
    """Return a sound file: its header and the bytes after it."""
    drawn = random.random()
    if drawn < 0.15:
        windows = random.choice([3, 5, 31, 511], int(random.integers(1, 4)), replace=False)
        shape = {"contrast": tuple(map(int, windows)), "level": int(random.integers(0, 65))}
        file = random_unet(int(random.integers(2**32)), (4, 6), blocks=(1, 1), **shape)
        graph, tensors = file.graph, dict(file.tensors)
    elif drawn < 0.55:
        graph, tensors = block(int(random.integers(1, 63)), int(random.choice([1, 4, 8])))
        if graph["nodes"][3]["bits"] == 8:
            shape = (*tensors["conv.w"].shape[:3], tensors["stem.w"].shape[1])
            tensors["conv.w"] = random.integers(-127, 128, shape, dtype=np.int8)
    else:
        operations = INTEGER if random.random() < 0.6 else INTEGER + FLOAT
        graph, tensors = random_network(int(random.integers(2**32)), operations)
    data = packed(graph, tensors)
    size = int.from_bytes(data[:8], "little")
    return json.loads(data[8 : 8 + size]), data[8 + size :]


def spots(value, path=()):
    """Return the way to every value within a JSON value."""
    found = [path] if path else []
    if isinstance(value, dict | list):
        items = value.items() if isinstance(value, dict) else enumerate(value)
    else:
        items = ()
    for key, each in items:
        found += spots(each, (*path, key))
    return found


def altered(value, random):
    """Return a JSON value of which one to three parts were altered."""
    for _ in range(int(random.choice([1, 1, 2, 3]))):
        value = altered_once(value, random)
    return value


def altered_once(value, random):
    """Return a JSON value with one part changed, gone, doubled, renamed or from elsewhere."""
    value = copy.deepcopy(value)
    ways = spots(value)
    if not ways:
        return value
    *way, key = ways[int(random.integers(len(ways)))]
    home = value
    for step in way:
        home = home[step]
    kind = int(random.integers(6))
    if kind == 0:
        del home[key]
    elif kind == 1 and isinstance(home, dict):
        home[str(ODD[int(random.integers(len(ODD)))])] = home.pop(key)
    elif kind == 2 and isinstance(home, list):
        home.insert(key, copy.deepcopy(home[key]))
    elif kind == 3 and isinstance(home[key], int):
        home[key] += int(random.choice([-1, 1, 2]))
    elif kind == 4:
        other = value
        for step in ways[int(random.integers(len(ways)))]:
            other = other[step]
        home[key] = copy.deepcopy(other)
    else:
        home[key] = ODD[int(random.integers(len(ODD)))]
    return value


def damaged(random):
    """Return a file with its graph, its header or its bytes damaged; sometimes a sound one."""
    header, data = seeds(random)
    kind = int(random.integers(5))
    if kind == 1:
        header = altered(header, random)
    elif kind == 2:
        graph = altered(json.loads(header["__metadata__"]["graph"]), random)
        header["__metadata__"]["graph"] = json.dumps(graph)
    whole = bytearray(container(header, data))
    if kind >= 3:
        first = 0 if kind == 3 else len(whole) - len(data)
        for _ in range(int(random.integers(1, 4))):
            at = int(random.integers(first, len(whole)))
            whole[at] ^= 1 << int(random.integers(8))
        if random.random() < 0.1:
            del whole[int(random.integers(len(whole))) :]
    return damaged_bytes(bytes(whole), random) if random.random() < 0.1 else bytes(whole)


def verdict(read, data):
    """Return what a reader makes of a file, and why it makes nothing."""
    try:
        return read(data), ""
    except InputError as error:
        return None, str(error)
    except ValueError as error:
        if read is not kernels.extension.Network:
            raise
        return None, str(error)


def check(data):
    """Raise where the readers disagree, in their verdict or in what they compute."""
    ours, reason = verdict(PackedFile.read, data)
    if kernels.extension is None:
        return ours is not None
    theirs, other = verdict(kernels.extension.Network, data)
    if (ours is None) != (theirs is None):
        raise AssertionError(f"Python: {reason or 'taken'}\nC++: {other or 'taken'}")
    if ours is None:
        assert reason, "a refusal without a reason"
        assert other
        return False
    found = outcome(theirs, ours.typed, 1, 0)
    same(outcome(theirs, ours.typed, 2, 1), found)
    # Sums of floats may differ in their last digits.
    if any(node.op in FLOAT for node in ours.typed.nodes):
        return True
    if ours.typed.output is not None:
        same({"logit": reference.logit(ours.typed, PAGE)}, found)
    else:
        same(reference.streams(ours.typed, PAGE), found)
    return True


def outcome(network, graph, threads, band):
    """Return the streams of a network by name."""
    if graph.output is not None:
        return {"logit": network.logits(PAGE, threads, band)}
    return dict(network.streams(PAGE, threads, band))


def same(expected, found):
    """Raise where streams differ."""
    assert expected.keys() == found.keys()
    for name, stream in found.items():
        np.testing.assert_array_equal(stream, expected[name], err_msg=name)


def run(seconds: float, seed: int) -> tuple[int, int, int]:
    """Damage and read for so many seconds; return how many were tried, taken, and failed."""
    random = np.random.default_rng(seed)
    tried = taken = failed = 0
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        data = damaged(random)
        tried += 1
        try:
            taken += check(data)
        except Exception:
            failed += 1
            Path(f"fuzz-packed-{failed}.docbin").write_bytes(data)
            traceback.print_exc()
    return tried, taken, failed


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--any-memory", action="store_true", help="for sanitizers, which need much")
    options = parser.parse_args()
    if not options.any_memory:
        limit_memory()
    tried, taken, failed = run(options.seconds, options.seed)
    print(f"{tried} packed networks, {taken} of them sound, {failed} failures")
    return 1 if failed or not taken or taken == tried else 0


if __name__ == "__main__":
    sys.exit(main())
