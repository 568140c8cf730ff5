"""What removing seals is worth: FM on generated pages with seals, with and without the step.

    python -m benchmarks.seals [--sets test,test-leaves] [--methods otsu,sauvola,…] [--pages N]
                               [--jobs N] [--json FILE] [--quick]

The pages are those of `docbin data synth --seals SET` (1000 × 1200 pixels, numbers 0 to 59), in the
fonts that the configuration names (of Debian: fonts-kouzan-mouhitsu, fonts-aoyagi-soseki, …).
For each method: mean FM and its 10th percentile on the pages as they are, with `RemoveSeals`
before it, and, as the ceiling, on the same pages without their seals. ``kmeans+sauvola`` is the
baseline of DKDS, with the cluster that is red instead of that which is blue: see
`without_red_cluster`. Learned methods are named by NAME or NAME:WEIGHTS, such as ``net:small`` or
``three-stage:DIR``. Then the processor's time of
the step on one thread, and how many pages without seals it changes; some have rubrics in red.
"""

from __future__ import annotations

import argparse
import functools
import json
import time
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np

import docbin
from docbin.evaluate.confusion import Confusion
from docbin.methods import KMeans
from docbin.ops.clusters import color_codes, lab_of, nearest
from docbin.steps import RemoveSeals
from docbin.synth.seals import SEALS, sealed

METHODS = ("otsu", "sauvola", "isauvola", "auto", "howe", "kmeans", "kmeans+sauvola", "net")
# The reddest cluster is a seal if its a* is so much more than the paper's.
RED = 12.0
SIZE, QUICK = (1000, 1200), (500, 600)
KINDS = ("sealed", "removed", "bare")


def page(task: tuple[str, int], methods: tuple[str, ...], size: tuple[int, int]) -> dict[str, Any]:
    """Score one page."""
    name, index = task
    one = sealed(index, SEALS[name], *size)
    if any("." not in seal.font for seal in one.seals):
        raise SystemExit(
            f"the brush fonts of '{name}' are not installed: sudo apt-get install "
            "fonts-kouzan-mouhitsu fonts-aoyagi-soseki fonts-aoyagi-kouzan-t"
        )
    bare = sealed(index, SEALS[name], *size, stamped=False).image
    step = RemoveSeals()
    removed, milliseconds = _timed(step, one.image)
    same, bare_milliseconds = _timed(step, bare)
    images = dict(zip(KINDS, (one.image, removed, bare), strict=True))
    return {
        "set": name,
        "index": index,
        "seals": len(one.seals),
        "overlap": sum(seal.overlaps for seal in one.seals),
        "milliseconds": milliseconds,
        "bare_milliseconds": bare_milliseconds,
        "bare_changed": same is not bare,
        "fm": {
            method: {kind: _fm(ink(image, method), one.truth)
                     for kind, image in images.items()}
            for method in methods
        },
    }  # fmt: skip


def ink(image: Any, method: str) -> Any:
    """Return the mask of a method by name, by NAME:WEIGHTS, or of the baseline."""
    if method == "kmeans+sauvola":
        return docbin.binarize(without_red_cluster(image), "sauvola")
    name, _, weights = method.partition(":")
    return docbin.binarize(image, name, **({"weights": weights} if weights else {}))


def without_red_cluster(image: Any) -> Any:
    """Return a page whose red pixels have the colour of the paper, uint8 (H, W, 3).

    The page's colours are clustered by `docbin.methods.KMeans` (three, in CIELAB). Red are the
    pixels of the cluster with the largest a*, if it is neither ink nor paper, the darkest and the
    lightest cluster, and redder than the paper.
    """
    codes = color_codes(image)
    counts = np.bincount(codes.ravel())
    known = np.flatnonzero(counts)
    centers = KMeans().centers(known, counts[known])
    red = int(np.argmax(centers[:, 1]))
    if red in (0, len(centers) - 1) or centers[red, 1] < centers[-1, 1] + RED:
        return image
    cluster = np.zeros(counts.size, np.int8)
    cluster[known] = nearest(lab_of(known), centers)
    labels = cluster[codes]
    cleaned = image.copy()
    cleaned[labels == red] = np.median(image[labels == len(centers) - 1], axis=0)
    return cleaned


def _timed(step: RemoveSeals, image: Any) -> tuple[Any, float]:
    """Return the page without seals, and the processor's time in milliseconds a megapixel."""
    import cv2

    cv2.setNumThreads(1)
    step.prepare(image[:64, :64])
    start = time.process_time()
    result = step.prepare(image)
    spent = time.process_time() - start
    return result, 1e9 * spent / (image.shape[0] * image.shape[1])


def _fm(mask: Any, truth: Any) -> float:
    return 100 * Confusion.of(mask, truth).f_beta()


def summary(rows: list[dict[str, Any]], methods: Iterable[str]) -> dict[str, Any]:
    """Return means and 10th percentiles of the pages of a set."""
    table = {}
    for method in methods:
        table[method] = {}
        for kind in KINDS:
            values = [row["fm"][method][kind] for row in rows]
            table[method][kind] = {
                "mean": float(np.mean(values)),
                "p10": float(np.percentile(values, 10)),
            }
    seals = sum(row["seals"] for row in rows)
    return {
        "pages": len(rows),
        "seals": seals,
        "overlapping": sum(row["overlap"] for row in rows) / seals,
        "milliseconds": float(np.median([row["milliseconds"] for row in rows])),
        "bare_milliseconds": float(np.median([row["bare_milliseconds"] for row in rows])),
        "bare_changed": sum(row["bare_changed"] for row in rows),
        "methods": table,
    }


def _print(name: str, facts: dict[str, Any]) -> None:
    print(
        f"\n{name}: {facts['pages']} pages, {facts['seals']} seals, "
        f"{facts['overlapping']:.0%} of them on ink\n"
    )
    print("| method | as it is | p10 | seals removed | p10 | no seals | p10 | gain |")
    print("|---|---:|---:|---:|---:|---:|---:|---:|")
    for method, kinds in facts["methods"].items():
        cells = [f"{kinds[kind][part]:.2f}" for kind in KINDS for part in ("mean", "p10")]
        gain = kinds["removed"]["mean"] - kinds["sealed"]["mean"]
        print(f"| {method} | {' | '.join(cells)} | {gain:+.2f} |")
    print(
        f"\nthe step: {facts['milliseconds']:.0f} ms/MP, without a seal on the page "
        f"{facts['bare_milliseconds']:.0f} ms/MP; pages without seals that it changes: "
        f"{facts['bare_changed']} of {facts['pages']}"
    )


def main() -> None:
    """Read the arguments."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--sets", default="test,test-leaves")
    parser.add_argument("--methods", default=",".join(METHODS))
    parser.add_argument("--pages", type=int)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--quick", action="store_true", help="4 small pages of each set")
    arguments = parser.parse_args()
    methods = tuple(arguments.methods.split(","))
    result: dict[str, Any] = {"docbin": docbin.__version__, "sets": {}, "rows": []}
    work = functools.partial(page, methods=methods, size=QUICK if arguments.quick else SIZE)
    with ProcessPoolExecutor(arguments.jobs, mp_context=get_context("spawn")) as pool:
        for name in arguments.sets.split(","):
            count = arguments.pages or (4 if arguments.quick else SEALS[name].pages)
            rows = list(pool.map(work, [(name, index) for index in range(count)]))
            result["rows"] += rows
            result["sets"][name] = summary(rows, methods)
            _print(name, result["sets"][name])
    if arguments.json:
        arguments.json.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
