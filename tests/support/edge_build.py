"""Builds of docbin-edge, once a session and one at a time, and how a test runs them."""

from __future__ import annotations

import fcntl
import functools
import os
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[2]
# Machine: compiler, emulator, what CMake is told.
MACHINES = {
    "native": ("c++", None, []),
    "aarch64": (
        "aarch64-linux-gnu-g++",
        "qemu-aarch64",
        [f"-DCMAKE_TOOLCHAIN_FILE={ROOT / 'edge/aarch64.cmake'}"],
    ),
}


def _needed(program: str) -> None:
    if shutil.which(program):
        return
    if os.environ.get("CI") == "true":
        pytest.fail(f"{program} is not installed")
    pytest.skip(f"{program} is not installed")


@functools.cache
def _built(machine: str) -> Path:
    folder = ROOT / "build" / f"edge-{machine}"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # several processes of tests share the folder
        _build(machine, folder)
    return folder


def _build(machine: str, folder: Path) -> None:
    configure = ["cmake", "-S", ROOT / "edge", "-B", folder, "-DDOCBIN_EDGE_TESTS=ON"]
    for command in ([*configure, *MACHINES[machine][2]], ["cmake", "--build", folder, "-j2"]):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"


def command(machine: str, program: str = "docbin-edge") -> list[str]:
    """Return how to start a program of the build for ``machine``; skip where it cannot be made."""
    compiler, emulator, _ = MACHINES[machine]
    for needed in ("cmake", compiler, *([emulator] if emulator else [])):
        _needed(needed)
    path = str(_built(machine) / program)
    return [emulator, path] if emulator else [path]


def run(
    start: list[str], *words: str | Path, data: bytes = b"", **env: str
) -> subprocess.CompletedProcess[bytes]:
    """Run a program with ``data`` on its standard input."""
    return subprocess.run(
        [*start, *map(str, words)],
        input=data,
        capture_output=True,
        check=False,
        timeout=300,
        env={**os.environ, **env},
    )


def pnm(image: np.ndarray, top: int = 255, comment: str = "") -> bytes:
    """Return a PGM or PPM of an image whose largest value is ``top``."""
    kind = "P5" if image.ndim == 2 else "P6"
    lines = f"{kind}\n{comment}{image.shape[1]} {image.shape[0]}\n{top}\n"
    return lines.encode() + image.astype(">u2" if top > 255 else "u1").tobytes()


def mask_of(pbm: bytes) -> np.ndarray:
    """Return the mask of a PBM (P4)."""
    kind, sizes, bits = pbm.split(b"\n", 2)
    width, height = map(int, sizes.split())
    assert kind == b"P4"
    rows = np.frombuffer(bits, np.uint8).reshape(height, (width + 7) // 8)
    return np.unpackbits(rows, axis=1, count=width).view(np.bool_)


def ink(start: list[str], image: np.ndarray, *words: str, top: int = 255, **env: str) -> np.ndarray:
    """Return the mask that docbin-edge makes of an image, through pipes."""
    done = run(start, *words, "-", "-", data=pnm(image, top), **env)
    assert (done.returncode, done.stderr) == (0, b"")
    return mask_of(done.stdout)
