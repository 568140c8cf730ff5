"""Thresholding speed: docbin and its peers on the same page, in turn, in one run.

    benchmarks/setup_peers.sh                       once
    python -m benchmarks.thresholds                 8.7 and 34.8 MP, about 15 minutes
    python -m benchmarks.thresholds --quick         1 MP, under a minute
    python -m benchmarks.thresholds --only sauvola otsu --windows 75

Every tool is a process of its own that holds the page. A round asks each of them once for every
method; the medians over the rounds are compared, so that whatever else the machine does meets
all of them. Times are those of the processor per megapixel on one thread, and of the clock on
several.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

FOLDER = Path(__file__).resolve().parent
PEER_PYTHON = FOLDER / "peers" / "venv" / "bin" / "python"
WINDOWS = (15, 31, 75, 151)

# Method -> the tools that have it beside docbin.
LOCAL = {
    "sauvola": ("doxapy", "opencv", "scikit-image", "leptonica"),
    "nick": ("doxapy", "opencv"),
    "niblack": ("doxapy", "opencv", "scikit-image"),
    "wolf": ("doxapy", "opencv"),
    "singh": ("doxapy",),
    "wan": ("doxapy",),
    "phansalkar": ("doxapy",),
    "bernsen": ("doxapy",),
    "bradley": ("doxapy", "opencv"),
    "isauvola": ("doxapy",),
    "feng": ("doxapy",),
}
WHOLE = {
    "otsu": ("doxapy", "opencv", "scikit-image", "leptonica"),
    "triangle": ("opencv", "scikit-image"),
    "li": ("scikit-image",),
    "yen": ("scikit-image",),
    "isodata": ("scikit-image",),
    "minimum": ("scikit-image",),
    "wellner": ("doxapy",),
    "bataineh": ("doxapy",),
    "adotsu": ("doxapy",),
    "xdog": ("doxapy",),
    "su": ("doxapy",),
    "gatos": ("doxapy",),
}
# docbin's parameters where the peer's differ and are fixed, or the peer has a reduced form.
SETTINGS: dict[str, dict[str, Any]] = {
    "phansalkar": {"r": 128 / 255},
    "feng": {"k1": 0.025, "k2": 0.2, "noise_floor": 10},
    "bataineh": {"weight": 2.0},
    "wellner": {"span": 256},
    "gatos": {"upsampling": 1, "shrink": 1, "swell": 1, "fill": 1},
}
# doxapy's parameters where its defaults are not docbin's.
DOXAPY: dict[str, dict[str, Any]] = {
    "niblack": {"k": -0.2},
    "sauvola": {"k": 0.2},
    "wolf": {"k": 0.5},
    "nick": {"k": -0.2},
    "phansalkar": {"k": 0.25, "p": 2.0, "q": 10.0},
    "bradley": {"t": 15},
    "isauvola": {"k": 0.1},
    "wellner": {"s": 256, "t": 15},
}


class Worker:
    """A tool in its process."""

    def __init__(self, peer: str, page: Path) -> None:
        python = sys.executable if peer == "docbin" else str(PEER_PYTHON)
        # -P: the checkout must not hide an installed docbin.
        self._process = subprocess.Popen(
            [python, "-P", str(FOLDER / "peer_worker.py"), peer, str(page)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def send(self, job: dict[str, Any]) -> None:
        """Start a job."""
        assert self._process.stdin is not None
        # A process that has ended is noticed when its answer is read.
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.write(json.dumps(job) + "\n")
            self._process.stdin.flush()

    def receive(self) -> dict[str, Any]:
        """Wait for its answer."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        return json.loads(line) if line else {"error": "the process ended"}

    def ask(self, job: dict[str, Any]) -> dict[str, Any]:
        """Run a job."""
        self.send(job)
        return self.receive()

    def close(self) -> None:
        """End the process."""
        self._process.communicate()


def peers_here() -> list[str]:
    """Return the tools that can be run, and say on standard error which cannot."""
    if not PEER_PYTHON.exists():
        print(
            "no peers: run benchmarks/setup_peers.sh first; docbin alone is timed", file=sys.stderr
        )
        return []
    command = [PEER_PYTHON, "-P", FOLDER / "peer_worker.py", "--list"]
    told = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
    found = []
    for line in told.splitlines():
        name, _, state = line.partition(": ")
        if name == "docbin":
            continue
        if state == "there":
            found.append(name)
        else:
            print(f"{name} is left out: {state}", file=sys.stderr)
    return found


def make_page(megapixels: float) -> np.ndarray:
    """Return a generated gray page of about that many million pixels."""
    from docbin.image import as_gray
    from docbin.synth import page

    height = round((megapixels * 1e6 * 3508 / 2480) ** 0.5)
    width = round(megapixels * 1e6 / height)
    image, _ = page(seed=1, width=width, height=height, dpi=round(300 * width / 2480))
    return as_gray(image)


def jobs(only: list[str], windows: list[int]) -> list[tuple[str, int | None, tuple[str, ...]]]:
    """Return method, window and peers of everything that is compared."""
    from docbin.methods import METHODS

    chosen = [(name, window, LOCAL[name]) for name in LOCAL for window in windows]
    chosen += [(name, None, WHOLE[name]) for name in WHOLE]
    return [job for job in chosen if job[0] in METHODS and (not only or job[0] in only)]


