"""What happens to a batch, and how often: each augmentation runs on the samples drawn for it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

import torch
from torch import Tensor

from docbin.nn.data import capture, surface, tone
from docbin.nn.data.draws import Draws
from docbin.nn.data.ink import transplant
from docbin.ops.parameters import number


class Batch(NamedTuple):
    """Samples.

    Parameters
    ----------
    image
        float32 (N, 3, H, W), 0 … 1.
    truth
        float32 (N, 1, H, W), 0 or 1.
    level
        float32 (N,): how strong writing is on the pages that they are from, see
        `docbin.nn.models.contrast.page_level`.
    tile
        int64 (N,): the tile that a sample shows, or -1 where its ink is from another.
    """

    image: Tensor
    truth: Tensor
    level: Tensor
    tile: Tensor


Change: TypeAlias = Callable[[Tensor, Tensor, Draws], Tensor]

# In the order in which they happen to a page; the names are fields of `Augmentation`.
CHANGES: dict[str, Change] = {
    "fading": surface.fading,
    "stains": surface.stains,
    "folds": surface.folds,
    "grain": capture.grain,
    "shading": surface.shading,
    "gamma": tone.gamma,
    "gains": tone.gains,
    "contrast": tone.contrast,
    "gray": tone.gray,
    "focus": capture.focus,
    "coarse": capture.coarse,
    "noise": capture.noise,
    "jpeg": capture.jpeg,
}


@dataclass(frozen=True, slots=True)
class Augmentation:
    """The share of the samples that each augmentation gets, 0 to 1.

    Parameters
    ----------
    transplant
        Ink on other paper, see `docbin.nn.data.ink.transplant`.
    bare
        Share of those that get no ink, and show at most what is on the back.
    bleeding
        Writing of the back, see `docbin.nn.data.surface.bleeding`.
    fading, stains, folds, shading
        See `docbin.nn.data.surface`.
    gamma, gains, contrast, gray
        See `docbin.nn.data.tone`.
    grain, focus, coarse, noise, jpeg
        See `docbin.nn.data.capture`.
    """

    transplant: float = 0.35
    bare: float = 0.35
    bleeding: float = 0.25
    fading: float = 0.1
    stains: float = 0.12
    folds: float = 0.06
    grain: float = 0.15
    shading: float = 0.4
    gamma: float = 0.5
    gains: float = 0.5
    contrast: float = 0.4
    gray: float = 0.25
    focus: float = 0.25
    coarse: float = 0.1
    noise: float = 0.35
    jpeg: float = 0.12

    def __post_init__(self) -> None:
        for field in dataclasses.fields(self):
            number(field.name, getattr(self, field.name), 0, 1)

    @classmethod
    def none(cls) -> Augmentation:
        """Return one that changes nothing."""
        return cls(*(0.0 for _ in dataclasses.fields(cls)))

    def apply(self, batch: Batch, draws: Draws) -> Batch:
        """Return a batch with its augmentations; the one given is not changed.

        The level of a page goes as the square of its contrast; ink that is moved brings its own,
        on darker paper less of it.

        Parameters
        ----------
        batch
            Crops.
        draws
            Random numbers.
        """
        image, truth, level, tile = self._mixed(batch, draws)
        before = image.mean(1)
        for name, change in CHANGES.items():
            chosen = draws.some(len(image), getattr(self, name))
            if len(chosen):
                image[chosen] = change(image[chosen], truth[chosen], draws)
        image = image.clamp_(0, 1)
        return Batch(image, truth, level * _slope(before, image.mean(1)).square(), tile)

    def _mixed(self, batch: Batch, draws: Draws) -> Batch:
        """Apply what needs two samples."""
        image, truth, level, _ = batch
        count = len(image)
        mixed, mixed_truth, mixed_level, tile = (each.clone() for each in batch)
        chosen, partner = draws.some(count, self.transplant), draws.partners(count)
        if len(chosen):
            ink = partner[chosen]
            mixed[chosen], mixed_truth[chosen] = transplant(
                image[chosen], truth[chosen], image[ink], truth[ink], draws, bare=self.bare
            )
            light = image[chosen].mean((1, 2, 3)) / image[ink].mean((1, 2, 3)).clamp_min(0.05)
            mixed_level[chosen] = level[ink] * light.clamp(0.2, 5).square()
            tile[chosen] = -1
        chosen, partner = draws.some(count, self.bleeding), draws.partners(count)
        if len(chosen):
            back = partner[chosen]
            mixed[chosen] = surface.bleeding(mixed[chosen], image[back], truth[back], draws)
        return Batch(mixed, mixed_truth, mixed_level, tile)


def _slope(before: Tensor, after: Tensor) -> Tensor:
    """Return by how much contrast grew, (N,): the slope of the best line through all pixels.

    Grain that is added does not change it much, as a ratio of deviations would. What hardly
    varies says nothing, and has 1.
    """
    before, after = before.flatten(1), after.flatten(1)
    before, after = before - before.mean(1, keepdim=True), after - after.mean(1, keepdim=True)
    spread = before.square().mean(1)
    slope = (before * after).mean(1) / spread.clamp_min(1e-9)
    return torch.where(spread > 1e-5, slope, torch.ones_like(slope)).clamp(0.1, 2)
