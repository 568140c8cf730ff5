"""Generated pages with exact truth, seeded.

``image, truth = docbin.synth.page(seed=0)`` makes a page to order, ``docbin.synth.scan(seed=0)``
one as archives have them.
"""

from docbin.synth.faces import FACES, font_files
from docbin.synth.layouts import LAYOUTS
from docbin.synth.pages import DEGRADATIONS, USUAL, Degradation, Synthetic, coverage, page
from docbin.synth.scan import scan

__all__ = [
    "DEGRADATIONS",
    "FACES",
    "LAYOUTS",
    "USUAL",
    "Degradation",
    "Synthetic",
    "coverage",
    "font_files",
    "page",
    "scan",
]
