"""Text stores: images with the label maps of text detection, in one file mapped into memory.

The file (see `docbin.nn.data.container`) has one array, ``rows`` uint8 (R, W, 4): the rows of all
images one below the other, padded to W pixels; a pixel is red, green, blue and the code of
`docbin.nn.data.text_labels`. Its metadata say which rows are which image's,
what boxes of text it has, and what could not be learned.
"""

from __future__ import annotations

import dataclasses
import json
import os
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from docbin.errors import InputError
from docbin.evaluate.labels.label import Label
from docbin.image import Color
from docbin.io.atomic import check_target
from docbin.nn.data import container
from docbin.nn.data.text_labels import Kinds, draw
from docbin.regions import TEXT
from docbin.version import __version__

FORMAT, VERSION = "docbin-text", "1"
LONGEST = 1280


class TextPage(NamedTuple):
    """An image with its labels.

    Parameters
    ----------
    set, name
        Data set and image.
    image
        uint8 (H, W, 3) RGB.
    labels
        In its pixels.
    source
        What it came from; goes into JSON.
    kinds
        What is learned; None: all.
    """

    set: str
    name: str
    image: Color
    labels: tuple[Label, ...]
    source: Mapping[str, Any]
    kinds: Kinds | None = None


class Place(NamedTuple):
    """Where an image lies in a store: its first row, its size, and (x, y, w, h) of its texts."""

    set: str
    name: str
    first: int
    height: int
    width: int
    boxes: npt.NDArray[np.float32]
    source: Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class TextStore:
    """Images with label maps, mapped from a file.

    Parameters
    ----------
    path
        The file.
    rows
        uint8 (R, W, 4).
    pages
        Where the images lie.
    report
        Set -> reason -> how many labels were not learned for it; ``"learned"`` counts the others.
    kind
        What is learned: a kind of `docbin.regions.TextRegion`.
    """

    path: Path
    rows: npt.NDArray[np.uint8]
    pages: tuple[Place, ...]
    report: Mapping[str, Mapping[str, int]]
    kind: str = TEXT

    def __len__(self) -> int:
        return len(self.pages)

    @property
    def sets(self) -> tuple[str, ...]:
        """The names of the data sets, in order of appearance."""
        return tuple(dict.fromkeys(page.set for page in self.pages))

    def page(self, index: int) -> npt.NDArray[np.uint8]:
        """Return an image and its codes, uint8 (H, W, 4), mapped."""
        page = self.pages[index]
        return self.rows[page.first : page.first + page.height, : page.width]

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> TextStore:
        """Map a store.

        Raises
        ------
        InputError
            If there is none, or it is damaged.
        """
        file = Path(path)
        arrays, metadata = container.mapped(file)
        if metadata.get("format") != FORMAT or metadata.get("version") != VERSION:
            raise InputError(f"'{file}' is no store of text of this version; make it anew")
        try:
            rows = arrays["rows"]
            pages = tuple(_place(entry) for entry in json.loads(metadata["pages"]))
            report = json.loads(metadata["report"])
            if rows.ndim != 3 or rows.shape[2] != 4:
                raise ValueError(f"rows have the shape {rows.shape}")
            for page in pages:
                if page.first < 0 or page.first + page.height > len(rows):
                    raise ValueError(f"'{page.name}' lies outside of it")
        except (KeyError, TypeError, ValueError) as error:
            raise InputError(f"'{file}' is damaged: {error}") from error
        return cls(file, rows, pages, report, metadata.get("kind", TEXT))


def _place(entry: Mapping[str, Any]) -> Place:
    boxes = np.array(entry["boxes"], np.float32).reshape(-1, 4)
    return Place(**{**entry, "boxes": boxes})


def write_text_store(
    pages: Iterable[TextPage],
    target: str | os.PathLike[str],
    *,
    kind: str = TEXT,
    longest: int = LONGEST,
    force: bool = False,
) -> TextStore:
    """Write the images and their label maps.

    Parameters
    ----------
    pages
        Images with labels.
    target
        The file.
    kind
        What is learned of them, kept beside.
    longest
        A larger image is made smaller, so that this is its longer side.
    force
        Replace a file that is there.

    Raises
    ------
    InputError
        If there are no images.
    """
    path = Path(target)
    check_target(path, force=force)
    told: list[dict[str, Any]] = []
    report: dict[str, Counter[str]] = {}
    with container.Arrays(path, {"rows": ("U8", (longest, 4))}) as arrays:
        for page in pages:
            image, labels = resized(page.image, page.labels, longest)
            height, width = image.shape[:2]
            maps = draw(labels, (height, width), page.kinds)
            counted = report.setdefault(page.set, Counter())
            counted.update({"learned": len(maps.text), **Counter(maps.reasons)})
            boxes = [[*polygon.min(0), *np.ptp(polygon, 0)] for polygon in maps.text]
            told.append(
                {
                    "set": page.set,
                    "name": page.name,
                    "first": arrays.count,
                    "height": height,
                    "width": width,
                    "boxes": np.round(boxes, 1).tolist(),
                    "source": dict(page.source),
                }
            )
            block = np.zeros((height, longest, 4), np.uint8)
            block[:, :width, :3] = image
            block[:, :width, 3] = maps.codes
            for row in block:
                arrays.add(rows=row)
        if not told:
            raise InputError("there are no images with labels to make a store of")
        metadata = {"format": FORMAT, "version": VERSION, "docbin": __version__, "kind": kind}
        parts = {"pages": told, "report": {name: dict(its) for name, its in report.items()}}
        metadata |= {name: json.dumps(part, ensure_ascii=False) for name, part in parts.items()}
        arrays.finish(metadata, force=force)
    return TextStore.load(path)


def resized(image: Color, labels: Iterable[Label], longest: int) -> tuple[Color, tuple[Label, ...]]:
    """Return an image whose longer side is at most ``longest``, and its labels."""
    height, width = image.shape[:2]
    if max(height, width) <= longest:
        return image, tuple(labels)
    share = longest / max(height, width)
    size = (max(1, round(width * share)), max(1, round(height * share)))
    small = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    factor = np.array([size[0] / width, size[1] / height])
    return np.asarray(small, np.uint8), tuple(_scaled(label, factor) for label in labels)


def _scaled(label: Label, factor: npt.NDArray[np.float64]) -> Label:
    polygon = label.region.polygon * factor
    return dataclasses.replace(label, region=dataclasses.replace(label.region, polygon=polygon))
