"""Thresholding speed: docbin and its peers on the same page, in turn, in one run.

    benchmarks/setup_peers.sh                       once
    python -m benchmarks.thresholds                 8.7 and 34.8 MP, about 40 minutes
    python -m benchmarks.thresholds --quick         1 MP, under a minute
    python -m benchmarks.thresholds --only sauvola otsu --windows 75

Every tool is a process of its own that holds the page. A round comes to every method once, and the
tools that have it take their turns one after another; methods and turns are in another order each
round, shuffled from a fixed seed, so that nothing always follows the same. The median of all rounds
counts; the JSON file has every round's time, too, and the shortest, which other work on the
machine disturbs least. What takes less than a twentieth of a second is run once before it is timed,
by any tool.
Times are those of the processor per megapixel on one thread, and of the clock on several. What two
processes gain, each with a page of its own on one thread, is what two threads could.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import numpy as np

from benchmarks.threshold_tools import Worker, peers_here, settings

WINDOWS = (15, 31, 75, 151)
SEED = 1
# Seconds in which two processes get ready to start together.
TOGETHER = 0.1

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

AnyItem = TypeVar("AnyItem")


class Job(NamedTuple):
    """What is compared: a method, its window where it has one, and the other tools that have it."""

    method: str
    window: int | None
    peers: tuple[str, ...]


class Turn(NamedTuple):
    """Who runs a job: a tool on some threads, or docbin in two processes at once."""

    tool: str
    threads: int
    processes: int = 1

    @property
    def key(self) -> str:
        """How the turn's time is called in a row."""
        return "docbin processes" if self.processes == 2 else f"{self.tool} {self.threads}"


def make_page(megapixels: float) -> np.ndarray:
    """Return a generated gray page of about that many million pixels."""
    from docbin.image import as_gray
    from docbin.synth import page

    height = round((megapixels * 1e6 * 3508 / 2480) ** 0.5)
    width = round(megapixels * 1e6 / height)
    image, _ = page(seed=1, width=width, height=height, dpi=round(300 * width / 2480))
    return as_gray(image)


def jobs(only: list[str], windows: list[int]) -> list[Job]:
    """Return everything that is compared."""
    from docbin.methods import METHODS

    chosen = [Job(name, window, LOCAL[name]) for name in LOCAL for window in windows]
    chosen += [Job(name, None, WHOLE[name]) for name in WHOLE]
    return [job for job in chosen if job.method in METHODS and (not only or job.method in only)]


def shuffled(items: list[AnyItem], draw: random.Random) -> list[AnyItem]:
    """Return the items in another order."""
    return draw.sample(items, len(items))


def turns(
    work: list[Job], rounds: int, threads: list[int], peers: list[str]
) -> Iterator[tuple[int, int, list[Turn]]]:
    """Yield round, place of a job in ``work``, and the turns that it is due, in their order.

    Round −1 warms up.
    """
    draw = random.Random(SEED)
    for number in range(-1, rounds):
        for place in shuffled(list(range(len(work))), draw):
            due = [Turn("docbin", count) for count in threads]
            due += [Turn(peer, 1) for peer in work[place].peers if peer in peers]
            if 2 in threads:
                due.append(Turn("docbin", 1, processes=2))
            yield number, place, shuffled(due, draw)


def measure(
    page: np.ndarray, work: list[Job], rounds: int, threads: list[int], peers: list[str]
) -> list[dict[str, Any]]:
    """Time everything, in turn, and return a row for each method and window."""
    rows: list[dict[str, Any]] = [
        {"method": job.method, "window": job.window, "megapixels": page.size / 1e6}
        | {"rounds": {}, "errors": {}, "ink": {}, "peak_mb": {}}
        for job in work
    ]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "page.npy"
        np.save(path, page)
        workers = {peer: Worker(peer, path) for peer in ["docbin", *peers]}
        twin = Worker("docbin", path)
        for number, place, due in turns(work, rounds, threads, peers):
            for turn in due:
                _take(turn, workers[turn.tool], twin, rows[place], warm=number >= 0)
        for row in rows:
            told = row["rounds"].items()
            row["seconds"] = {key: statistics.median(times) for key, times in told}
            row["shortest"] = {key: min(times) for key, times in told}
            for peer in row["ink"]:
                answer = workers[peer].ask(_request(row, peer, 1) | {"memory": True})
                row["peak_mb"][peer] = answer.get("peak_mb")
        for worker in [*workers.values(), twin]:
            worker.close()
    return rows


