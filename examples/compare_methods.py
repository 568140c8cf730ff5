"""Compare methods on generated pages whose truth is known.

python examples/compare_methods.py [sauvola otsu ...]
"""

import sys

import numpy as np

import docbin
from docbin import synth

METHODS = ["auto", "otsu", "sauvola", "isauvola", "bernsen", "kmeans"]


def main(*names: str) -> None:
    pages = [
        synth.page(seed, 600, 450, 150, layout=layout)
        for seed, layout in enumerate(["page", "letter", "columns"])
    ]
    print(f"{'method':10} {'FM':>6} {'PSNR':>6} {'DRD':>6}")
    for name in names or METHODS:
        scores = [
            docbin.score(docbin.binarize(image, name, dpi=150), truth, weights=None)
            for image, truth in pages
        ]
        keys = ("fm", "psnr", "drd")
        fm, psnr, drd = (np.mean([getattr(score, key) for score in scores]) for key in keys)
        print(f"{name:10} {fm:6.2f} {psnr:6.2f} {drd:6.2f}")


if __name__ == "__main__":
    main(*sys.argv[1:])
