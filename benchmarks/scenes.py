"""Binarization of text in photos: FM on generated photos, beside Otsu and Sauvola.

    python -m benchmarks.scenes [--set test] [--photos N] [--weights FILE] [--jobs N]
                                [--json FILE] [--quick]

The photos are those of `docbin data synth --kind scenes --scenes SET` (640 × 480 pixels, numbers 0
to 99) in the fonts and with the photographs that the configuration names (docs/scenes.md lists
the packages). Don't-care regions do not count; photos without any other text are left out.

Otsu and Sauvola get what no user has: for each photo (of the whole photo) or each region (within
the regions of the truth) the polarity that scores best, and Sauvola the window that scores best on
each photo. `scene` gets the regions of the truth, without polarity, and those of a detector where
there is one.
"""

from __future__ import annotations

import argparse
import functools
import json
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np

import docbin
from docbin.errors import UsageError
from docbin.evaluate.confusion import Confusion
from docbin.image import Mask, as_gray
from docbin.methods.sauvola import Sauvola
from docbin.ops.color_axis import otsu
from docbin.ops.polygon import filled
from docbin.scene import Scene as SceneStep
from docbin.scene import binarized
from docbin.synth.faces import font_files
from docbin.synth.scene_backdrops import chosen
from docbin.synth.scenes import SCENES, Scene, scene

WINDOWS = (15, 25, 41, 65, 101, 161)
QUICK = (320, 240)
ROWS = {
    "otsu": "Otsu, the photo, right polarity",
    "sauvola": "Sauvola, the photo, right polarity, best window",
    "otsu in regions": "Otsu, each region of the truth, right polarity",
    "sauvola in regions": "Sauvola, in the regions of the truth, right polarity, best window",
    "scene, truth": "--scene, regions of the truth",
    "scene, detector": "--scene, regions of the detector",
}


def photo(index: int, name: str, size: tuple[int, int], weights: str | None) -> Any:
    """Score one photo; None where it has no text that counts."""
    made = scene(index, SCENES[name], *size)
    dont_care = _within(made, care=False)
    counted = ~dont_care
    if not (made.truth & counted).any():
        return None

    def score(mask: Mask) -> float:
        return 100 * Confusion.of(mask & counted, made.truth & counted).f_beta()

    gray = as_gray(made.image)
    dark = gray <= otsu(gray.ravel().astype(np.float32))
    locally = [(Sauvola(window=w)(gray), Sauvola(window=w)(255 - gray)) for w in WINDOWS]
    care = [line.region for line in made.lines if line.care]
    found = {
        "otsu": max(score(dark), score(~dark)),
        "sauvola": max(score(mask) for pair in locally for mask in pair),
        "otsu in regions": score(_in_regions(made, lambda window, inside: _halves(
            gray[window], inside))),
        "sauvola in regions": max(
            score(_in_regions(made, lambda window, _, pair=pair: [m[window] for m in pair]))
            for pair in locally
        ),
        "scene, truth": score(binarized(made.image, care)),
    }  # fmt: skip
    if weights:
        found["scene, detector"] = score(SceneStep(weights).mask(made.image))
    return {"index": index, "backdrop": made.backdrop, "regions": len(care), "fm": found}


def _within(made: Scene, *, care: bool) -> Mask:
    """Return the pixels in regions that count, or that do not."""
    result = np.zeros(made.truth.shape, bool)
    for line in made.lines:
        if line.care == care:
            window, inside = filled(line.region.polygon, made.truth.shape)
            result[window] |= inside
    return result


def _halves(gray: Any, inside: Mask) -> list[Mask]:
    dark = gray <= otsu(gray[inside].astype(np.float32))
    return [dark, ~dark]


def _in_regions(made: Scene, masks: Callable[..., list[Mask]]) -> Mask:
    """Compose the mask that scores best in each region of the truth."""
    result = np.zeros(made.truth.shape, bool)
    for line in made.lines:
        if line.care:
            window, inside = filled(line.region.polygon, made.truth.shape)
            truth = made.truth[window] & inside
            tried = [mask & inside for mask in masks(window, inside)]
            result[window] |= max(tried, key=lambda mask: Confusion.of(mask, truth).f_beta())
    return result


def detector() -> str | None:
    """Return the detector that docbin comes with, if there is one."""
    try:
        SceneStep().detector()
    except UsageError:
        return None
    return SceneStep().weights


def _check(name: str) -> None:
    """Stop where the configuration's fonts or photographs are not installed."""
    import re

    ranges = SCENES[name]
    fonts = [path for path in font_files() if re.fullmatch(ranges.fonts, path.stem)]
    if len(fonts) < 40 or len(chosen(ranges, None)) < 15:
        raise SystemExit(
            f"of the fonts and photographs of '{name}' only {len(fonts)} and "
            f"{len(chosen(ranges, None))} are installed; docs/scenes.md has the command"
        )


def _print(table: dict[str, Any], count: int) -> None:
    print(f"\n{count} photos\n\n| | FM | p10 |\n|---|---:|---:|")
    for key, facts in table.items():
        print(f"| {ROWS[key]} | {facts['mean']:.2f} | {facts['p10']:.2f} |")
    best = max(table[key]["mean"] for key in ("otsu", "sauvola"))
    within = max(table[key]["mean"] for key in ("otsu in regions", "sauvola in regions"))
    for key in ("scene, truth", "scene, detector"):
        if key in table:
            mean = table[key]["mean"]
            print(f"\n{ROWS[key]}: {mean - best:+.2f} against the photo, {mean - within:+.2f} "
                  "against the same regions of the truth")  # fmt: skip


def main() -> None:
    """Read the arguments."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--set", default="test", choices=list(SCENES))
    parser.add_argument("--photos", type=int)
    parser.add_argument("--weights", metavar="FILE", help="a detector; docbin's own if it has one")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--quick", action="store_true", help="4 small photos")
    arguments = parser.parse_args()
    _check(arguments.set)
    weights = arguments.weights or detector()
    count = arguments.photos or (4 if arguments.quick else SCENES[arguments.set].scenes)
    size = QUICK if arguments.quick else (640, 480)
    work = functools.partial(photo, name=arguments.set, size=size, weights=weights)
    with ProcessPoolExecutor(arguments.jobs, mp_context=get_context("spawn")) as pool:
        rows = [row for row in pool.map(work, range(count)) if row]
    table = {
        key: {
            "mean": float(np.mean([row["fm"][key] for row in rows])),
            "p10": float(np.percentile([row["fm"][key] for row in rows], 10)),
        }
        for key in rows[0]["fm"]
    }
    _print(table, len(rows))
    if arguments.json:
        result = {"docbin": docbin.__version__, "set": arguments.set, "weights": weights,
                  "photos": len(rows), "table": table, "rows": rows}  # fmt: skip
        arguments.json.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
