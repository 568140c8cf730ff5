"""What a network gains from pages brought to one stroke width, and from views of them turned.

    python -m benchmarks.input_scale --weights FILE --data DIR [--split train] [--only SET]
        [--each 5] [--json FILE] [--quick]

Every page is binarized at nine sizes from half to double: pixels scaled, probabilities scaled back
and cut at one half. From these, mean Avg-Score and FM by set of

- as it is;
- one size for all: the one of nine that is best on the other sets;
- stroke width: the size that brings the strokes, measured on the mask of the page as it is, to the
  width that is best on the other sets;
- 300 dpi: pages whose file says a resolution brought to 300 dpi (72 and 96 say nothing);
- the best size of each page, found with its truth: more than any rule can reach.

And at the size it is, probabilities averaged over views of the page (--quality best takes four
turns): mirrored, turned by a quarter, its four quarter turns, all eight; with the time as a
multiple of one view. All dev pages of DIBCO (47 megapixels) take three minutes of one core.

Take training pages, best of a set that the network was not trained on (benchmarks.ablation leaves
one out). A gain that is smaller than 0.1 on sets left out is none. A perfect page counts 100.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

import docbin
from docbin.evaluate import Dataset, Sample
from docbin.ops.stroke import stroke_width
from docbin.runtime.network import Network

SCALES = tuple(2.0 ** (step / 4) for step in range(-4, 5))
AS_IS = SCALES.index(1.0)
# Widths of strokes in pixels that are tried as the one to bring pages to.
WIDTHS = tuple(np.geomspace(2.5, 12, 15).tolist())
# A larger page than this is not enlarged.
MOST_PIXELS = 24e6

Field = npt.NDArray[np.float32]
# Mirrored or not, and quarter turns.
VIEWS = {
    "as it is": [(False, 0)],
    "mirrored": [(False, 0), (True, 0)],
    "one turn": [(False, 0), (False, 1)],
    "turned": [(False, turn) for turn in range(4)],
    "all eight": [(flip, turn) for flip in (False, True) for turn in range(4)],
}


class Observed(NamedTuple):
    """What was measured of a page: (Avg-Score, FM) at each scale and by views, seconds by views."""

    set: str
    scales: list[tuple[float, float] | None]
    stroke: float
    dpi: float | None
    views: dict[str, tuple[float, float]]
    seconds: dict[str, float]


def scaled(pixels: Any, scale: float) -> Any:
    """Return pixels at another size, at least one by one."""
    if scale == 1.0:
        return pixels
    height, width = (max(1, round(extent * scale)) for extent in pixels.shape[:2])
    kind = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return cv2.resize(pixels, (width, height), interpolation=kind)


def at_scale(network: Network, pixels: Any, scale: float) -> Any:
    """Return the mask of a page that the network sees at another size."""
    if scale == 1.0:
        return network.mask(pixels)
    field = network.probability(scaled(pixels, scale))
    back = cv2.resize(field, pixels.shape[1::-1], interpolation=cv2.INTER_LINEAR)
    return back >= 0.5


def averaged(network: Network, pixels: Any, views: Sequence[tuple[bool, int]]) -> Field:
    """Return the mean probability over views of a page."""
    total = np.zeros(pixels.shape[:2], np.float32)
    for flip, turn in views:
        view = np.rot90(pixels[:, ::-1] if flip else pixels, turn)
        field = np.rot90(network.probability(np.ascontiguousarray(view)), -turn)
        total += field[:, ::-1] if flip else field
    return total / np.float32(len(views))


def observe(network: Network, sample: Sample) -> Observed:
    """Measure everything of a page."""
    page = next(iter(docbin.read_pages(sample.image)))
    pixels, truth = np.asarray(page.pixels), docbin.read_mask(sample.truth)

    def scores(mask: Any) -> tuple[float, float]:
        found = docbin.score(mask, truth, weights=None)
        return min(found.avg_score, 100.0), found.fm

    sizes = [scale for scale in SCALES if scale <= 1 or truth.size * scale**2 <= MOST_PIXELS]
    at_sizes = {scale: scores(at_scale(network, pixels, scale)) for scale in sizes}
    views, seconds = {}, {}
    for name, its in VIEWS.items():
        start = time.process_time()
        field = averaged(network, pixels, its)
        seconds[name] = time.process_time() - start
        views[name] = scores(field >= 0.5)
    known = None if page.dpi is None or set(page.dpi) <= {72.0, 96.0} else float(page.dpi[0])
    stroke = stroke_width(network.mask(pixels))
    return Observed(
        sample.set, [at_sizes.get(scale) for scale in SCALES], stroke, known, views, seconds
    )


def nearest(wanted: float, page: Observed) -> int:
    """Return the scale of `SCALES` that is nearest, of those the page was measured at."""
    there = [index for index, its in enumerate(page.scales) if its is not None]
    return min(there, key=lambda index: abs(np.log(SCALES[index] / wanted)))


def for_stroke(width: float) -> Callable[[Observed], int]:
    """Return the rule that brings strokes to a width; a page without ink stays as it is."""
    return lambda page: nearest(width / page.stroke, page) if page.stroke else AS_IS


def for_dpi(page: Observed) -> int:
    """Return the scale that brings a page to 300 dpi if its file says what it has."""
    return AS_IS if page.dpi is None else nearest(300 / page.dpi, page)


def oracle(page: Observed) -> int:
    """Return the best scale of a page."""
    return max(range(len(SCALES)), key=lambda i: -np.inf if (s := page.scales[i]) is None else s[0])


Rule = Callable[[Observed], int]


def mean(pages: Sequence[Observed], rule: Rule) -> tuple[float, float]:
    """Return mean Avg-Score and FM of pages at the scales that a rule says."""
    chosen = [page.scales[rule(page)] for page in pages]
    avg, fm = np.mean(np.array(chosen, np.float64), axis=0)
    return float(avg), float(fm)


def best_of(rules: Mapping[float, Rule], pages: Sequence[Observed]) -> float:
    """Return the rule with the best mean over the sets of the Avg-Score."""
    sets = {page.set: [p for p in pages if p.set == page.set] for page in pages}
    worth = {
        key: np.mean([mean(its, rule)[0] for its in sets.values()]) for key, rule in rules.items()
    }
    return max(worth, key=lambda key: worth[key])


def table(pages: Sequence[Observed]) -> dict[str, dict[str, Any]]:
    """Return set -> what each rule reaches; rules are fitted on the other sets."""
    sizes: dict[float, Rule] = {s: (lambda page, s=s: nearest(s, page)) for s in SCALES}  # type: ignore[misc]
    strokes: dict[float, Rule] = {width: for_stroke(width) for width in WIDTHS}
    found: dict[str, dict[str, Any]] = {}
    for name in dict.fromkeys(page.set for page in pages):
        its = [page for page in pages if page.set == name]
        others = [page for page in pages if page.set != name] or its
        size, width = best_of(sizes, others), best_of(strokes, others)
        found[name] = {
            "pages": len(its),
            "strokes": float(np.median([page.stroke for page in its])),
            "as it is": mean(its, lambda _: AS_IS),
            "one size": mean(its, sizes[size]),
            "stroke width": mean(its, strokes[width]),
            "300 dpi": mean(its, for_dpi),
            "best of each": mean(its, oracle),
            "fitted": {"size": size, "width": width},
            "views": {
                view: tuple(np.mean([page.views[view] for page in its], axis=0).tolist())
                for view in VIEWS
            },
        }
    return found


def printed(found: Mapping[str, Mapping[str, Any]], pages: Sequence[Observed]) -> None:
    """Print both tables: Avg-Score and FM."""
    rules = ("as it is", "one size", "stroke width", "300 dpi", "best of each")
    print(f"{'set':12} {'stroke':>6}  " + "  ".join(f"{rule:>13}" for rule in rules))
    for name, its in found.items():
        cells = "  ".join(f"{its[rule][0]:6.2f} {its[rule][1]:6.2f}" for rule in rules)
        fit = f"size {its['fitted']['size']:.2f}, width {its['fitted']['width']:.1f}"
        print(f"{name:12} {its['strokes']:6.1f}  {cells}   ({fit})")
    means = [np.mean([its[rule] for its in found.values()], axis=0) for rule in rules]
    print(f"{'mean':12} {'':6}  " + "  ".join(f"{avg:6.2f} {fm:6.2f}" for avg, fm in means))
    print(f"\n{'views':19}  " + "  ".join(f"{view:>13}" for view in VIEWS))
    for name, its in found.items():
        cells = "  ".join(f"{avg:6.2f} {fm:6.2f}" for avg, fm in its["views"].values())
        print(f"{name:19}  {cells}")
    rows = [[its["views"][view] for view in VIEWS] for its in found.values()]
    cells = "  ".join(f"{avg:6.2f} {fm:6.2f}" for avg, fm in np.mean(rows, axis=0))
    print(f"{'mean':19}  {cells}")
    spent = {view: sum(page.seconds[view] for page in pages) for view in VIEWS}
    print(f"{'time':19}  " + "  ".join(f"{spent[v] / spent['as it is']:13.1f}" for v in VIEWS))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--weights", required=True, metavar="FILE", help="a packed network")
    parser.add_argument("--data", required=True, metavar="DIR", help="pages with truth")
    parser.add_argument("--split", help="only this split of them")
    parser.add_argument("--only", action="append", default=[], metavar="SET", help="only this set")
    parser.add_argument("--each", type=int, metavar="N", help="the first N pages of each set only")
    parser.add_argument("--quick", action="store_true", help="the first page of each set only")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures here")
    arguments = parser.parse_args()
    data = Dataset.open(arguments.data, split=arguments.split)
    data = data.only(*arguments.only) if arguments.only else data
    most = 1 if arguments.quick else arguments.each
    network = Network.load(arguments.weights)
    samples = [s for name in data.sets for s in [s for s in data if s.set == name][:most]]
    pages = [observe(network, sample) for sample in samples]
    found = table(pages)
    printed(found, pages)
    if arguments.json:
        told = {"sets": found, "pages": [page._asdict() for page in pages], "scales": SCALES}
        arguments.json.write_text(json.dumps(told, indent=1, allow_nan=False))


if __name__ == "__main__":
    main()
