"""What a shadow across a page costs: the network, with edges of its own, and other methods.

    python -m benchmarks.shadows --data DIR [--split train] [--pages 14] [--dark 0.3]
        [--json FILE] [--quick] [METHOD ...]

Crops from the middle of pages from all over the split, of at most 800 × 800 pixels, are binarized
as they are and under a shadow: light falls from 1 to ``--dark`` across the crop, in a direction
drawn by seed, most of it in the middle. Mean FM of both. A method is NAME or NAME:KEY=VALUE;
without any: net, net:edges=network, howe, sauvola.
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

import docbin
from benchmarks.tiny_type import crop, fm, spread
from docbin.commands.settings import settings
from docbin.evaluate import Sample

METHODS = ("net", "net:edges=network", "howe", "sauvola")

Pixels = npt.NDArray[np.uint8]


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("methods", nargs="*", default=METHODS, metavar="METHOD")
    parser.add_argument("--data", required=True)
    parser.add_argument("--split", default="train")
    parser.add_argument("--pages", type=int, default=14)
    parser.add_argument("--dark", type=float, default=0.3)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--quick", action="store_true", help="two pages")
    options = parser.parse_args()
    chosen = spread(options.data, options.split, 2 if options.quick else options.pages)
    rng = np.random.default_rng(0)
    scores = [list(measured(sample, options.methods, options.dark, rng)) for sample in chosen]
    print(f"{len(chosen)} pages of {options.split}, light down to {options.dark}\n")
    print("| method | as they are | in shadow |\n|---|---:|---:|")
    for name, (light, dark) in zip(options.methods, np.mean(scores, 0), strict=True):
        print(f"| {name} | {light:.2f} | {dark:.2f} |")
    if options.json is not None:
        told = {"methods": list(options.methods), "pages": [s.name for s in chosen]}
        options.json.write_text(json.dumps({**told, "scores": scores}, indent=1))


def measured(
    sample: Sample, methods: list[str], dark: float, rng: np.random.Generator
) -> Iterator[tuple[float, float]]:
    """Yield the FM of every method on a crop as it is, and in shadow."""
    page, truth = crop(sample)
    shaded = in_shadow(page, dark, rng.uniform(0, 2 * math.pi))
    for name in methods:
        method, _, texts = name.partition(":")
        params = settings(method, filter(None, texts.split(",")))
        light, shadow = (
            fm(docbin.binarize(image, method, **params), truth) for image in (page, shaded)
        )
        yield light, shadow


def in_shadow(page: Pixels, dark: float, angle: float) -> Pixels:
    """Return a page whose light falls from 1 to ``dark`` in a direction, in radians."""
    y, x = np.mgrid[: page.shape[0], : page.shape[1]]
    across = math.cos(angle) * (x / page.shape[1] - 0.5) + math.sin(angle) * (
        y / page.shape[0] - 0.5
    )
    light = dark + (1 - dark) / (1 + np.exp(-8 * across))
    return np.rint(page * (light if page.ndim == 2 else light[..., None])).astype(np.uint8)


if __name__ == "__main__":
    main()
