"""Make a degraded page, clean it, and put both side by side.

python examples/before_after.py [before_after.png]
"""

import sys

import numpy as np
from PIL import Image, ImageDraw

import docbin
from docbin import synth

HEIGHT, WIDTH = 520, 600


def main(target: str = "before_after.png") -> None:
    page, truth = synth.page(
        seed=0,
        width=WIDTH,
        height=HEIGHT,
        dpi=150,
        layout="initials",
        degradations=[
            "texture", ("fading", 0.6), "bleed-through", "foxing", ("stains", 1.2),
            ("shading", 2.0), ("blur", 0.5), ("noise", 0.3),
        ],
    )  # fmt: skip
    mask = docbin.binarize(page, dpi=150)
    print(f"FM {docbin.score(mask, truth, weights=None).fm:.1f}, {docbin.methods.default()}")

    both = Image.new("RGB", (2 * WIDTH + 16, HEIGHT), "white")
    both.paste(Image.fromarray(page), (0, 0))
    both.paste(Image.fromarray(docbin.to_uint8(mask)), (WIDTH + 16, 0))
    frame = (WIDTH + 16, 0, 2 * WIDTH + 15, HEIGHT - 1)
    ImageDraw.Draw(both).rectangle(frame, outline=(190, 190, 190))
    # 48 colours are enough for paper and ink, and keep the file small.
    small = both.quantize(48, dither=Image.Dither.NONE)
    small.save(target, optimize=True)
    print(f"{target}: {np.asarray(both).shape[1]} x {HEIGHT} pixels")


if __name__ == "__main__":
    main(*sys.argv[1:])
