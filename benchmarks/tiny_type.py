"""What pages of small type gain when a network sees them at twice their size.

    python -m benchmarks.tiny_type --data DIR [--split train] [--weights free] [--pages 14]
        [--json FILE] [--quick]

Crops of 800 × 800 pixels from the middle of pages from all over the split are seen at eight sizes,
from the one they have to 0.3, with their truth (ink is what covers half of a pixel). Each
is binarized as it is and seen at twice its size; the table has the mean gain in FM by the height of
the letters in the mask of the crop as it is (`docbin.ops.characters`). Take a network that has not
seen the pages: ``free`` for training pages, any for dev pages.
"""

from __future__ import annotations

import argparse
import itertools
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

import docbin
from docbin.evaluate import Dataset, Sample
from docbin.evaluate.confusion import Confusion
from docbin.methods import Net
from docbin.ops.characters import character_height
from docbin.runtime.enlarged import TINY

SIZES = (1.0, 0.8, 0.7, 0.6, 0.5, 0.42, 0.36, 0.3)
SIDE = 800
# Heights of letters, in pixels; `TINY` is one of the borders.
BORDERS = (0, 8, 11, TINY + 1, 17, 20, 25, 32, 45, 1000)

Mask = npt.NDArray[np.bool_]


class Seen(NamedTuple):
    """One crop at one size: height of its letters, FM as it is and seen at twice its size."""

    page: str
    size: float
    height: float
    once: float
    twice: float


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--data", required=True)
    parser.add_argument("--split", default="train")
    parser.add_argument("--weights", default="free")
    parser.add_argument("--pages", type=int, default=14)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--quick", action="store_true", help="two pages at two sizes")
    options = parser.parse_args()
    count, sizes = (2, (1.0, 0.3)) if options.quick else (options.pages, SIZES)
    chosen = spread(options.data, options.split, count)
    found = [each for sample in chosen for each in seen(sample, options.weights, sizes)]
    print(f"{options.weights}, {len(chosen)} pages of {options.split}\n")
    print("\n".join(table(found)))
    if options.json is not None:
        told: dict[str, Any] = {"weights": options.weights, "crops": [x._asdict() for x in found]}
        options.json.write_text(json.dumps(told, indent=1))


def seen(sample: Sample, weights: str, sizes: Sequence[float]) -> Iterator[Seen]:
    """Yield a page's crop at every size."""
    page, truth = crop(sample)
    # The network alone: what it gains, not what the page's edges do.
    once, twice = (Net(weights, enlarge=how, edges="network") for how in ("never", "always"))
    for size in sizes:
        small, ink = _smaller(page, size), _smaller(truth.astype(np.float32), size) >= 0.5
        mask = once(small)
        score = fm(mask, ink), fm(twice(small), ink)
        yield Seen(sample.name, size, character_height(mask), *score)


def table(found: Sequence[Seen]) -> Iterator[str]:
    """Yield the rows of the table."""
    yield "| letters, pixels | crops | as it is | twice its size | gain |"
    yield "|---|---:|---:|---:|---:|"
    for low, high in itertools.pairwise(BORDERS):
        part = [each for each in found if low <= each.height < high]
        if not part:
            continue
        once, twice = np.mean([(each.once, each.twice) for each in part], 0)
        name = f"{low} to {high - 1}" if high < BORDERS[-1] else f"{low} and more"
        yield f"| {name} | {len(part)} | {once:.2f} | {twice:.2f} | {twice - once:+.2f} |"


def spread(data: str, split: str, pages: int) -> list[Sample]:
    """Return so many pages of a split, from all over it."""
    samples = list(Dataset.open(data, split=split))
    return samples[:: max(1, len(samples) // pages)][:pages]


def crop(sample: Sample) -> tuple[npt.NDArray[np.uint8], Mask]:
    """Return the middle of a page and of its truth, at most `SIDE` pixels wide and high."""
    page = next(iter(docbin.read_pages(sample.image)))
    return _middle(np.asarray(page.pixels)), _middle(docbin.read_mask(sample.truth))


def fm(mask: Mask, truth: Mask) -> float:
    """Return FM in per cent."""
    return 100 * Confusion.of(mask, truth).f_beta()


def _middle(plane: npt.NDArray[Any]) -> npt.NDArray[Any]:
    top, left = (max(0, (length - SIDE) // 2) for length in plane.shape[:2])
    return np.ascontiguousarray(plane[top : top + SIDE, left : left + SIDE])


def _smaller(plane: npt.NDArray[Any], size: float) -> npt.NDArray[Any]:
    if size == 1:
        return plane
    return np.asarray(cv2.resize(plane, None, fx=size, fy=size, interpolation=cv2.INTER_AREA))


if __name__ == "__main__":
    main()
