"""Where the batches of a stage come from: patches at its scales and turns, or whole pages."""

from __future__ import annotations

import functools
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from docbin.errors import InputError, UsageError
from docbin.nn.data.augment import Augmentation
from docbin.nn.data.batches import TileBatches
from docbin.nn.data.draws import Draws
from docbin.nn.data.pages import TruthedPage
from docbin.nn.data.store import TileStore, write_store
from docbin.nn.data.warp import Placement, located
from docbin.nn.gan.config import GanConfig
from docbin.ops.patches import MOST_OVERLAP, grid
from docbin.ops.whole_page import fits, shrunk, shrunk_truth
from docbin.runtime.staged.description import Description, Stage
from docbin.runtime.staged.training import Schedule


@dataclass(frozen=True, slots=True)
class Sources:
    """Tiles of pages, and whole pages at one size where a pipeline looks at them."""

    tiles: Sequence[TileStore]
    whole: Sequence[TileStore] = ()

    def of(self, stage: Stage) -> list[TileStore]:
        """Return the stores of a stage."""
        stores = list(self.whole if stage.name == "global" else self.tiles)
        if not stores:
            raise UsageError(
                f"the stage '{stage.name}' learns from whole pages, and there are tiles alone; "
                "give the folder of the pages"
            )
        return stores


def write_whole_pages(
    pages: Iterable[TruthedPage], path: str | os.PathLike[str], description: Description
) -> TileStore:
    """Write pages as the global stage sees them, one tile each, without those that it does not.

    Raises
    ------
    InputError
        If it sees none.
    """
    side, whole = description.stage("global").side, description.whole

    def seen() -> Iterator[TruthedPage]:
        for page in pages:
            if not fits(page.truth.shape, least=whole.least, slimmest=whole.slimmest):
                continue
            image = shrunk(page.image, side, squared=whole.squared).pixels
            truth = shrunk_truth(page.truth, side, squared=whole.squared, thickness=whole.truth)
            yield TruthedPage(page.set, page.name, image, truth, page.source)

    first = next(found := seen(), None)
    if first is None:
        raise InputError(
            f"no page is looked at as a whole: that takes {whole.least} pixels on the longer side, "
            f"and no more than {whole.slimmest} shorter sides; give larger pages, or the pipeline "
            "cgan, which has no global stage"
        )
    return write_store(
        (page for part in ((first,), found) for page in part),
        path,
        tile=side,
        stride=side,
        blank=1.0,
    )


def placed(text: Tensor, size: int, tile: int, draws: Draws, *, schedule: Schedule) -> Placement:
    """Draw placements at the scales and turns of a schedule, each as likely as the others."""
    count = len(text)
    scales, turns = (
        torch.tensor(values, device=text.device)[_any(count, len(values), draws)]
        for values in (schedule.scales, schedule.turns)
    )
    mirror = draws.chance((count,), 0.5 if schedule.mirrored else 0.0)
    angle = torch.deg2rad(turns.float())
    return located(text, size, tile, draws, span=scales, angle=angle, mirror=mirror)


def _any(count: int, choices: int, draws: Draws) -> Tensor:
    return (draws.uniform((count,)) * choices).long().clamp_max(choices - 1)


def batches_of(
    stage: Stage, config: GanConfig, stores: Sequence[TileStore], device: torch.device, seed: int
) -> TileBatches:
    """Return the endless batches of a stage."""
    augmentation = Augmentation() if config.augmented else Augmentation.none()
    placing = functools.partial(placed, schedule=stage.schedule)
    return TileBatches(
        list(stores), stage.side, device, seed, augmentation=augmentation, placing=placing
    )


def published_steps(stage: Stage, stores: Sequence[TileStore]) -> int:
    """Return how many steps of the generators the epochs of a stage are, at least 1.

    An epoch has every crop of every page at every scale and turn once. A page reaches as far as
    its last tile.
    """
    schedule = stage.schedule
    count = 0
    for store in stores:
        for page in range(len(store.pages)):
            corners = store.origin[store.origin[:, 0] == page, 1:]
            if len(corners):
                count += _crops(tuple(corners.max(0) + store.side), stage)
    count *= len(schedule.turns) * (2 if schedule.mirrored else 1)
    return max(1, schedule.epochs * count // (schedule.batch * schedule.every))


def _crops(shape: tuple[int, ...], stage: Stage) -> int:
    """Return the crops of a page of an extent."""
    overlap = 1 - stage.schedule.stride
    sides = [int(np.rint(scale * stage.side)) for scale in stage.schedule.scales]
    extents = [tuple(max(extent, side) for extent in shape) for side in sides]
    both = zip(extents, sides, strict=True)
    return sum(len(grid(extent, side, min(overlap, MOST_OVERLAP))) for extent, side in both)
