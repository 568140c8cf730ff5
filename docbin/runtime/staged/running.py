"""A pipeline on a page: patches of each generator blended, stages in order, maps fused."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from docbin.image import Color, Mask, as_array
from docbin.ops.channels import channel, joined
from docbin.ops.patches import blended, cut, grid, mirrored, stride_of
from docbin.ops.subband import map_at, seen
from docbin.ops.whole_page import fits, shrunk, thickened
from docbin.runtime.staged.description import Description, Generator, Stage

Field: TypeAlias = npt.NDArray[np.float32]
Pixels: TypeAlias = npt.NDArray[np.uint8]
# uint8 (N, S, S) or (N, S, S, 3) -> how likely each pixel is ink, float32 (N, S, S).
Predictor: TypeAlias = Callable[[Pixels], Field]

OVERLAP = 0.25
# Patches that are given to a generator at once.
BATCH = 16
# Maps above this are ink.
CUT = 0.5


@dataclass(frozen=True, slots=True)
class Forecast:
    """How long a page takes: seconds, patches of the stages with patches, and generators."""

    seconds: float
    patches: int
    generators: int


@dataclass(frozen=True, slots=True)
class Staged:
    """A pipeline and the networks that do its generators' work.

    Parameters
    ----------
    description
        What the pipeline is.
    predictors
        Generator's name -> what computes it: uint8 views (N, S, S) or (N, S, S, 3) in RGB to
        float32 (N, S, S), how likely each pixel is ink.
    overlap
        Share of a patch that neighbours have in common, 0 to 0.95. The published programs move on
        by a tenth of a patch, an overlap of 0.9: some fifty times the work of the 0.25 here.
    """

    description: Description
    predictors: Mapping[str, Predictor]
    overlap: float = OVERLAP

    def __post_init__(self) -> None:
        for stage in self.description.stages:
            stride_of(stage.side, self.overlap)

    def mask(self, image: Pixels) -> Mask:
        """Return the ink of a page, bool (H, W): `probability` is above ½."""
        return np.asarray(self.probability(image) > CUT)

    def probability(self, image: Pixels) -> Field:
        """Return how likely each pixel is ink, float32 (H, W) from 0 to 1.

        The local map; with a global stage the smaller of it and the thickened global map, so that
        ink is only where both say so.
        """
        pixels = as_array(image)
        return fused(self.local(pixels), self.whole(pixels))

    def maps(self, image: Pixels) -> dict[str, Field]:
        """Return what the channels' generators find, by the channel they see: float32 (H, W)."""
        stage = self.description.stage("channels")
        return {
            one.sees: self._swept(stage, one, channel(image, one.sees)) for one in stage.generators
        }

    def picture(self, image: Pixels) -> Color:
        """Return the joined maps of the channels: what the local stage sees, uint8 (H, W, 3)."""
        return joined(self.maps(image))

    def local(self, image: Pixels) -> Field:
        """Return the map of the local stage, float32 (H, W)."""
        stage = self.description.stage("local")
        (one,) = stage.generators
        return self._swept(stage, one, self._view(one, image))

    def whole(self, image: Pixels) -> Field | None:
        """Return the thickened map of the global stage, float32 (H, W).

        None without such a stage, and of pages that are too slim or too small for it.
        """
        told, rules = self.description, self.description.whole
        if not told.has("global"):
            return None
        if not fits(image.shape, least=rules.least, slimmest=rules.slimmest):
            return None
        stage = told.stage("global")
        (one,) = stage.generators
        small = shrunk(self._view(one, image), stage.side, squared=rules.squared)
        field = next(self._predicted(one, [small.pixels], stage.side))
        return thickened(small.back(field), rules.result)

    def forecast(self, shape: tuple[int, ...]) -> Forecast:
        """Measure every generator on a patch, and tell how long a page of a shape takes.

        Parameters
        ----------
        shape
            Height and width of the page.
        """
        seconds, patches, rules = 0.0, 0, self.description.whole
        for stage in self.description.stages:
            count = 1
            if stage.name != "global":
                count = len(grid(shape, stage.side, self.overlap))
                patches += count
            elif not fits(shape, least=rules.least, slimmest=rules.slimmest):
                continue
            for one in stage.generators:
                seconds += count * self._seconds(stage, one, min(count, BATCH))
        return Forecast(seconds, patches, len(self.description.generators()))

    def _view(self, one: Generator, image: Pixels) -> Pixels:
        """Return the picture that a generator sees, before any subband."""
        if one.sees == "maps":
            return self.picture(image)
        return image if one.sees == "color" else channel(image, one.sees)

    def _swept(self, stage: Stage, one: Generator, image: Pixels) -> Field:
        """Return the map of a generator that sees a page patch by patch, float32 (H, W)."""
        side = stage.side
        page = mirrored(image, side)
        places = grid(page.shape, side, self.overlap)
        field = blended(
            self._predicted(one, cut(page, places, side), side), page.shape, side, self.overlap
        )
        # Sums of rounded weights may be a hair above 1.
        part = field[: image.shape[0], : image.shape[1]]
        return np.ascontiguousarray(np.clip(part, 0, 1))

    def _predicted(self, one: Generator, patches: Iterable[Pixels], side: int) -> Iterator[Field]:
        """Yield what a generator finds in each patch, float32 (side, side)."""
        views = (seen(patch, one.subband) for patch in patches)
        while batch := list(islice(views, BATCH)):
            for field in self.predictors[one.name](np.stack(batch)):
                yield map_at(field, side)

    def _seconds(self, stage: Stage, one: Generator, count: int) -> float:
        """Return the seconds that a generator takes for one of ``count`` patches."""
        channels = (3,) if one.planes == 3 else ()
        ramp = np.arange(stage.side, dtype=np.uint8).reshape(-1, 1, *(1 for _ in channels))
        patch = np.ascontiguousarray(np.broadcast_to(ramp, (stage.side, stage.side, *channels)))
        list(self._predicted(one, [patch], stage.side))  # what is only done once
        start = time.perf_counter()
        list(self._predicted(one, [patch] * count, stage.side))
        return (time.perf_counter() - start) / count


def fused(local: Field, whole: Field | None) -> Field:
    """Return the smaller of two maps, float32 (H, W): above ½ where both are; else the local."""
    return local if whole is None else np.minimum(local, whole)
