"""How fast `docbin batch` is: one worker beside several, against perfect overlap, and resuming.

    python -m benchmarks.archive [--pages N] [--broken N] [--method NAME] [--quick] [--json FILE]

Pages of 1 to 9 megapixels are generated as PNG, JPEG and TIFF, some broken on purpose. They are
cleaned by one worker on one core, then by one worker for each core. Perfect overlap would keep
every core busy with decoding, binarizing and encoding alone, whose seconds are those of the run on
one core. The memory of all processes is taken while the second run goes on. Then the finished run
is done again, also with small pages, and with pages that are 30 MB each on the disk.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from docbin import batch, kernels, synth

SIZES = ((870, 1230), (1240, 1750), (1750, 2480), (2480, 3500))
FORMATS = {"png": "PNG", "jpg": "JPEG", "tif": "TIFF"}
KINDS = (("png", {}), ("jpg", {"quality": 90}), ("tif", {}))
LARGE = 30 << 20


def draw(folder: Path, pages: int, broken: int) -> None:
    """Write pages; few are drawn, the others are copies of these."""
    files = []
    for number, size in enumerate(SIZES):
        picture = Image.fromarray(synth.page(number, *size, dpi=150)[0])
        for kind, options in KINDS:
            file = io.BytesIO()
            picture.save(file, FORMATS[kind], dpi=(300, 300), **options)
            files.append((kind, file.getvalue()))
    for number in range(pages):
        kind, data = files[number * 5 % len(files)]
        path = folder / f"box-{number // 100}" / f"{number}.{kind}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data[: 1000 * (number % 3)] if number < broken else data)


def run(source: Path, destination: Path, method: str, *options: str) -> tuple[float, float]:
    """Run the program; return seconds by the clock, and of the processor."""
    command = [sys.executable, "-m", "docbin", "batch", str(source), str(destination)]
    start = time.perf_counter()
    process = subprocess.Popen([*command, "-m", method, "--quiet", *options], stderr=-3)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        raise SystemExit(f"docbin batch ended with {process.returncode}")
    return wall, usage.ru_utime + usage.ru_stime


class Memory(threading.Thread):
    """Takes the resident memory of all processes below this one, every half second."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.ended = threading.Event()
        self.taken: list[int] = []

    def run(self) -> None:
        """Take them until `told` is called."""
        while not self.ended.wait(0.5):
            self.taken.append(sum(map(resident, below(os.getpid()))))

    def told(self) -> dict[str, int]:
        """Return MB near the start, in the middle and near the end, and the most."""
        self.ended.set()
        count = len(self.taken)
        places = {"start": count // 10, "middle": count // 2, "end": count - 1 - count // 10}
        around = {
            name: int(np.median(self.taken[max(0, place - 2) : place + 3]))
            for name, place in places.items()
        }
        return {name: value >> 20 for name, value in {**around, "most": max(self.taken)}.items()}


def below(process: int) -> list[int]:
    """Return the processes that a process has started, and those that they have."""
    try:
        text = Path(f"/proc/{process}/task/{process}/children").read_text("ascii")
    except OSError:
        return []
    children = [int(word) for word in text.split()]
    return children + [each for child in children for each in below(child)]


def resident(process: int) -> int:
    """Return the bytes of memory that a process has."""
    try:
        pages = int(Path(f"/proc/{process}/statm").read_text("ascii").split()[1])
    except (OSError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


def throughput(folder: Path, pages: int, broken: int, method: str) -> dict[str, Any]:
    """Clean the pages by one worker and by one for each core."""
    draw(folder / "in", pages, broken)
    cores = kernels.threads()
    one, _ = run(folder / "in", folder / "one", method, "--workers", "1", "--threads", "1")
    records = batch.read_records(folder / "one")
    parts = {
        part: sum(getattr(page, part) for record in records for page in record.pages)
        for part in ("decode", "binarize", "encode")
    }
    memory = Memory()
    memory.start()
    many, _ = run(folder / "in", folder / "many", method)
    taken = memory.told()
    perfect = sum(parts.values()) / cores
    states = [record.status for record in batch.read_records(folder / "many")]
    sums = [
        {each.name: each.written and each.written.sha256 for each in batch.read_records(where)}
        for where in (folder / "one", folder / "many")
    ]
    if sums[0] != sums[1]:
        raise SystemExit("one worker and several gave different results")
    return {
        "pages": pages,
        "done": states.count("done"),
        "failed": states.count("failed"),
        "workers": cores,
        "seconds_one": round(one, 2),
        "seconds_many": round(many, 2),
        "times_as_fast": round(one / many, 2),
        "seconds_of_parts": {name: round(value, 2) for name, value in parts.items()},
        "of_perfect_overlap": round(perfect / many, 3),
        "memory_mb": taken,
        "resume_seconds": round(run(folder / "in", folder / "many", method)[0], 2),
    }


def resuming(folder: Path, pages: int, size: int) -> dict[str, Any]:
    """Clean small pages, whose files are filled up to a size, and do the finished run again."""
    pixels = np.full((60, 80), 220, np.uint8)
    pixels[20:30, 20:60] = 30
    for number in range(pages):
        path = folder / "in" / f"box-{number // 100}" / f"{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels).save(path)
        # What follows the end of a PNG does not count; a hole takes no room on the disk.
        os.truncate(path, max(size, path.stat().st_size))
    first, _ = run(folder / "in", folder / "out", "otsu")
    again = min(run(folder / "in", folder / "out", "otsu")[0] for _ in "123")
    return {
        "pages": pages,
        "bytes_each": size,
        "first_seconds": round(first, 2),
        "resume_seconds": round(again, 2),
        "resume_seconds_per_1000": round(again * 1000 / pages, 2),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--pages", type=int, default=160)
    parser.add_argument("--broken", type=int, default=4)
    parser.add_argument("--method", default="auto")
    parser.add_argument("--quick", action="store_true", help="a tenth of everything")
    parser.add_argument("--folder", type=Path, help="an empty folder to work in; else temporary")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures here")
    options = parser.parse_args()
    part = 10 if options.quick else 1
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        folder = Path(name)
        figures = {
            "throughput": throughput(
                folder / "t", options.pages // part, options.broken // part, options.method
            ),
            "resume": [
                resuming(folder / "small", 2000 // part, 0),
                resuming(folder / "large", 500 // part, LARGE),
            ],
        }
    print(json.dumps(figures, indent=2))
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