def settings(peer: str, name: str) -> dict[str, Any]:
    """Return the parameters of a tool that make it do what the others do."""
    return {"docbin": SETTINGS, "doxapy": DOXAPY}.get(peer, {}).get(name, {})


def measure(
    page: np.ndarray, work: list[Any], rounds: int, threads: list[int], peers: list[str]
) -> list[dict[str, Any]]:
    """Time everything, in turn, and return a row for each method and window."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "page.npy"
        np.save(path, page)
        workers = {peer: Worker(peer, path) for peer in ["docbin", *peers]}
        twin = Worker("docbin", path)
        rows = []
        for name, window, others in work:
            row = _row(workers, [p for p in others if p in workers], name, window, rounds, threads)
            if len(threads) > 1:
                row["two_processes"] = _side_by_side(workers["docbin"], twin, row, rounds)
            rows.append(row | {"megapixels": page.size / 1e6})
            print(_line(rows[-1]), flush=True)
        for worker in [*workers.values(), twin]:
            worker.close()
    return rows


def _row(
    workers: dict[str, Worker],
    others: list[str],
    name: str,
    window: int | None,
    rounds: int,
    threads: list[int],
) -> dict[str, Any]:
    runs = [("docbin", count) for count in threads] + [(peer, 1) for peer in others]
    times: dict[str, list[float]] = {}
    row: dict[str, Any] = {"method": name, "window": window, "errors": {}, "peak_mb": {}, "ink": {}}
    for number in range(-1, rounds):  # the first round warms up
        for peer, count in runs:
            job = {"method": name, "window": window, "threads": count, "ink": number < 0}
            job["set"] = settings(peer, name)
            answer = workers[peer].ask(job)
            if "error" in answer:
                row["errors"][peer] = answer["error"]
            elif number < 0:
                row["ink"][peer] = answer["ink"]
            else:
                times.setdefault(f"{peer} {count}", []).append(
                    answer["cpu" if count == 1 else "clock"]
                )
                if count == 1:
                    times.setdefault(f"{peer} clock", []).append(answer["clock"])
    for peer, _ in [runs[0], *runs[len(threads) :]]:
        job = {"method": name, "window": window, "threads": 1, "memory": True}
        row["peak_mb"][peer] = workers[peer].ask(job | {"set": settings(peer, name)}).get("peak_mb")
    row["seconds"] = {key: statistics.median(values) for key, values in times.items()}
    return row


def _side_by_side(first: Worker, second: Worker, row: dict[str, Any], rounds: int) -> float | None:
    """Return what two independent processes gain over one: the ceiling for two threads."""
    job = {"method": row["method"], "window": row["window"], "threads": 1}
    job["set"] = settings("docbin", row["method"])
    both, alone = [], []
    for _ in range(rounds):
        alone.append(first.ask(job).get("clock"))
        first.send(job)
        second.send(job)
        both.append(max(first.receive().get("clock", 0), second.receive().get("clock", 0)))
    if None in alone or not all(both):
        return None
    return 2 * statistics.median(alone) / statistics.median(both)


def _line(row: dict[str, Any]) -> str:
    """Return one row of the table."""
    seconds, scale = row["seconds"], 1e3 / row["megapixels"]
    own = seconds.get("docbin 1")
    if own is None:
        return f"{row['method']}: {row['errors']}"
    parts = [f"{row['method']:11s} {row['window'] or '':>4} {own * scale:7.2f} ms/MP"]
    many = [
        key for key in seconds if key.startswith("docbin") and key.split()[1] not in ("1", "clock")
    ]
    for key in many:
        gain = seconds["docbin clock"] / seconds[key]
        parts.append(f"x{gain:.2f} on {key.split()[1]} threads")
    if row.get("two_processes"):
        parts.append(f"(two processes x{row['two_processes']:.2f})")
    for key, value in seconds.items():
        peer = key.rpartition(" ")[0]
        if key.endswith(" 1") and peer != "docbin":
            parts.append(f"{peer} {value * scale:.2f} = {value / own:.1f}x")
    parts += [f"{peer} failed ({error})" for peer, error in row["errors"].items()]
    parts.append("peak " + " ".join(f"{p} {mb:.0f}" for p, mb in row["peak_mb"].items() if mb))
    return "  ".join(parts)


def main() -> None:
    """Read the arguments, measure, print and save."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="1 MP, window 75, few rounds")
    parser.add_argument("--only", nargs="*", default=[], help="methods")
    parser.add_argument("--windows", nargs="*", type=int, default=None)
    parser.add_argument("--megapixels", nargs="*", type=float, default=None)
    parser.add_argument("--rounds", type=int, default=None)
    parser.add_argument("--json", type=Path, help="write all figures to this file")
    arguments = parser.parse_args()
    peers = peers_here()
    sizes = arguments.megapixels or ([1.0] if arguments.quick else [8.7, 34.8])
    windows = arguments.windows or ([75] if arguments.quick else list(WINDOWS))
    rounds = arguments.rounds or (3 if arguments.quick else 9)
    rows = []
    for size in sizes:
        page = make_page(size)
        print(f"\n{page.shape[1]} x {page.shape[0]} pixels, {rounds} rounds, medians")
        rows += measure(page, jobs(arguments.only, windows), rounds, [1, 2], peers)
    if arguments.json:
        arguments.json.write_text(json.dumps({"rows": rows}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
