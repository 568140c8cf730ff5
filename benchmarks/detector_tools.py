"""The detector that docbin's is compared with, and the images that both see."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

FOLDER = Path(__file__).resolve().parent
PEER_PYTHON = FOLDER / "peers" / "detect" / "bin" / "python"
HELD_OUT = FOLDER / "held_out.toml"
# Data set -> format of its labels, as docbin reads them.
SETS = {"msra-td500": "msra-td500", "sroie": "sroie", "ndl-docl": "ndl-docl"}
# NDL-DocL labels lines of text by these kinds; the others are of figures and pages.
KINDS = {"ndl-docl": ("2_handwritten", "8_textline")}


class Peer:
    """RapidOCR in its process."""

    def __init__(self, threads: int) -> None:
        if not PEER_PYTHON.exists():
            sys.exit(f"{PEER_PYTHON} is not there: run benchmarks/setup_detect_peers.sh first")
        self._process = subprocess.Popen(
            [PEER_PYTHON, "-P", FOLDER / "detector_peer.py", str(threads)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._receive()

    def ask(self, **job: Any) -> dict[str, Any]:
        """Run a job."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(job) + "\n")
        self._process.stdin.flush()
        return self._receive()

    def _receive(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line.startswith("{"):  # the rest is talk
                return dict(json.loads(line))
        sys.exit("RapidOCR's process ended")

    def close(self) -> None:
        """End the process."""
        self._process.communicate()


@dataclass(frozen=True, slots=True, eq=False)
class Item:
    """A held-out image with its labels."""

    name: str
    pixels: np.ndarray
    labels: Any


def held_out(data: Path, name: str) -> Iterator[Item]:
    """Yield the held-out images of a data set, RGB."""
    from docbin.evaluate.held_out import read_held_out
    from docbin.evaluate.labels import read_labels
    from docbin.image import as_rgb
    from docbin.io import read_pages

    pages = read_held_out(HELD_OUT)[name].pages
    folder = data / "textdet" / name
    images = {path.stem: path for path in sorted((folder / "images").iterdir())}
    labels = read_labels(folder / "gt", SETS[name])
    for page in labels.pages:
        if page.name in pages:
            yield Item(page.name, as_rgb(next(read_pages(images[page.name])).pixels), page)
