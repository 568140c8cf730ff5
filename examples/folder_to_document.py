"""Clean a folder of scans into one multi-page TIFF and one PDF, both Group 4.

python examples/folder_to_document.py [FOLDER]
"""

import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from PIL import Image

import docbin
from docbin import synth
from docbin.io import Page, write_document


def write_scans(folder: Path) -> Path:
    """Write three scans to work on."""
    for seed in range(3):
        image, _ = synth.page(seed, 827, 1170, 100)
        Image.fromarray(image).save(folder / f"scan{seed}.png", dpi=(100, 100))
    return folder


def cleaned(folder: Path) -> Iterator[Page]:
    """Yield the pages one by one: only one is in memory."""
    for path in sorted(folder.iterdir()):
        for page in docbin.read_pages(path):
            dpi = page.dpi and page.dpi[0]
            yield replace(page, pixels=docbin.binarize(page.pixels, dpi=dpi))


def main(folder: str | None = None) -> None:
    with tempfile.TemporaryDirectory() as name:
        scans = Path(folder) if folder else write_scans(Path(name))
        for target in ("book.tif", "book.pdf"):
            write_document(target, cleaned(scans), force=True)
            print(f"{target}: {Path(target).stat().st_size} bytes")


if __name__ == "__main__":
    main(*sys.argv[1:])
