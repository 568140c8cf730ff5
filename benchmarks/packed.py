"""Speed of packed networks.

    python -m benchmarks.packed --kernels                each kernel, about a minute
    python -m benchmarks.packed --kernels --quick        few rounds
    python -m benchmarks.packed --kernels --json FILE    all figures

Kernels are timed on one thread, in turn, so that whatever else the machine does meets all of them.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any


def main() -> None:
    """Read the arguments, measure, print and save."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--kernels", action="store_true", help="GMAC/s and share of the peak")
    parser.add_argument("--quick", action="store_true", help="few rounds")
    parser.add_argument("--rounds", type=int, default=None)
    parser.add_argument("--size", type=int, default=64, help="side of the maps, default 64")
    parser.add_argument("--json", type=Path, help="write all figures to this file")
    arguments = parser.parse_args()
    if not arguments.kernels:
        parser.error("say what to measure: --kernels")
    rounds = arguments.rounds or (5 if arguments.quick else 41)
    found: dict[str, Any] = {}
    if arguments.kernels:
        from benchmarks.packed_kernels import measure, table

        found["kernels"] = measure(rounds, arguments.size)
        print(table(found["kernels"]), end="")
    if arguments.json:
        arguments.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
