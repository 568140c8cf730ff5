"""Runs the installed ``docbin`` program, and draws pages for it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np

PROGRAM = Path(sys.executable).with_name("docbin")


def docbin(*arguments, cwd=None, code=0, stdin=b"", env=None):
    """Run the program; the result has stdout as bytes and stderr as text."""
    run = subprocess.run(
        [PROGRAM, *map(os.fspath, arguments)],
        input=stdin,
        capture_output=True,
        cwd=cwd,
        env={**os.environ, **(env or {})},
        check=False,
    )
    run.stderr = run.stderr.decode(errors="replace")
    assert run.returncode == code, (run.returncode, run.stdout[:500], run.stderr)
    assert "Traceback" not in run.stderr
    return run


def clean(*arguments, **options):
    """Run ``docbin clean``, by a quick method where none is named."""
    quick = [] if "-m" in arguments else ["-m", "otsu"]
    return docbin("clean", *quick, *arguments, **options)


def batch(*arguments, **options):
    """Run ``docbin batch``, by a quick method where pages are cleaned and none is named."""
    asks = {"-m", "--status", "--verify", "--export", "--bag"} & set(arguments)
    return docbin("batch", *([] if asks else ["-m", "otsu"]), *arguments, **options)


def printed(run):
    """Return the lines of standard output."""
    return run.stdout.decode().splitlines()


def letters(height=240, width=320, seed=3):
    """Return a gray page with strokes in lines, uint8 (height, width), and its truth."""
    random = np.random.default_rng(seed)
    ink = np.zeros((height, width), bool)
    for top in range(20, height - 24, 24):
        left = 16
        while left < width - 24:
            size = int(random.integers(5, 12))
            ink[top : top + 12, left : left + 3] = True
            ink[top + int(random.integers(0, 9)) : top + 12, left + size - 2 : left + size] = True
            ink[top + 5 : top + 8, left : left + size] = True
            left += size + int(random.integers(4, 12))
    paper = 215 + random.normal(0, 4, (height, width))
    gray = np.where(ink, 60, paper)
    return gray.clip(0, 255).round().astype(np.uint8), ink


def save_mask(path, mask, mode="1"):
    """Write a mask as a picture, black ink on white, and return its path."""
    from PIL import Image

    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.where(mask, 0, 255).astype(np.uint8)).convert(mode).save(path)
    return path


def strict(run):
    """Parse JSON that has no NaN and no Infinity in it."""

    def refuse(name):
        raise AssertionError(f"JSON does not have {name}")

    return json.loads(run.stdout, parse_constant=refuse)
