"""The tools whose thresholds are timed: how each is started, asked, and set to do the same."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent
PEER_PYTHON = FOLDER / "peers" / "venv" / "bin" / "python"

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


def settings(peer: str, name: str) -> dict[str, Any]:
    """Return the parameters of a tool that make it do what the others do."""
    return {"docbin": SETTINGS, "doxapy": DOXAPY}.get(peer, {}).get(name, {})
