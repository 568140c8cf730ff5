"""What one choice of `auto` for a folder costs or gains against a choice for each page.

    python -m benchmarks.scope --data DIR [--split train] [--only SET]

DIR has an INDEX.csv with the splits (see `docbin score --help`). Each of its sets counts as a
folder, whose choice is made as ``docbin batch -m auto --scope folder`` makes it. Printed are, for
both scopes, the mean FM of the set's pages, that of the worst page, and how many settings (window
and k) its pages got.
"""

from __future__ import annotations

import argparse
from typing import Any

import numpy as np

import docbin
from docbin.batch.scope import sample
from docbin.evaluate import Dataset
from docbin.evaluate.confusion import Confusion
from docbin.image import as_gray
from docbin.methods.auto import Auto
from docbin.methods.auto_scope import common, fitted, seen


def gray_of(page: Any) -> Any:
    """Return the gray pixels of a page."""
    return as_gray(next(iter(docbin.read_pages(page.image))).pixels)


def compared(pages: list[Any]) -> dict[str, tuple[list[float], int]]:
    """Return the FM of a folder's pages and the number of their settings, for both scopes."""
    method = Auto()
    named = {page.name: page for page in pages}
    looks = [seen(method, method.looked_at(gray_of(named[name]))) for name in sample(named)]
    one = fitted(method, common(looks))
    found: dict[str, tuple[list[float], set[Any]]] = {"page": ([], set()), "folder": ([], set())}
    for page in pages:
        gray, truth = gray_of(page), docbin.read_mask(page.truth)
        for scope, binarizer in (("page", method.choose(gray)), ("folder", one)):
            scores, settings = found[scope]
            scores.append(100 * Confusion.of(binarizer(gray), truth).f_beta())
            settings.add((binarizer.window, binarizer.k))
    return {scope: (scores, len(settings)) for scope, (scores, settings) in found.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", required=True, metavar="DIR")
    parser.add_argument("--split", default="train")
    parser.add_argument("--only", metavar="SET")
    options = parser.parse_args()
    data = Dataset.open(options.data, split=options.split)
    print(f"{'set':<12} pages  {'page: FM worst settings':>24}  {'folder: FM worst settings':>26}")
    for name in [options.only] if options.only else data.sets:
        pages = list(data.only(name))
        line = f"{name:<12} {len(pages):5d}"
        for scores, settings in compared(pages).values():
            line += f"  {np.mean(scores):10.2f} {min(scores):5.1f} {settings:9d}"
        print(line, flush=True)


if __name__ == "__main__":
    main()
