"""How long the metrics of one page take, each by itself and all together, on one thread.

``python -m benchmarks.metrics [--quick] [--json FILE]``

The page is generated: a truth of 8.7 megapixels (``--quick``: 1) and a result that is wrong along
the edges of its strokes and in specks. Seconds are of the processor, medians of the rounds.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from docbin import kernels
from docbin.evaluate.confusion import Confusion
from docbin.evaluate.metrics import drd, mpm, score
from docbin.evaluate.weights import weight_maps
from docbin.image import Mask


def make_masks(megapixels: float) -> tuple[Mask, Mask]:
    """Return a generated truth of about that many million pixels, and a result of it."""
    height = round((megapixels * 1e6 * 3508 / 2480) ** 0.5)
    width = round(megapixels * 1e6 / height)
    random = np.random.default_rng(1)
    rows, columns = np.mgrid[:64, :44]
    truth = np.zeros((height, width), bool)
    for top in range(100, height - 180, 76):
        for left in range(120, width - 180, 46):
            if random.random() < 0.85:
                truth[top : top + 64, left : left + 44] = _glyph(random, rows, columns)
    specks = random.random(truth.shape) < 0.002
    return np.roll(truth, 1, axis=1) ^ specks, truth


def _glyph(random: np.random.Generator, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Draw a bowl and a stem of random width, as letters have them."""
    y, x = random.uniform(24, 40), random.uniform(16, 26)
    stroke = random.uniform(4, 8)
    ring = np.hypot(rows - y, (columns - x) * random.uniform(0.9, 1.3))
    bowl = abs(ring - random.uniform(9, 15)) < stroke / 2
    stem = abs(columns - x - random.uniform(-12, 12)) < stroke / 2
    return bowl | (stem & (rows > random.uniform(0, 24)) & (rows < 58))


def measure(mask: Mask, truth: Mask, rounds: int) -> dict[str, float]:
    """Return the seconds of everything, in turn."""
    counts = Confusion.of(mask, truth)
    maps = weight_maps(truth)
    work: dict[str, Callable[[], Any]] = {
        "counts (FM, PSNR, NRM, MCC)": lambda: Confusion.of(mask, truth),
        "skeleton (pfm_skeleton)": lambda: kernels.thin_guo_hall(truth),
        "DRD": lambda: drd(mask, truth),
        "MPM": lambda: mpm(mask, truth, counts),
        "weight maps": lambda: weight_maps(truth),
        "F_ps from weight maps": lambda: maps.pseudo(mask, truth),
        "all metrics without maps": lambda: score(mask, truth, weights=None),
        "all metrics with given maps": lambda: score(mask, truth, weights=maps),
        "all metrics, maps included": lambda: score(mask, truth, weights=weight_maps(truth)),
    }
    times: dict[str, list[float]] = {name: [] for name in work}
    for _ in range(rounds):
        for name, run in work.items():
            start = time.process_time()
            run()
            times[name].append(time.process_time() - start)
    return {name: statistics.median(seconds) for name, seconds in times.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="a small page, few rounds")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures here too")
    options = parser.parse_args()
    mask, truth = make_masks(1.0 if options.quick else 8.7)
    with kernels.limit_threads(1):
        seconds = measure(mask, truth, 3 if options.quick else 5)
    size = f"{truth.shape[1]} x {truth.shape[0]}"
    print(f"{size} pixels, {100 * truth.mean():.1f} % ink, kernels: {kernels.instruction_set()}")
    for name, value in seconds.items():
        print(f"{name:30s} {value:7.3f} s  {1e9 * value / truth.size:7.1f} ms/MP")
    if options.json:
        told = {
            "width": truth.shape[1],
            "height": truth.shape[0],
            "ink": float(truth.mean()),
            "kernels": kernels.instruction_set(),
            "seconds": seconds,
        }
        options.json.write_text(json.dumps(told, indent=2) + "\n")


if __name__ == "__main__":
    main()
