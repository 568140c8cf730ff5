"""Binarize from Python: an array in, a mask out.

python examples/binarize.py
"""

import docbin
from docbin import synth


def main() -> None:
    page, _ = synth.page(seed=3, width=620, height=620, dpi=120)

    # A mask is bool (height, width), True is ink. Colour is in RGB order.
    mask = docbin.binarize(page, "auto")
    print(f"auto found {mask.mean():.1%} ink with {docbin.choose(page)}")

    # A method by name with parameters; lengths on paper need the resolution.
    mask = docbin.binarize(page, "sauvola", dpi=120, window="4mm", k=0.15)
    print(f"sauvola found {mask.mean():.1%} ink")

    # A method is an object, and any function will do as one.
    method = docbin.create("isauvola", window=31)
    print(f"{method} found {method(page).mean():.1%} ink")
    print(f"a function found {docbin.binarize(page, lambda p: p.min(axis=2) < 90).mean():.1%} ink")

    # Black ink on white paper, uint8, for OpenCV, Pillow or a file.
    print(f"{docbin.to_uint8(mask).dtype} {docbin.to_uint8(mask).shape}")
    docbin.write_mask("page.png", mask, dpi=(120, 120), force=True)


if __name__ == "__main__":
    main()
