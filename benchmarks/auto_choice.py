"""How `auto` chooses: fit its three weights on training sets, leaving one set out at a time.

    python -m benchmarks.auto_choice --data DIR              fit, and print what is found
    python -m benchmarks.auto_choice --data DIR --check dev  score the method as it is on a split

DIR has an INDEX.csv with the splits (see `docbin score --help`). The first form prints, for every
set, the mean FM of ISauvola at window 25 and k 0.1, of Otsu, of the best setting of each page, and
of the choice made with weights that were fitted on the other sets only.
"""

from __future__ import annotations

import argparse
from typing import Any

import numpy as np

import docbin
from docbin.evaluate import Dataset
from docbin.evaluate.confusion import Confusion
from docbin.image import as_gray
from docbin.methods import auto
from docbin.methods.isauvola import ISauvola
from docbin.methods.otsu import Otsu

# The set whose pages no threshold can do counts less: single bands of multispectral pictures.
SHARE = {"smadi": 0.2}
# Weights that are tried for fill and for waste; that of edge is 1, since only their ratios count.
TRIED = np.geomspace(1, 30, 49)


def page_of(sample: Any) -> tuple[Any, Any]:
    """Return gray page and truth."""
    page = next(iter(docbin.read_pages(sample.image)))
    return as_gray(page.pixels), docbin.read_mask(sample.truth)


def fm(mask: Any, truth: Any) -> float:
    """Return the F-measure in percent."""
    return 100 * Confusion.of(mask, truth).f_beta()


def observe(sample: Any) -> dict[str, Any]:
    """Measure all settings of one page, with their FM."""
    gray, truth = page_of(sample)
    method = auto.Auto()
    tiles = method.looked_at(gray)
    least = method.least_contrast(tiles)
    scores = [
        fm(ISauvola(window=window, k=k, least=least, solid=True)(gray), truth)
        for window, k in auto.settings()
    ]
    return {
        "set": sample.set,
        "features": np.array(list(auto.measured(tiles, least))),
        "fm": np.array(scores),
        "fixed": fm(ISauvola(window=25, k=0.1)(gray), truth),
        "otsu": fm(Otsu()(gray), truth),
    }


def outcome(page: dict[str, Any]) -> np.ndarray:
    """Return the page's FM with every pair of weights, float64 (49, 49)."""
    edge, fill, waste = page["features"].T
    worth = edge + TRIED[:, None, None] * fill - TRIED[:, None] * waste
    best = np.nan_to_num(worth, nan=-np.inf).argmax(axis=-1)
    found: np.ndarray = page["fm"][best]
    return found


def fitted(pages: list[dict[str, Any]]) -> tuple[int, int]:
    """Return the pair of weights (two indices) with the best mean FM over the sets.

    It is averaged over a pair and its eight neighbours, so that no lucky single point wins.
    """
    total = np.zeros((len(TRIED), len(TRIED)))
    for name in {page["set"] for page in pages}:
        here = [page["outcome"] for page in pages if page["set"] == name]
        total += SHARE.get(name, 1.0) * np.mean(here, axis=0)
    wide = np.pad(total, 1, mode="edge")
    size = len(TRIED)
    smooth = sum(wide[i : i + size, j : j + size] for i in range(3) for j in range(3))
    first, second = np.unravel_index(np.argmax(smooth), total.shape)
    return int(first), int(second)


def fit(data: Dataset) -> None:
    """Print the table of the fit."""
    pages = [observe(sample) for sample in data]
    for page in pages:
        page["outcome"] = outcome(page)
    print(f"{'set':12s} {'pages':>5s} {'fixed':>7s} {'otsu':>7s} {'best':>7s} {'left out':>8s}")
    gains = []
    for name in data.sets:
        here = [page for page in pages if page["set"] == name]
        weights = fitted([page for page in pages if page["set"] != name])
        left = np.mean([page["outcome"][weights] for page in here])
        means = [np.mean([page[key] for page in here]) for key in ("fixed", "otsu")]
        best = np.mean([page["fm"].max() for page in here])
        gains.append(left - means[0])
        print(f"{name:12s} {len(here):5d} {means[0]:7.2f} {means[1]:7.2f} {best:7.2f} {left:8.2f}")
    print(f"mean gain over the fixed setting, sets left out: {np.mean(gains):+.2f}")
    fill, waste = (TRIED[index] for index in fitted(pages))
    print(f"on all sets: ln(edge) + {fill:.1f} ln(fill) - {waste:.1f} ln(waste)")


def check(data: Dataset) -> None:
    """Print the mean FM of the method as it is, by set."""
    for name in data.sets:
        rows = []
        for sample in data.only(name):
            gray, truth = page_of(sample)
            binarizer = auto.Auto().choose(gray)
            others = (ISauvola(window=25, k=0.1), Otsu())
            rows.append([fm(method(gray), truth) for method in (binarizer, *others)])
        means = np.mean(rows, axis=0)
        print(f"{name:12s} auto {means[0]:.2f}  fixed {means[1]:.2f}  otsu {means[2]:.2f}")


def main() -> None:
    """Read the arguments."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--data", required=True, help="folder with INDEX.csv")
    parser.add_argument("--check", metavar="SPLIT", help="score the method as it is")
    parser.add_argument("--split", default="train", help="split to fit on")
    arguments = parser.parse_args()
    if arguments.check:
        check(Dataset.open(arguments.data, split=arguments.check))
    else:
        fit(Dataset.open(arguments.data, split=arguments.split))


if __name__ == "__main__":
    main()
