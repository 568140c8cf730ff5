"""Memory of packed networks on large pages, measured in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from packed_networks import block, packed

from docbin import kernels

pytestmark = [
    pytest.mark.skipif(kernels.extension is None, reason="needs the compiled kernels"),
    pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="peak memory is in /proc"),
]

# Prints by how many bytes the peak grows beyond a page of 100 megapixels and what was loaded.
CHILD = """
import sys
import numpy as np
from docbin import kernels

def peak():
    (line,) = (line for line in open("/proc/self/status") if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024

network = kernels.extension.Network(open(sys.argv[1], "rb").read())
page = np.full((10_000, 10_000, 3), 200, np.uint8)
page[::7, ::5] = 30
before = peak()
bits = network.run_bits(page, int(sys.argv[2]))
assert bits.shape == (10_000, 1250)
print(peak() - before)
"""


def light():
    """Return a network of few sums for each pixel: the page is large, the rows are as wide."""
    graph, tensors = block(channels=2)
    nodes = [node for node in graph["nodes"] if node["to"] in ("bands", "codes", "logit")]
    parts = {"weight": "w", "mult": "m", "bias": "b"}
    conv = {"op": "conv", "from": ["codes"], "to": "four", "kernel": 1, "stride": 1, "shift": 9}
    nodes.insert(2, conv | {"tensors": parts})
    nodes[3]["from"] = ["four"]
    kept = {name: tensors[name] for name in ("q0.shift", "q0.mult")}
    kept["w"] = tensors["stem.w"][:, [0, 1, 0, 1], :1]
    kept |= {"m": tensors["head.m"], "b": tensors["head.b"]}
    return graph | {"nodes": nodes}, kept


@pytest.mark.parametrize("threads", [1, 2])
def test_100_megapixels_in_less_than_500_mb(tmp_path, threads):
    path = tmp_path / "light.docbin"
    path.write_bytes(packed(*light()))
    run = subprocess.run(
        [sys.executable, "-c", CHILD, path, str(threads)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert int(run.stdout) < 100e6


def test_a_large_network_keeps_few_rows():
    """What a thread keeps grows with the width of a page, not with its height."""
    network = kernels.extension.Network(packed(*block(channels=64)))
    one, two = (network.working_bytes(height, 10_000) for height in (1000, 10_000))
    assert one == two < 100e6
    assert network.working_bytes(1000, 5000) < 0.6 * one
    with pytest.raises(ValueError, match="no pixels"):
        network.working_bytes(0, 5)
