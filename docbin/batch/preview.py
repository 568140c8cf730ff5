"""A picture of a page before and after, to judge a method by."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from docbin.batch.inputs import PREVIEW
from docbin.dependencies import load
from docbin.image import Packed, as_rgb, to_uint8, unpack
from docbin.io.atomic import replacing
from docbin.io.page import PageSource

# Pixels of each half; the detail below it is shown in true size.
_WIDTH = 800
_HEIGHT = 1000
_DETAIL = 400
_GAP = 16
_GROUND = 128

Picture = npt.NDArray[np.uint8]


class Preview:
    """Collects what is written of a page, and draws it beside the page as it was.

    Above, the whole page, shrunk; below, in true size, the part with the most ink.
    """

    def __init__(self, source: PageSource) -> None:
        self._source = source
        self._rows: list[Packed] = []
        self._png = b""

    def watched(self, rows: Iterable[Packed]) -> Iterator[Packed]:
        """Yield the rows, and draw the picture when all of them were there."""
        for piece in rows:
            self._rows.append(piece.copy())
            yield piece
        mask = unpack(np.concatenate(self._rows), self._source.info.width)
        self._rows.clear()
        self._png = png(picture(as_rgb(self._source.load().pixels), to_uint8(mask)))

    def write(self, target: str, number: int | None, *, force: bool) -> str:
        """Write NAME.preview.png beside ``target`` and return its name."""
        path = Path(target)
        part = "" if number is None else f"-{number}"
        name = str(path.with_name(f"{path.stem}{part}{PREVIEW}.png"))
        with replacing(name, force=force) as file:
            file.write(self._png)
        return name


def picture(before: Picture, after: Picture) -> Picture:
    """Return both pages beside each other, uint8 (h, w, 3), and a detail of each.

    Parameters
    ----------
    before
        uint8 (H, W, 3) RGB.
    after
        uint8 (H, W): black ink on white.
    """
    top, left = densest(after, _DETAIL, _WIDTH)
    detail = (slice(top, top + _DETAIL), slice(left, left + _WIDTH))
    halves = []
    for page in (before, as_rgb(after)):
        small = _shrunk(page)
        columns = [small]
        if small.shape != page.shape:
            columns += [np.full((_GAP, 1, 3), _GROUND, np.uint8), page[detail]]
        halves.append(joined(columns, axis=0))
    return joined([halves[0], np.full((1, _GAP, 3), _GROUND, np.uint8), halves[1]], axis=1)


def densest(page: Picture, height: int, width: int) -> tuple[int, int]:
    """Return where a window of this size has the most ink, on a grid of half windows."""
    best, corner = -1, (0, 0)
    for top in range(0, max(1, page.shape[0] - height + 1), height // 2):
        for left in range(0, max(1, page.shape[1] - width + 1), width // 2):
            ink = int(np.count_nonzero(page[top : top + height, left : left + width] == 0))
            # Solid blots tell nothing about letters.
            if ink > best and ink < 0.4 * height * width:
                best, corner = ink, (top, left)
    return corner


def _shrunk(page: Picture) -> Picture:
    """Return the page in the size of a half, or as it is if it is smaller."""
    pillow = load("PIL.Image", purpose="--preview")
    scale = min(_WIDTH / page.shape[1], _HEIGHT / page.shape[0], 1.0)
    if scale == 1.0:
        return page
    size = (max(1, round(page.shape[1] * scale)), max(1, round(page.shape[0] * scale)))
    small: Picture = np.asarray(pillow.fromarray(page).resize(size, pillow.Resampling.BOX))
    return small


def joined(parts: list[Picture], axis: int) -> Picture:
    """Put pictures one after the other, filled up to the largest."""
    across = 1 - axis
    longest = max(part.shape[across] for part in parts)
    filled = []
    for part in parts:
        missing = [(0, 0), (0, 0), (0, 0)]
        missing[across] = (0, longest - part.shape[across])
        filled.append(np.pad(part, missing, constant_values=_GROUND))
    return np.concatenate(filled, axis=axis)


def png(pixels: Picture) -> bytes:
    """Return a picture, uint8 (H, W, 3), as a PNG."""
    pillow: Any = load("PIL.Image", purpose="--preview")
    file = io.BytesIO()
    pillow.fromarray(pixels).save(file, "PNG", optimize=True)
    return file.getvalue()
