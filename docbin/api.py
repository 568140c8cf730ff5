"""The Python API: what ``import docbin`` offers."""

from __future__ import annotations

from typing import Any

from docbin.image import Mask
from docbin.methods import METHODS


def create(name: str, **params: Any) -> Any:
    """Build the method ``name`` with ``params``; wrong names are errors with a hint."""
    return METHODS.create(name, **params)


def methods() -> list[str]:
    """Return the names of all methods."""
    return list(METHODS)


def binarize(image: Any, method: str = "sauvola", **params: Any) -> Mask:
    """Binarize ``image`` with ``method``.

    Parameters
    ----------
    image
        uint8 (H, W) gray or (H, W, 3) RGB; see `docbin.image.as_array` for all that is taken.
    method
        A name of `methods`.
    **params
        Parameters of the method.

    Returns
    -------
    Mask
        bool (H, W), True is ink.
    """
    mask: Mask = create(method, **params)(image)
    return mask
