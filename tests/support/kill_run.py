"""Kills ``docbin batch`` at random moments, again and again, and looks for what was lost.

    python tests/support/kill_run.py --kills 20 --pages 300 [--seed N] [--s3]

A run that nobody disturbs says which bytes each result has. Then another one is killed (SIGKILL to
its main process) and started again. After each kill every file in the destination must be whole,
every file that is recorded as done must be there, and no record may have gone; in the end all
results must be those of the undisturbed run, each recorded result written once only, and nothing
left over. With ``--s3`` inputs and results are in a bucket of a server on this machine
(moto, of the extra ``dev``). Ends with 1 and the reason if not.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kill_places import InBucket, InFolder, wait_for_more
from PIL import Image
from program import PROGRAM, letters
from s3_server import BUCKET, s3_server, store

WORKERS = 2
METHOD = "howe"


@dataclass
class Summary:
    """What happened; ``unrecorded`` is the most files that one kill cost."""

    pages: int
    kills: int = 0
    idle_kills: int = 0
    rounds: int = 0
    unrecorded: int = 0
    problems: tuple[str, ...] = ()

    def __str__(self) -> str:
        return (
            f"{self.pages} pages, {self.kills} kills in {self.rounds} runs ({self.idle_kills} "
            f"before the first new page), {self.unrecorded} pages at most lost by a kill, "
            f"{len(self.problems)} results lost, changed or half-written"
        )


def draw(folder: Path, pages: int) -> None:
    """Write pages of different sizes in three folders and formats."""
    for number in range(pages):
        gray, _ = letters(120 + number % 7 * 40, 160 + number % 5 * 60, number)
        path = folder / f"box-{number % 3}" / f"{number}.{('png', 'jpg', 'tif')[number % 3]}"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(gray).save(path, dpi=(300, 300))


def start(source: str, place: InFolder | InBucket) -> subprocess.Popen[bytes]:
    command = [PROGRAM, "batch", source, *place.arguments, "-m", METHOD, "--workers", str(WORKERS)]
    return subprocess.Popen([*command, "--quiet"])


def kill_repeatedly(
    folder: Path, *, pages: int, kills: int, seed: int, store: Any = None
) -> Summary:
    """Do what is said above; with ``store`` inputs and results are in the bucket of its server."""
    random_ = random.Random(seed)
    summary = Summary(pages)
    draw(folder / "in", pages)
    source = str(folder / "in")
    if store is not None:
        store.put(f"{source}/", f"{BUCKET}/in/", recursive=True)
        source = f"s3://{BUCKET}/in"

    def place(name: str) -> InFolder | InBucket:
        return InFolder(folder, name) if store is None else InBucket(folder, name, store)

    first, calm = undisturbed(source, place("calm"))
    right = place("calm").sums()
    assert len(right) == pages
    while summary.kills < kills:
        summary.rounds += 1
        moments = Moments(random_, first, 2 * (calm - first) / kills)
        _one_round(source, place(f"killed-{summary.rounds}"), right, summary, kills, moments)
    return summary


@dataclass
class Moments:
    """When to kill: some time before the first new result, or some time after it."""

    random: random.Random
    before: float
    after: float

    def wait(self, run: subprocess.Popen[bytes], place: InFolder | InBucket) -> None:
        """Wait for such a moment, or the end of the run."""
        if self.random.random() < 0.2:
            seconds = self.random.uniform(0.0, self.before)
        else:
            wait_for_more(place, run, place.count())
            seconds = self.random.uniform(0.0, self.after)
        with contextlib.suppress(subprocess.TimeoutExpired):
            run.wait(seconds)


def undisturbed(source: str, place: InFolder | InBucket) -> tuple[float, float]:
    """Return after how many seconds a run has its first result, and after how many all."""
    began = time.monotonic()
    run = start(source, place)
    wait_for_more(place, run, 0)
    first = time.monotonic() - began
    assert run.wait() == 0
    return first, time.monotonic() - began


def _one_round(source, place, right, summary, kills, moments):
    """Kill a run until it has come to its end."""
    known: dict[str, float] = {}
    while True:
        run = start(source, place)
        if summary.kills < kills:
            moments.wait(run, place)
            run.kill()
        ended = run.wait() == 0
        summary.kills += not ended
        now = place.recorded()
        found = place.sums()
        summary.idle_kills += not ended and now == known
        summary.unrecorded = max(summary.unrecorded, len(found.keys() - now.keys()))
        summary.problems += tuple(
            [f"{name} is half-written" for name in found if found[name] != right.get(name)]
            + [f"{name} is lost" for name in now if name not in found]
            + [f"the record of {name} is lost" for name in known if name not in now]
            + [f"{name} was done twice" for name in known if now.get(name, 0) > known[name]]
        )
        known = now
        if ended:
            break
    summary.problems += tuple(f"{name} is left over" for name in place.left())
    if found != right or now.keys() != right.keys():
        summary.problems += ("the end is not that of the undisturbed run",)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--pages", type=int, default=300)
    parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(4)))
    parser.add_argument("--s3", action="store_true", help="inputs and results on an S3 server")
    parser.add_argument("--folder", type=Path, help="where to work; it stays")
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    with contextlib.ExitStack() as stack:
        folder = options.folder or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder.mkdir(parents=True, exist_ok=True)
        bucket = store(stack.enter_context(s3_server(folder))) if options.s3 else None
        summary = kill_repeatedly(
            folder,
            pages=options.pages,
            kills=options.kills,
            seed=options.seed,
            store=bucket,
        )
    print(summary)
    for problem in summary.problems:
        print(problem)
    sys.exit(1 if summary.problems else 0)


if __name__ == "__main__":
    main()