def _request(row: dict[str, Any], tool: str, threads: int) -> dict[str, Any]:
    job = {"method": row["method"], "window": row["window"], "threads": threads}
    return job | {"set": settings(tool, row["method"])}


def _take(turn: Turn, worker: Worker, twin: Worker, row: dict[str, Any], *, warm: bool) -> None:
    """Let a turn be taken, and add its time to the row's."""
    job = _request(row, turn.tool, turn.threads) | {"ink": not warm}
    if turn.processes == 2:
        job["at"] = time.perf_counter() + TOGETHER
        twin.send(job)
    worker.send(job)
    answers = [worker.receive()] + ([twin.receive()] if turn.processes == 2 else [])
    for answer in answers:
        if "error" in answer:
            row["errors"][turn.tool] = answer["error"]
            return
    if not warm:
        row["ink"][turn.tool] = answers[0]["ink"]
        return
    # To the end of the last: the two may have met for a part of it only.
    clock = max(answer["end"] for answer in answers) - min(answer["start"] for answer in answers)
    rounds = row["rounds"]
    if turn.processes == 1 and turn.threads == 1:
        rounds.setdefault(turn.key, []).append(answers[0]["cpu"])
        rounds.setdefault(f"{turn.tool} clock", []).append(clock)
    else:
        rounds.setdefault(turn.key, []).append(clock)


def gains(seconds: dict[str, float]) -> dict[str, float]:
    """Return how many times as fast docbin is on several threads, and in two processes.

    Parameters
    ----------
    seconds
        A row's times.
    """
    alone = seconds.get("docbin clock")
    if alone is None:
        return {}
    many = [key for key in seconds if key.startswith("docbin ") and key.split()[1].isdigit()]
    found = {key.split()[1]: alone / seconds[key] for key in many if key != "docbin 1"}
    if "docbin processes" in seconds:
        found["processes"] = 2 * alone / seconds["docbin processes"]
    return found


def _line(row: dict[str, Any]) -> str:
    """Return one row of the table."""
    seconds, scale = row["seconds"], 1e3 / row["megapixels"]
    own = seconds.get("docbin 1")
    if own is None:
        return f"{row['method']}: {row['errors']}"
    least = row["shortest"]["docbin 1"] * scale
    parts = [
        f"{row['method']:11s} {row['window'] or '':>4} {own * scale:7.2f} ms/MP (least {least:.2f})"
    ]
    for key, gain in gains(seconds).items():
        parts.append(
            f"x{gain:.2f} " + ("in two processes" if key == "processes" else f"on {key} threads")
        )
    for key, value in seconds.items():
        peer = key.rpartition(" ")[0]
        if key.endswith(" 1") and peer != "docbin":
            parts.append(f"{peer} {value * scale:.2f} = {value / own:.1f}x")
    parts += [f"{peer} failed ({error})" for peer, error in row["errors"].items()]
    parts.append("peak " + " ".join(f"{p} {mb:.0f}" for p, mb in row["peak_mb"].items()))
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
        found = measure(page, jobs(arguments.only, windows), rounds, [1, 2], peers)
        print(f"\n{page.shape[1]} x {page.shape[0]} pixels, medians of {rounds} rounds")
        print(*map(_line, found), sep="\n", flush=True)
        rows += found
        # After each size: what has been measured in half an hour stays when the rest is stopped.
        if arguments.json:
            told = {"times": "medians", "rounds": rounds, "seed": SEED, "rows": rows}
            arguments.json.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
