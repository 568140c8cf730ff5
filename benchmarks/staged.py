"""Pipelines of patches: how many patches, and how much time, an overlap costs.

    python -m benchmarks.staged [--pipeline NAME] [--weights DIR] [--image FILE] [--threads N]
                                [--json FILE] [--quick]

First the patches of an A4 page at 300 dpi (2480 × 3508 pixels), for an overlap of 0.25 and for the
published stride of a tenth of a patch. Then both on a crop of a megapixel: patches, wall time, and
what share of the patches saved is also saved in time. Without ``--weights`` the generators are
packed wavelet U-Nets with random weights, which take the time of trained ones; without ``--image``
the crop is a drawn page.
"""

from __future__ import annotations

import argparse
import json
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

import docbin
from docbin import kernels
from docbin.image import as_rgb
from docbin.ops.patches import grid
from docbin.runtime.random_unet import drawn_page, random_unet
from docbin.runtime.staged.bundle import PACKED, Bundle
from docbin.runtime.staged.description import Description
from docbin.runtime.staged.generators import predictors
from docbin.runtime.staged.running import OVERLAP, Staged
from docbin.runtime.staged.table import DESCRIPTIONS, description

PUBLISHED = 0.9
SHEET = (3508, 2480)
SIDE, QUICK = 1000, 300


def random_pipeline(name: str, widths: tuple[int, ...]) -> Bundle:
    """Return a pipeline of random packed generators."""
    told = description(name)
    blocks = (1,) * len(widths)
    files = {
        one.name: (PACKED, random_unet(place, widths, blocks=blocks).to_bytes())
        for place, one in enumerate(told.generators())
    }
    return Bundle(told, files)


def patches(told: Description, shape: tuple[int, int], overlap: float) -> dict[str, int]:
    """Return the patches that the generators of each stage see on a page."""
    return {
        stage.name: len(stage.generators) * len(grid(shape, stage.side, overlap))
        for stage in told.stages
        if stage.name != "global"
    }


def crop(path: Path | None, side: int) -> Any:
    """Return the middle of a picture, or a drawn page, uint8 (side, side, 3)."""
    if path is None:
        return drawn_page(np.random.default_rng(0), side)
    pixels = as_rgb(next(iter(docbin.read_pages(path))).pixels)
    top, left = ((extent - side) // 2 for extent in pixels.shape[:2])
    if min(top, left) < 0:
        raise SystemExit(f"{path} is smaller than {side} × {side} pixels")
    return np.ascontiguousarray(pixels[top : top + side, left : left + side])


def timed(staged: Staged, page: Any, rounds: int) -> tuple[float, float]:
    """Return the seconds of one page, by the wall and of the processor: medians of some rounds."""
    found = []
    for _ in range(rounds):
        start = time.perf_counter(), time.process_time()
        staged.mask(page)
        found.append((time.perf_counter() - start[0], time.process_time() - start[1]))
    wall, processor = np.median(found, axis=0)
    return float(wall), float(processor)


def measure(staged: Staged, page: Any) -> dict[str, Any]:
    """Return patches and seconds of a crop at both overlaps."""
    found: dict[str, Any] = {}
    staged.mask(page)  # warms up
    # What takes long has its noise averaged already.
    for key, overlap, rounds in (("sane", OVERLAP, 5), ("published", PUBLISHED, 1)):
        count = sum(patches(staged.description, page.shape[:2], overlap).values())
        wall, processor = timed(replace(staged, overlap=overlap), page, rounds)
        found[key] = {"overlap": overlap, "patches": count, "wall": wall, "processor": processor}
    for unit in ("patches", "wall", "processor"):
        found[f"{unit}_ratio"] = found["published"][unit] / found["sane"][unit]
    return found


def sheet(told: Description) -> dict[str, Any]:
    """Return the patches of an A4 page at 300 dpi at both overlaps, and their ratio."""
    sane, published = (sum(patches(told, SHEET, each).values()) for each in (OVERLAP, PUBLISHED))
    return {"sane": sane, "published": published, "ratio": published / sane}


def main() -> None:
    """Read the arguments."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--pipeline", default="three-stage", choices=list(DESCRIPTIONS))
    parser.add_argument("--weights", type=Path, metavar="DIR")
    parser.add_argument("--image", type=Path, metavar="FILE")
    parser.add_argument("--widths", default="16,24,32", help="of the random generators")
    parser.add_argument("--threads", type=int)
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--quick", action="store_true", help="a small crop")
    arguments = parser.parse_args()
    widths = tuple(int(width) for width in arguments.widths.split(","))
    bundle = (
        Bundle.read(arguments.weights)
        if arguments.weights
        else random_pipeline(arguments.pipeline, widths)
    )
    told = bundle.description
    result: dict[str, Any] = {"docbin": docbin.__version__, "sheets": {}}
    print("| pipeline | patches of A4 at 300 dpi, overlap 0.25 | stride of a tenth | times |")
    print("|---|---:|---:|---:|")
    for name, each in DESCRIPTIONS.items():
        result["sheets"][name] = found = sheet(each)
        print(f"| {name} | {found['sane']} | {found['published']} | {found['ratio']:.1f} |")
    page = crop(arguments.image, QUICK if arguments.quick else SIDE)
    with kernels.limit_threads(arguments.threads):
        found = measure(Staged(told, predictors(bundle)), page)
        threads = kernels.threads()
    result |= {"pipeline": told.name, "threads": threads, "crop": found}
    print(f"\n{told.name} on {page.shape[1]} × {page.shape[0]} pixels, {threads} threads:")
    for key in ("sane", "published"):
        one = found[key]
        print(
            f"  overlap {one['overlap']}: {one['patches']} patches, {one['wall']:.2f} s, "
            f"{one['processor']:.2f} s of the processor"
        )
    print(f"  {found['patches_ratio']:.1f} times the patches", end="")
    for unit in ("wall", "processor"):
        ratio = found[f"{unit}_ratio"]
        print(f", {unit} {ratio:.1f} times: {ratio / found['patches_ratio']:.2f} of it", end="")
    print()
    if arguments.json:
        arguments.json.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
