"""docbin turns any scan or photo of text into a crisp black-and-white page.

Importing docbin loads numpy at most; every public name is loaded when it is first used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from docbin.version import __version__

# Public name -> where it lives.
_HOMES = {
    "Dataset": "docbin.evaluate",
    "DocbinError": "docbin.errors",
    "Mask": "docbin.image",
    "binarize": "docbin.api",
    "create": "docbin.api",
    "methods": "docbin.api",
    "read_mask": "docbin.io",
    "read_pages": "docbin.io",
    "score": "docbin.evaluate",
    "to_uint8": "docbin.image",
    "write_mask": "docbin.io",
}

__all__ = ["__version__", *_HOMES]

if TYPE_CHECKING:
    from docbin.api import binarize as binarize
    from docbin.api import create as create
    from docbin.api import methods as methods
    from docbin.errors import DocbinError as DocbinError
    from docbin.evaluate import Dataset as Dataset
    from docbin.evaluate import score as score
    from docbin.image import Mask as Mask
    from docbin.image import to_uint8 as to_uint8
    from docbin.io import read_mask as read_mask
    from docbin.io import read_pages as read_pages
    from docbin.io import write_mask as write_mask


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'docbin' has no attribute '{name}'")
    value = getattr(importlib.import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
