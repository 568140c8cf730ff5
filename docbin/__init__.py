"""docbin turns any scan or photo of text into a crisp black-and-white page.

Importing docbin loads numpy at most; every public name is loaded when it is first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from docbin.lazily import loader
from docbin.version import __version__

# Public name -> where it lives.
_HOMES = {
    "Dataset": "docbin.evaluate",
    "DocbinError": "docbin.errors",
    "Mask": "docbin.image",
    "Pipeline": "docbin.pipeline",
    "Recipe": "docbin.batch.recipe",
    "TextRegion": "docbin.regions",
    "binarize": "docbin.api",
    "choose": "docbin.api",
    "create": "docbin.api",
    "detect_text": "docbin.api",
    "methods": "docbin.methods",
    "probability": "docbin.api",
    "read_mask": "docbin.io",
    "read_pages": "docbin.io",
    "score": "docbin.evaluate",
    "to_uint8": "docbin.image",
    "write_mask": "docbin.io",
}

__all__ = ["__version__", *_HOMES]

if TYPE_CHECKING:
    from docbin.api import binarize as binarize
    from docbin.api import choose as choose
    from docbin.api import create as create
    from docbin.api import detect_text as detect_text
    from docbin.api import probability as probability
    from docbin.batch.recipe import Recipe as Recipe
    from docbin.errors import DocbinError as DocbinError
    from docbin.evaluate import Dataset as Dataset
    from docbin.evaluate import score as score
    from docbin.image import Mask as Mask
    from docbin.image import to_uint8 as to_uint8
    from docbin.io import read_mask as read_mask
    from docbin.io import read_pages as read_pages
    from docbin.io import write_mask as write_mask
    from docbin.pipeline import Pipeline as Pipeline
    from docbin.regions import TextRegion as TextRegion

    def methods() -> list[str]:
        """Return the names of all methods."""


# `docbin.methods` is a package that can be called.
__getattr__ = loader(__name__, _HOMES)


def __dir__() -> list[str]:
    return sorted(__all__)
