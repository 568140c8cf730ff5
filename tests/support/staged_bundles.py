"""Trained pipelines for tests: small packed networks for all generators."""

from __future__ import annotations

import functools
import tempfile
from pathlib import Path

from contrast_network import contrast_network

from docbin.runtime.random_unet import random_unet
from docbin.runtime.staged.bundle import PACKED, Bundle
from docbin.runtime.staged.table import description
from docbin.runtime.staged.writer import write_bundle


def contrast_bundle(name):
    """Return a pipeline whose generators all find what is darker than its surroundings."""
    data = contrast_network().to_bytes()
    told = description(name)
    return Bundle(told, {one.name: (PACKED, data) for one in told.generators()}, _metadata())


@functools.cache
def random_bundle(name, widths=(8, 8), seed=0):
    """Return a pipeline with random packed generators, each with weights of its own."""
    told = description(name)
    blocks = (1,) * len(widths)
    return Bundle(
        told,
        {
            one.name: (PACKED, random_unet(seed + place, widths, blocks=blocks).to_bytes())
            for place, one in enumerate(told.generators())
        },
        _metadata(),
    )


def _metadata():
    return {"licence": "CC0-1.0", "command": "tests/support/staged_bundles.py"}


@functools.cache
def contrast_folder(name):
    """Return the folder of `contrast_bundle`, made once."""
    folder = Path(tempfile.mkdtemp(prefix="docbin-bundles-")) / name
    write_bundle(folder, contrast_bundle(name))
    return str(folder)
