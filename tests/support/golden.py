"""Golden masks: what every method gives on one drawn page, kept as 1-bit PNG with a passport.

After a method is added, or changed on purpose::

    python tests/support/golden.py NAME [NAME...]
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

import numpy as np
from contrast_network import contrast_file
from staged_bundles import contrast_folder

import docbin
from docbin.methods import METHODS, PIPELINES

FOLDER = Path(__file__).resolve().parents[1] / "methods" / "golden"
PASSPORT = FOLDER / "passport.toml"

_HEIGHT, _WIDTH = 150, 213


def page() -> np.ndarray:
    """Draw a degraded page: uint8 (150, 213), the same pixels on every machine.

    Strokes of three widths and several contrasts, a slanted one, rings, a stain, shading, show
    through and noise from a congruential generator: integers only.
    """
    y, x = np.mgrid[:_HEIGHT, :_WIDTH]
    paper = 205 + x * 35 // _WIDTH - y * 45 // _HEIGHT
    stain = (x - 150) ** 2 + (y - 105) ** 2
    paper -= np.where(stain < 32**2, 38 - stain * 30 // 32**2, 0)
    paper -= np.where((x // 9 % 3 == 0) & (y % 31 > 22), 9, 0)  # show-through
    ink = np.zeros(paper.shape, np.int64)
    for line in range(5):
        top = 10 + 28 * line
        depth = 130 - 18 * line
        for letter in range(13):
            left = 10 + 15 * letter
            shape = (line * 5 + letter * 3) % 4
            u, v = x - left, y - top
            inside = (u >= 0) & (u < 11) & (v >= 0) & (v < 17)
            width = 2 + line % 3
            if shape == 0:
                stroke = (u < width) | ((v >= 7) & (v < 7 + width))
            elif shape == 1:
                stroke = (v < width) | ((u >= 4) & (u < 4 + width))
            elif shape == 2:
                stroke = abs(3 * u - 2 * v) < 3 * width
            else:
                ring = (u - 5) ** 2 + ((v - 8) * 5 // 8) ** 2
                stroke = (ring <= 25) & (ring > (5 - width) ** 2)
            ink = np.where(inside & stroke, depth, ink)
    return (np.clip(paper - ink + _noise(), 0, 255)).astype(np.uint8)


def _noise() -> np.ndarray:
    """Integers from −7 to 7, triangular, by a 32-bit congruential generator."""
    state, values = 12345, np.empty(2 * _HEIGHT * _WIDTH, np.int64)
    for index in range(values.size):
        state = (1664525 * state + 1013904223) % 2**32
        values[index] = (state >> 16) % 8
    return values.reshape(2, _HEIGHT, _WIDTH)[0] - values.reshape(2, _HEIGHT, _WIDTH)[1]


def create(name: str):
    """Return a method with its defaults; learned ones with a small network made by hand."""
    return docbin.create(name, **weights(name))


def weights(name: str) -> dict[str, str]:
    """Return what the method needs beside its defaults."""
    if name == "net":
        return {"weights": contrast_file()}
    return {"weights": contrast_folder(name)} if name in PIPELINES else {}


def sha256(path: Path) -> str:
    """Hash a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def write(names: list[str]) -> None:
    """Write the masks of some methods, and the passport of all."""
    FOLDER.mkdir(exist_ok=True)
    for name in names:
        mask = create(name)(page())
        docbin.write_mask(FOLDER / f"{name}.png", mask, force=True)
    lines = [
        "# Golden masks of tests/support/golden.py; do not edit by hand.",
        'source = "drawn by tests/support/golden.py, binarized by docbin"',
        'licence = "Apache-2.0"',
        'purpose = "a change of any method\'s result is seen"',
        f'page_sha256 = "{hashlib.sha256(page().tobytes()).hexdigest()}"',
        "",
        "[sha256]",
        *(f'"{path.name}" = "{sha256(path)}"' for path in sorted(FOLDER.glob("*.png"))),
    ]
    PASSPORT.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write(sys.argv[1:] or [*METHODS])
