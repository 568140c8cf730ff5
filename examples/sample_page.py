"""Make the sample page of this folder and its truth: a scan with fading ink, stains and shade.

python examples/sample_page.py [page.jpg page_truth.png]
"""

import sys

from PIL import Image

import docbin
from docbin import synth

DPI = 150


def main(target: str = "page.jpg", truth_target: str = "page_truth.png") -> None:
    page, truth = synth.page(
        seed=0,
        width=874,
        height=1240,
        dpi=DPI,
        layout="initials",
        degradations=[
            "texture", ("fading", 0.6), "bleed-through", "foxing", ("stains", 1.2),
            ("shading", 2.0), ("blur", 0.5), ("noise", 0.3),
        ],
    )  # fmt: skip
    Image.fromarray(page).save(target, quality=70, dpi=(DPI, DPI))
    docbin.write_mask(truth_target, truth, dpi=(DPI, DPI), force=True)
    print(f"{target}: {page.shape[1]} x {page.shape[0]} pixels; truth: {truth_target}")


if __name__ == "__main__":
    main(*sys.argv[1:])
