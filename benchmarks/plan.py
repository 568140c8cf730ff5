"""How near ``docbin batch --plan`` comes to what the run then takes.

    python -m benchmarks.plan [--pages N] [--rounds N] [--methods NAME ...] [--json FILE]

Archives of generated pages (see `benchmarks.archive`), some broken, with files of several pages
among them, are planned and then cleaned, one after the other, on whatever else the machine does.
Printed are seconds and bytes of plan and run, and the plan's part of the run.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from PIL import Image

from benchmarks.archive import SIZES, draw, run
from docbin import batch, synth


def archive(folder: Path, pages: int) -> None:
    """Write pages of several sizes and formats, a twentieth broken, and books of some pages."""
    draw(folder, pages, pages // 20)
    sheets = [
        Image.fromarray(synth.page(number, *SIZES[number % 3], dpi=150)[0]) for number in range(6)
    ]
    for number in range(max(1, pages // 40)):
        book = folder / "books" / f"{number}.{('tif', 'pdf')[number % 2]}"
        book.parent.mkdir(exist_ok=True)
        # Copies, for Pillow keeps the settings of one format for the next.
        some = [sheet.copy() for sheet in sheets[number % 3 :]]
        some[0].save(book, save_all=True, append_images=some[1:], dpi=(300, 300), resolution=300)


def planned(source: Path, destination: Path, *options: str) -> dict[str, Any]:
    """Return what the program plans."""
    command = [sys.executable, "-m", "docbin", "batch", "--plan", "--json", "--quiet", *options]
    done = subprocess.run(
        [*command, str(source), str(destination)], capture_output=True, check=False
    )
    if done.returncode not in (0, 1):
        raise SystemExit(done.stderr.decode())
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def compared(source: Path, destination: Path, method: str) -> dict[str, Any]:
    """Plan and run."""
    plan = planned(source, destination, "-m", method)
    seconds, _ = run(source, destination, method)
    written = [each.written.size for each in batch.read_records(destination) if each.written]
    return {
        "method": method,
        "sampled": plan["sampled"],
        "files": plan["files"],
        "plan_seconds": round(plan["seconds"]["value"], 1),
        "plan_low": round(plan["seconds"]["low"], 1),
        "plan_high": round(plan["seconds"]["high"], 1),
        "run_seconds": round(seconds, 1),
        "part": round(plan["seconds"]["value"] / seconds, 3),
        "plan_bytes": round(plan["output_bytes"]["value"]),
        "run_bytes": sum(written),
        "part_bytes": round(plan["output_bytes"]["value"] / sum(written), 3),
        "load": round(os.getloadavg()[0], 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--pages", type=int, default=160)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--methods", nargs="+", default=["auto", "sauvola", "net"])
    parser.add_argument("--folder", type=Path, help="an empty folder to work in; else temporary")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures here")
    options = parser.parse_args()
    figures = []
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        archive(Path(name, "in"), options.pages)
        for number in range(options.rounds):
            for method in options.methods:
                row = compared(Path(name, "in"), Path(name, f"{number}-{method}"), method)
                print(json.dumps(row), flush=True)
                figures.append(row)
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
