"""Tune Sauvola's parameters on generated pages, each kind of page left out once.

python examples/tune_parameters.py
"""

import functools
import tempfile
from pathlib import Path

from PIL import Image

import docbin
from docbin import synth
from docbin.evaluate.tuning import tune


def write_pages(folder: Path) -> Path:
    """Write three sets of two pages, and the table that says which is which."""
    lines = ["dataset,split,name,image,truth"]
    for layout in ("page", "letter", "table"):
        (folder / layout).mkdir()
        for seed in (1, 2):
            image, truth = synth.page(seed, 450, 340, 120, layout=layout)
            Image.fromarray(image).save(folder / layout / f"{seed}.png")
            docbin.write_mask(folder / layout / f"{seed}_gt.png", truth)
            lines.append(f"{layout},train,{seed},{layout}/{seed}.png,{layout}/{seed}_gt.png")
    (folder / "INDEX.csv").write_text("\n".join(lines) + "\n")
    return folder


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        data = docbin.Dataset.open(write_pages(Path(name)))
        space = {"window": [15, 25, 41], "k": [0.1, 0.2, 0.3]}
        found = tune(functools.partial(docbin.create, "sauvola"), data, space)
    for fold in found.folds:
        print(f"{fold.name:8} FM {fold.score:.2f} with {fold.params} (defaults {fold.usual:.2f})")
    print(f"expect FM {found.expected:.2f}; use {found.params}")


if __name__ == "__main__":
    main()
