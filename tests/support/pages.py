"""Small data sets as their owners publish them, made by our own generator."""

from __future__ import annotations

import tarfile
import zipfile

import numpy as np
from PIL import Image

from docbin import synth


def page(number, width=160, height=120):
    """Return a small page and its truth."""
    return synth.page(number, width, height, 72, degradations=["shading", "noise"])


def dibco2013(folder, names=("HW01", "HW02", "PR01")):
    """Write pages in the layout of DIBCO 2013; return the folder."""
    for number, name in enumerate(names):
        image, truth = page(number)
        for kind, file in (("OriginalImages", f"{name}.bmp"), ("GTimages", f"{name}_estGT.bmp")):
            path = folder / kind / file
            path.parent.mkdir(parents=True, exist_ok=True)
            pixels = image if kind.startswith("O") else np.where(truth, 0, 255).astype(np.uint8)
            Image.fromarray(pixels).save(path)
    return folder


def zipped(folder, target):
    """Pack a folder; return the archive."""
    with zipfile.ZipFile(target, "w") as archive:
        for path in sorted(folder.rglob("*")):
            archive.write(path, path.relative_to(folder.parent))
    return target


def tarred(folder, target):
    """Pack a folder; return the archive."""
    with tarfile.open(target, "w:gz") as archive:
        archive.add(folder, folder.name)
    return target


def with_sets(folder, sets=("a", "b", "c"), pages=2):
    """Write pages of several sets with an INDEX.csv; return the folder."""
    lines = ["dataset,split,name,image,truth"]
    for index, name in enumerate(sets):
        for number in range(pages):
            image, truth = page(10 * index + number)
            for kind, pixels in (("i", image), ("t", np.where(truth, 0, 255).astype(np.uint8))):
                path = folder / name / f"{kind}{number}.png"
                path.parent.mkdir(parents=True, exist_ok=True)
                Image.fromarray(pixels).save(path)
            lines.append(f"{name},train,p{number},{name}/i{number}.png,{name}/t{number}.png")
    (folder / "INDEX.csv").write_text("\n".join(lines) + "\n")
    return folder
