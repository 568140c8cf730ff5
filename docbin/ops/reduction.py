"""Smaller pages for measuring, and fields of them back in full size."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from docbin.image import Gray

Field = npt.NDArray[np.float32]
# Pixels of a band that is enlarged at a time.
_BAND = 1 << 20


def factor_for(dpi: float | None, wanted: float) -> int:
    """Return by how much to reduce a page of ``dpi`` (None: 300) to come near ``wanted`` dpi."""
    return max(1, round((dpi or 300.0) / wanted))


def block_sums(values: npt.NDArray[Any], factor: int) -> npt.NDArray[np.int64]:
    """Return sums over blocks of ``factor`` by ``factor`` pixels, (⌈H/f⌉, ⌈W/f⌉).

    The last row and column of blocks have what is left.

    Examples
    --------
    >>> block_sums(np.array([[1, 2, 3], [4, 5, 6], [7, 8, 9]]), 2).tolist()
    [[12, 9], [15, 9]]
    """
    rows = np.arange(0, values.shape[0], factor)
    columns = np.arange(0, values.shape[1], factor)
    across = np.add.reduceat(values, rows, axis=0, dtype=np.int64)
    sums: npt.NDArray[np.int64] = np.add.reduceat(across, columns, axis=1)
    return sums


def reduced(gray: Gray, factor: int) -> Gray:
    """Return a gray page reduced to the rounded means of its blocks, uint8."""
    if factor == 1:
        return gray
    height, width = gray.shape
    rows = np.minimum(factor, height - np.arange(0, height, factor))
    columns = np.minimum(factor, width - np.arange(0, width, factor))
    counts = rows[:, None] * columns[None]
    means: Gray = ((block_sums(gray, factor) + counts // 2) // counts).astype(np.uint8)
    return means


def enlarged(field: Field, factor: int, height: int, width: int) -> Iterator[tuple[slice, Field]]:
    """Yield bands of a field enlarged by ``factor``, linear between the centres of its blocks.

    Yields
    ------
    tuple
        Rows of the page, and float32 (n, ``width``) for them; together ``height`` rows.
    """
    left, right, across = _neighbours(width, factor, field.shape[1])
    step = max(1, _BAND // width)
    for top in range(0, height, step):
        rows = slice(top, min(height, top + step))
        upper, lower, down = _neighbours(height, factor, field.shape[0], rows)
        band = field[upper] + down[:, None] * (field[lower] - field[upper])
        yield rows, band[:, left] + across[None] * (band[:, right] - band[:, left])


def _neighbours(
    length: int, factor: int, blocks: int, part: slice | None = None
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], Field]:
    """Return for each position the block before, the block after, and how far it is between."""
    positions = np.arange(length)[part or slice(None)]
    place = np.clip((positions + 0.5) / factor - 0.5, 0, blocks - 1)
    before = np.floor(place).astype(np.int64)
    after = np.minimum(before + 1, blocks - 1)
    return before, after, (place - before).astype(np.float32)
