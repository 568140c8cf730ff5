"""How long a training batch takes on the CPU, and what its parts take.

    python -m benchmarks.batches [--store FILE] [--size 192] [--count 8] [--threads 1] [--json FILE]

Milliseconds of the processor, medians over rounds. Without a store, one of generated pages is made
first. The parts are measured on whole batches; "share" is the part of the samples that gets it.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from docbin.nn.data import surface
from docbin.nn.data.augment import CHANGES, Augmentation
from docbin.nn.data.batches import TileBatches
from docbin.nn.data.ink import transplant
from docbin.nn.data.store import TileStore
from docbin.nn.data.synthetic import build_synthetic_store

ROUNDS = 40


def median(work: Callable[[], Any], rounds: int) -> float:
    """Return the median of the processor's milliseconds."""
    times = []
    for _ in range(rounds + 3):
        start = time.process_time()
        work()
        times.append(1000 * (time.process_time() - start))
    return statistics.median(times[3:])


def parts(batches: TileBatches, count: int) -> dict[str, tuple[Callable[[], Any], float]]:
    """Return name -> what is measured, and the share of the samples that gets it."""
    image, truth, *_ = batches.crops(count)
    other, its = image.flip(0), truth.flip(0)
    draws, usual = batches.draws, batches.augmentation
    table: dict[str, tuple[Callable[[], Any], float]] = {
        "crops": (lambda: batches.crops(count), 1.0),
        "transplant": (lambda: transplant(image, truth, other, its, draws), usual.transplant),
        "bleeding": (lambda: surface.bleeding(image, other, its, draws), usual.bleeding),
    }
    for name, change in CHANGES.items():
        table[name] = (lambda change=change: change(image, truth, draws), getattr(usual, name))
    return table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--store", type=Path, metavar="FILE", help="a tile store")
    parser.add_argument("--size", type=int, default=192, help="side of the crops (192)")
    parser.add_argument("--count", type=int, default=8, help="samples of a batch (8)")
    parser.add_argument("--threads", type=int, default=1, help="threads of torch (1)")
    parser.add_argument("--quick", action="store_true", help="five rounds")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures here")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    rounds = 5 if arguments.quick else ROUNDS
    with tempfile.TemporaryDirectory() as name:
        store = (
            TileStore.load(arguments.store)
            if arguments.store
            else build_synthetic_store(4, Path(name) / "tiles", fonts=[])
        )
        batches = TileBatches(store, arguments.size, seed=1, augmentation=Augmentation())
        found = {"batch": (median(lambda: batches.batch(arguments.count), rounds), 1.0)}
        for part, (work, share) in parts(batches, arguments.count).items():
            found[part] = (median(work, max(5, rounds // 4)), share)
    print(f"{arguments.count} samples of {arguments.size}², {arguments.threads} thread(s), ms")
    for part, (spent, share) in found.items():
        print(f"{part:12} {spent:8.1f}   share {share:4.2f} -> {spent * share:6.1f}")
    if arguments.json:
        arguments.json.write_text(json.dumps({part: spent for part, (spent, _) in found.items()}))


if __name__ == "__main__":
    main()
