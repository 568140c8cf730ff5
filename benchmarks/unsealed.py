"""Pages that `docbin.steps.RemoveSeals` changes: none of those without a seal.

    python -m benchmarks.unsealed DIR [DIR …] [--json FILE] [--jobs N]

Reads all pictures in the folders and the folders within them. Prints how many have colours, and the
name of each that does not come out with the same bytes, with the share of its pixels that differ:
look at these, they should have a seal or a stamp.
"""

from __future__ import annotations

import argparse
import functools
import json
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from docbin.batch import Treatment
from docbin.image import as_array
from docbin.steps import RemoveSeals

SUFFIXES = {".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".webp"}


def changed(treatment: Treatment, path: Path) -> float | None:
    """Return the share of pixels that the step changes in the first page; None if it is gray."""
    from docbin.io import open_source

    source = next(iter(open_source(path)))
    pixels = as_array(source.load().pixels)
    if RemoveSeals().remark(pixels):
        return None
    dpi = treatment.resolution(source.info)
    cleaned = RemoveSeals().at(None if dpi is None else dpi[0]).prepare(pixels)
    return float((cleaned != pixels).any(axis=2).mean())


def main() -> None:
    """Read the arguments."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("folders", nargs="+", type=Path, metavar="DIR")
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--jobs", type=int, default=2)
    arguments = parser.parse_args()
    files = sorted(
        path
        for folder in arguments.folders
        for path in folder.rglob("*")
        if path.suffix.lower() in SUFFIXES
    )
    with ProcessPoolExecutor(arguments.jobs, mp_context=get_context("spawn")) as pool:
        work = functools.partial(changed, Treatment())
        shares = dict(zip(files, pool.map(work, files, chunksize=4), strict=True))
    colored = {path: share for path, share in shares.items() if share is not None}
    touched = {str(path): share for path, share in colored.items() if share}
    print(f"{len(files)} pages, {len(colored)} with colours, {len(touched)} changed")
    for name, share in touched.items():
        print(f"{name}: {share:.2%} of the pixels")
    if arguments.json:
        facts = {"pages": len(files), "colored": len(colored), "changed": touched}
        arguments.json.write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    np.seterr(all="raise", under="ignore")
    main()
