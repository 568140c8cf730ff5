"""Speed of packed networks: each kernel alone, and a whole network beside other tools.

    python -m benchmarks.packed                          all three
    python -m benchmarks.packed --kernels                GMAC/s of each kernel, about a minute
    python -m benchmarks.packed --network                see benchmarks/packed_network.py
    python -m benchmarks.packed --load                   milliseconds to load what weights/ holds
    python -m benchmarks.packed --kernels --quick        few rounds
    python -m benchmarks.packed --json FILE              all figures

Kernels are timed on one thread, in turn, so that whatever else the machine does meets all of them.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from pathlib import Path
from typing import Any


def loading(rounds: int) -> dict[str, float]:
    """Return milliseconds of the processor for loading each file, medians."""
    from docbin.runtime.network import Network
    from docbin.runtime.shipped import index

    files = sorted(index().values())
    taken: dict[str, list[float]] = {path.name: [] for path in files}
    for _ in range(rounds):
        for path in files:
            start = time.process_time()
            Network.load(path)
            taken[path.name].append((time.process_time() - start) * 1e3)
    return {name: statistics.median(values) for name, values in taken.items()}


def main() -> None:
    """Read the arguments, measure, print and save."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--kernels", action="store_true", help="GMAC/s and share of the peak")
    parser.add_argument("--network", action="store_true", help="ms/MP beside other tools")
    parser.add_argument("--load", action="store_true", help="time to load the shipped files")
    parser.add_argument("--quick", action="store_true", help="few rounds")
    parser.add_argument("--rounds", type=int, default=None)
    parser.add_argument("--size", type=int, default=64, help="side of the maps, default 64")
    parser.add_argument("--json", type=Path, help="write all figures to this file")
    arguments = parser.parse_args()
    found: dict[str, Any] = {}
    everything = not (arguments.kernels or arguments.network or arguments.load)
    if arguments.load or everything:
        found["loading_ms"] = loading(5 if arguments.quick else 25)
        for name, milliseconds in found["loading_ms"].items():
            print(f"{name}: loaded in {milliseconds:.1f} ms")
    if arguments.kernels or everything:
        from benchmarks.packed_kernels import measure, table

        rounds = arguments.rounds or (5 if arguments.quick else 41)
        found["kernels"] = measure(rounds, arguments.size)
        print(table(found["kernels"]), end="")
    if arguments.network or everything:
        from benchmarks import packed_network

        page = packed_network.make_page(0.26 if arguments.quick else 1.05)
        rounds = arguments.rounds or (3 if arguments.quick else 9)
        found["network"] = packed_network.measure(page, rounds)
        print("\n".join(packed_network.lines(found["network"])))
    if arguments.json:
        arguments.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
