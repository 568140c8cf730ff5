"""How long the program takes from nothing: help, and one page of a megapixel.

    python -m benchmarks.startup [--quick] [--json FILE]

Each command runs in a new process, all of them in turn, so that whatever else the machine does
meets all of them; the medians are printed. ``python -c pass`` and ``import numpy`` say what the
interpreter and numpy take by themselves. A first round, which is not counted, writes bytecode where
there is none: pip does so when it installs.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

SIDE = 1000
ROUNDS = 15
# With this set a checkout would be compiled anew at each start.
ENVIRONMENT = {key: its for key, its in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}


def page() -> np.ndarray:
    """Return a page of a megapixel with lines of strokes, uint8."""
    random = np.random.default_rng(7)
    gray = 210 + random.normal(0, 5, (SIDE, SIDE))
    for top in range(40, SIDE - 40, 30):
        for left in range(40, SIDE - 40, 12):
            height = int(random.integers(4, 16))
            gray[top + 16 - height : top + 16, left : left + 3] = 50
            gray[top + 8 : top + 11, left : left + int(random.integers(3, 10))] = 50
    return gray.clip(0, 255).astype(np.uint8)


def commands(folder: Path) -> dict[str, list[str]]:
    """Write the pages and return what is measured."""
    from PIL import Image

    picture = Image.fromarray(page())
    table = {
        "python -c pass": [sys.executable, "-c", "pass"],
        "import numpy": [sys.executable, "-c", "import numpy"],
        "docbin --help": [sys.executable, "-m", "docbin", "--help"],
    }
    for kind in ("png", "jpg", "tif"):
        path = folder / f"page.{kind}"
        picture.save(path, dpi=(300, 300))
        table[f"docbin clean page.{kind}"] = [
            *(sys.executable, "-m", "docbin", "clean", str(path)),
            *("-o", str(folder / f"{kind}.png"), "--force", "--quiet"),
        ]
    return table


def measured(command: list[str]) -> tuple[float, float]:
    """Run a command; return seconds by the clock and of the processor."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=ENVIRONMENT)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} failed with {process.returncode}")
    return wall, usage.ru_utime + usage.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="three rounds")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures here")
    arguments = parser.parse_args()
    rounds = 3 if arguments.quick else ROUNDS
    with tempfile.TemporaryDirectory() as name:
        table = commands(Path(name))
        runs: dict[str, list[tuple[float, float]]] = {title: [] for title in table}
        for command in table.values():
            measured(command)
        for _ in range(rounds):
            for title, command in table.items():
                runs[title].append(measured(command))
    figures = {
        title: {
            "clock_ms": round(1000 * statistics.median(wall for wall, _ in each)),
            "processor_ms": round(1000 * statistics.median(used for _, used in each)),
            "fastest_clock_ms": round(1000 * min(wall for wall, _ in each)),
        }
        for title, each in runs.items()
    }
    print(f"{'milliseconds, medians of ' + str(rounds):<28} clock  processor  fastest clock")
    for title, each in figures.items():
        clock, processor, fastest = each.values()
        print(f"{title:<28} {clock:>5}  {processor:>9}  {fastest:>13}")
    if arguments.json:
        arguments.json.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
