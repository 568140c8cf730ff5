"""Pages with truth in memory, checked, and what they were read from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from docbin.errors import InputError
from docbin.evaluate.adding import sha256
from docbin.evaluate.datasets import Dataset, Sample
from docbin.image import Color, Mask, as_array
from docbin.io import read_mask, read_pages
from docbin.io.names import shown


class TruthedPage(NamedTuple):
    """A page and its truth.

    Parameters
    ----------
    set, name
        Data set and page.
    image
        uint8 (H, W, 3) RGB.
    truth
        bool (H, W), True is ink.
    source
        What it came from: checksums of files, or how it was made; goes into JSON.
    """

    set: str
    name: str
    image: Color
    truth: Mask
    source: Mapping[str, Any]


def pages_of(data: Dataset) -> Iterator[TruthedPage]:
    """Yield the pages of a data set, one after another.

    Raises
    ------
    InputError
        If a page or its truth cannot be read, or their sizes differ; the message has the file.
    """
    for sample in data:
        image, truth = read_truthed(sample)
        source = {"image": sha256(sample.image), "truth": sha256(sample.truth)}
        yield TruthedPage(sample.set or data.name, sample.name, image, truth, source)


def read_truthed(sample: Sample) -> tuple[Color, Mask]:
    """Read a page as uint8 (H, W, 3) RGB, and its truth as bool (H, W)."""
    with naming(sample.image):
        pixels = as_array(next(read_pages(sample.image)).pixels)
    with naming(sample.truth):
        truth = read_mask(sample.truth)
    if pixels.shape[:2] != truth.shape:
        (height, width), (its, across) = pixels.shape[:2], truth.shape
        raise InputError(
            f"'{sample.image}' has {width} × {height} pixels, its truth '{sample.truth}' has "
            f"{across} × {its}; a page and its truth must be of one size"
        )
    if pixels.ndim == 2:
        pixels = np.repeat(pixels[:, :, None], 3, axis=2)
    return pixels, truth


@contextmanager
def naming(path: Path) -> Iterator[None]:
    """Put the file into messages that do not name it."""
    try:
        yield
    except InputError as error:
        text = str(error)
        raise InputError(text if str(path) in text else f"{shown(path)}: {text}") from error
