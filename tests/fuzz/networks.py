"""Feeds damaged packed networks to the C++ reader; only a `ValueError` may come back.

What is damaged is the bytes, the JSON of header and graph, or both; what still loads is run on a
small page, on two threads and in two bands, which must agree. An allocation beyond `MEMORY` is a
failure, too. For minutes: ``python tests/fuzz/networks.py --seconds 600 --seed 1``. What fails is
written to ``fuzz-network-NUMBER.bin`` and the traceback is shown.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
import traceback
from copy import deepcopy
from pathlib import Path

import numpy as np
from readers import damaged, limit_memory

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))
from packed_networks import block, container, packed
from packed_random import FLOAT, INTEGER, random_network

from docbin.kernels import extension

# What a hostile author would put in the place of a value.
ODD = [0, -1, 1, 2, 3, 4, 8, 63, 64, 65, 255, 1024, 4096, 2**15, 2**31, 2**53, 10**17, 0.5, 1e308]
ODD += [True, None, "", "image", "a" * 65, "\0", [], {}, [[]], [0], {"": 0}, "add", "conv"]


def seeds():
    """Return sound files of every operation."""
    files = [packed(*block(bits=bits, bases=bases)) for bits in (1, 4) for bases in (1, 2)]
    files += [packed(*random_network(seed, INTEGER, nodes=10)) for seed in range(8)]
    return files + [packed(*random_network(seed, INTEGER + FLOAT, nodes=10)) for seed in range(8)]


def places(value, found):
    """Collect every list or object within a value, with each of its keys."""
    children = value.items() if isinstance(value, dict) else enumerate(value)
    for key, child in children:
        found.append((value, key))
        if isinstance(child, (dict, list)):
            places(child, found)
    return found


def change(value, random):
    """Change one to three things within a JSON value, in place."""
    for _ in range(int(random.integers(1, 4))):
        found = places(value, [])
        if not found:
            return
        parent, key = found[int(random.integers(len(found)))]
        kind = int(random.integers(5))
        if kind == 0 and isinstance(parent, list):
            parent.insert(key, deepcopy(parent[int(random.integers(len(parent)))]))
        elif kind == 1:
            del parent[key]
        elif kind == 2:
            other, name = found[int(random.integers(len(found)))]
            parent[key] = deepcopy(other[name])
        else:
            parent[key] = deepcopy(ODD[int(random.integers(len(ODD)))])


def reworked(data, random):
    """Return a file with its header or graph changed as JSON, and perhaps its bytes, too."""
    size = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + size])
    if random.random() < 0.6:
        graph = json.loads(header["__metadata__"]["graph"])
        change(graph, random)
        header["__metadata__"]["graph"] = json.dumps(graph)
    else:
        change(header, random)
    changed = container(header, data[8 + size :])
    return damaged(changed, random) if random.random() < 0.1 else changed


def outcome(network, image, threads, band):
    """Return the results of a network as bytes."""
    try:
        return [network.logits(image, threads, band).tobytes()]
    except ValueError:
        return [stream.tobytes() for _, stream in network.streams(image, threads, band)]


def read(data):
    """Load a network and run it; return whether it was sound."""
    try:
        network = extension.Network(data)
    except ValueError:
        return False
    image = np.arange(7 * 5, dtype=np.uint8).reshape(7, 5)
    assert outcome(network, image, 1, 0) == outcome(network, image, 2, 1)
    return True


def run(seconds, seed):
    """Damage, load and run for so many seconds; return how many were tried, sound, failed."""
    random = np.random.default_rng(seed)
    files = seeds()
    tried = sound = failed = 0
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        source = files[int(random.integers(len(files)))]
        data = (damaged if random.random() < 0.3 else reworked)(source, random)
        tried += 1
        try:
            sound += read(data)
        except Exception:
            failed += 1
            Path(f"fuzz-network-{failed}.bin").write_bytes(data)
            traceback.print_exc()
    return tried, sound, failed


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--any-memory", action="store_true", help="for sanitizers, which need much")
    options = parser.parse_args()
    if not options.any_memory:
        limit_memory()
    tried, sound, failed = run(options.seconds, options.seed)
    print(f"{tried} damaged networks, {sound} of them still sound, {failed} failures")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
