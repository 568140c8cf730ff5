"""Agreement with doxapy: the share of pixels that get the same colour, for methods that both have.

    benchmarks/setup_peers.sh                                    once
    python -m benchmarks.agreement FOLDER                        img/ and gt/, or INDEX.csv
    python -m benchmarks.agreement FOLDER --split train --pages 10 --only feng xdog

For each method the worst page and the mean over the pages are printed. doxapy runs in a process
of its own with the Python that has it.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

FOLDER = Path(__file__).resolve().parent
PEER_PYTHON = FOLDER / "peers" / "venv" / "bin" / "python"

# A label -> docbin's method and parameters, doxapy's algorithm and parameters.
PAIRS: dict[str, tuple[str, dict[str, Any], str, dict[str, Any]]] = {
    "otsu": ("otsu", {}, "OTSU", {}),
    "niblack": ("niblack", {}, "NIBLACK", {"window": 75, "k": -0.2}),
    "sauvola": ("sauvola", {"window": 75}, "SAUVOLA", {"window": 75, "k": 0.2}),
    "wolf": ("wolf", {}, "WOLF", {"window": 75, "k": 0.5}),
    "nick": ("nick", {}, "NICK", {"window": 75, "k": -0.2}),
    # doxapy's R is 128 gray levels; its defaults of k and p are 0.2 and 3, the paper's 0.25 and 2.
    "phansalkar": (
        "phansalkar",
        {"r": 128 / 255},
        "PHANSALKAR",
        {"window": 75, "k": 0.25, "p": 2.0, "q": 10.0},
    ),
    "phansalkar 3": (
        "phansalkar",
        {"k": 0.2, "r": 128 / 255, "p": 3.0},
        "PHANSALKAR",
        {"window": 75, "k": 0.2, "p": 3.0, "q": 10.0},
    ),
    "singh": ("singh", {}, "TRSINGH", {"window": 75, "k": 0.2}),
    "wan": ("wan", {}, "WAN", {"window": 75, "k": 0.2}),
    "bradley": ("bradley", {}, "BRADLEY", {"window": 75, "t": 15}),
    "wellner": ("wellner", {"span": 256}, "WELLNER", {"s": 256, "t": 15}),
    "wellner 75": ("wellner", {"span": 75}, "WELLNER", {"s": 75, "t": 15}),
    "bernsen": ("bernsen", {}, "BERNSEN", {}),
    "bernsen 15": ("bernsen", {"window": 15}, "BERNSEN", {"window": 15}),
    "isauvola": ("isauvola", {}, "ISAUVOLA", {"window": 25, "k": 0.1}),
    "isauvola 75": ("isauvola", {"window": 75, "k": 0.2}, "ISAUVOLA", {"window": 75, "k": 0.2}),
    "feng": ("feng", {"k1": 0.025, "k2": 0.2, "noise_floor": 10}, "FENG", {}),
    "feng 75": (
        "feng",
        {"window": 75, "k1": 0.25, "k2": 0.04, "noise_floor": 1e-9},
        "FENG",
        {"window": 75, "k1": 0.25, "k2": 0.04, "noise-floor": 0},
    ),
    "bataineh": ("bataineh", {"weight": 2.0}, "BATAINEH", {}),
    "adotsu 15 1": (
        "adotsu",
        {"window": 15, "step": 1},
        "ADOTSU",
        {"window": 15, "distance": 1},
    ),
    "adotsu 75": ("adotsu", {}, "ADOTSU", {}),
    "xdog": ("xdog", {}, "XDOG", {}),
}


def peer(pages: list[Path], jobs: list[tuple[str, dict[str, Any]]], out: Path) -> None:
    """Write doxapy's masks, one file for each page and job: run by the Python that has it."""
    import doxapy

    for number, path in enumerate(pages):
        page = np.load(path)
        result = np.empty_like(page)
        for job, (algorithm, params) in enumerate(jobs):
            binarizer = doxapy.Binarization(getattr(doxapy.Binarization.Algorithms, algorithm))
            binarizer.initialize(page)
            binarizer.to_binary(result, params)
            np.save(out / f"{number}-{job}.npy", np.packbits(result == 0, axis=1))


def gray_pages(source: Path, split: str | None, most: int) -> dict[str, np.ndarray]:
    """Return evenly chosen pages of a data set, by name."""
    import docbin
    from docbin.image import as_gray

    samples = list(docbin.Dataset.open(source, split=split))
    chosen = samples[:: max(1, -(-len(samples) // most))]
    return {
        sample.name: as_gray(next(iter(docbin.read_pages(sample.image))).pixels)
        for sample in chosen
    }


def compare(pages: dict[str, np.ndarray], only: list[str]) -> None:
    """Run both on every page and print a line for each method."""
    import docbin

    labels = [label for label in PAIRS if not only or PAIRS[label][0] in only]
    jobs = [PAIRS[label][2:] for label in labels]
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / f"page{number}.npy" for number in range(len(pages))]
        for path, page in zip(paths, pages.values(), strict=True):
            np.save(path, page)
        request = json.dumps([[str(path) for path in paths], jobs, folder])
        subprocess.run([str(PEER_PYTHON), __file__, "--peer"], input=request, text=True, check=True)
        for job, label in enumerate(labels):
            name, params = PAIRS[label][:2]
            method = docbin.create(name, **params)
            shares = {}
            for number, (title, page) in enumerate(pages.items()):
                theirs = np.unpackbits(
                    np.load(Path(folder) / f"{number}-{job}.npy"), axis=1, count=page.shape[1]
                )
                shares[title] = 100 * float((method(page) == (theirs > 0)).mean())
            worst = min(shares, key=shares.__getitem__)
            mean = sum(shares.values()) / len(shares)
            print(f"{label:12s} mean {mean:8.4f} %  worst {shares[worst]:8.4f} % ({worst})")


def main() -> None:
    """Read the arguments, compare, print."""
    if sys.argv[1:] == ["--peer"]:
        paths, jobs, out = json.load(sys.stdin)
        peer([Path(path) for path in paths], jobs, Path(out))
        return
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("--split", default=None)
    parser.add_argument("--pages", type=int, default=12)
    parser.add_argument("--only", nargs="*", default=[], help="methods")
    arguments = parser.parse_args()
    if not PEER_PYTHON.exists():
        sys.exit("doxapy is not there: run benchmarks/setup_peers.sh first")
    compare(gray_pages(arguments.data, arguments.split, arguments.pages), arguments.only)


if __name__ == "__main__":
    main()
