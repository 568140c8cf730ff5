"""What the methods with pipelines of several networks share: their files, masks and times.

A method says which pipeline it is; the functions here become its other methods, by assignment in
the class body. See `docbin.runtime.staged`.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, ClassVar, Protocol

import numpy as np
import numpy.typing as npt

from docbin.errors import UsageError
from docbin.image import Mask, as_gray
from docbin.ops.edge_snap import snapped
from docbin.ops.parameters import choice, number
from docbin.ops.patches import MOST_OVERLAP
from docbin.runtime.loaded import stamp
from docbin.runtime.shipped import PIPELINE
from docbin.runtime.staged.bundle import Bundle, index_of
from docbin.runtime.staged.generators import predictors
from docbin.runtime.staged.running import Forecast, Staged

EDGES = ("network", "page")


class Trained(Protocol):
    """A method, seen from here."""

    pipeline: ClassVar[str]

    @property
    def weights(self) -> str:
        """Return the folder of the trained pipeline."""
        ...

    @property
    def overlap(self) -> float:
        """Return the share of a patch that neighbours have in common."""
        ...

    @property
    def edges(self) -> str:
        """Return where ink ends."""
        ...


def check(self: Trained) -> None:
    """Refuse parameters out of range, and weights that are not there."""
    number("overlap", self.overlap, 0, MOST_OVERLAP)
    choice("edges", self.edges, EDGES)
    if not isinstance(self.weights, str) or not self.weights:
        raise UsageError(
            f"weights is {self.weights!r}; {self.pipeline} needs the folder of a trained pipeline: "
            "weights=DIR (--weights DIR on the command line)"
        )
    index = index_of(self.weights)
    if index.name != PIPELINE or not index.is_file():
        raise UsageError(
            f"weights is {self.weights!r}, which is no folder of a trained pipeline: there is no "
            f"{PIPELINE} in it"
        )


def binarize(self: Trained, image: npt.NDArray[np.uint8]) -> Mask:
    """Return the ink of a page, uint8 (H, W) or (H, W, 3)."""
    ink = staged(self).mask(image)
    return snapped(as_gray(image), ink) if self.edges == "page" else ink


def probability(self: Trained, image: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    """Return how likely each pixel is ink, float32 (H, W) from 0 to 1."""
    return staged(self).probability(image)


def forecast(self: Trained, shape: tuple[int, ...]) -> Forecast:
    """Measure the generators on a patch, and tell how long a page of a shape takes."""
    return staged(self).forecast(shape)


def staged(self: Trained) -> Staged:
    """Return the pipeline; its files are read once, and again when the index has changed."""
    index = index_of(self.weights).absolute()
    loaded = _loaded(str(index), stamp(index))
    if loaded.description.name != self.pipeline:
        name = loaded.description.name
        raise UsageError(
            f"weights is {self.weights!r}, a trained pipeline of {name}; take the method {name}, "
            f"or give one of {self.pipeline}"
        )
    return Staged(loaded.description, loaded.predictors, self.overlap)


@lru_cache(maxsize=2)
def _loaded(index: str, when: tuple[Any, ...]) -> Staged:
    """Return the pipeline of a folder as it was at a time."""
    del when
    bundle = Bundle.read(index)
    return Staged(bundle.description, predictors(bundle))
