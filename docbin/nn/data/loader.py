"""Tiles through albumentations and a `DataLoader`: the path for workers on the CPU.

In short::

    for image, truth in loader(TileStore.load("train.tiles"), size=256, batch=16, workers=4):
        ...                                 # float32 (16, 3, 256, 256) 0 … 1, (16, 1, 256, 256)

`docbin.nn.data.batches.TileBatches` is quicker where there is one process, and moves ink between
pages; this one takes any albumentations pipeline and any number of workers. What a sample looks
like depends on seed, epoch and index alone, not on the workers.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from docbin.dependencies import load
from docbin.nn.data.store import TileStore
from docbin.ops.parameters import number


def pipeline(size: int) -> Any:
    """Return the usual albumentations pipeline, an `albumentations.Compose`, for crops of a side.

    Turned, flipped and scaled by 0.6 … 1.7; shadows, tone, colour, gray; blur, noise, JPEG.
    """
    # Else it asks a server on import whether there is a newer one.
    os.environ.setdefault("NO_ALBUMENTATIONS_UPDATE", "1")
    changes = load("albumentations", purpose="augmentation with a DataLoader")
    mirror = {"border_mode": 4}  # cv2.BORDER_REFLECT_101
    return changes.Compose(
        [
            changes.Affine(scale=(0.6, 1.7), rotate=(-8, 8), balanced_scale=True, p=0.8, **mirror),
            changes.RandomCrop(size, size),
            changes.D4(p=0.75),
            changes.RandomShadow(p=0.15),
            changes.PlasmaShadow(shadow_intensity_range=(0.1, 0.6), p=0.2),
            changes.RandomGamma((60, 160), p=0.4),
            changes.RandomBrightnessContrast((-0.15, 0.1), (-0.6, 0.2), p=0.4),
            changes.RGBShift(25, 25, 25, p=0.3),
            changes.ToGray(p=0.25),
            changes.OneOf([changes.GaussianBlur((3, 5)), changes.MotionBlur((3, 5))], p=0.2),
            changes.GaussNoise(std_range=(0.005, 0.06), p=0.35),
            changes.ImageCompression(quality_range=(30, 90), p=0.15),
        ]
    )


class Samples(Dataset[tuple[Tensor, Tensor]]):
    """Samples of a store by number.

    Parameters
    ----------
    store
        Tiles; only the path travels to workers, each maps the file itself.
    size
        Side of the crops.
    length
        How many samples an epoch has; None is one for each tile.
    seed
        Decides tiles and augmentation.
    transform
        An `albumentations.Compose`; None takes `pipeline`.
    weights
        Data set -> factor, see `TileStore.shares`.
    """

    def __init__(
        self,
        store: TileStore,
        size: int = 256,
        *,
        length: int | None = None,
        seed: int = 0,
        transform: Any = None,
        weights: Mapping[str, float] | None = None,
    ) -> None:
        number("size", size, 16, store.side, whole=True)
        number("seed", seed, 0, whole=True)
        if length is not None:
            number("length", length, 1, whole=True)
        self.store: TileStore | None = store
        self.path = store.path
        self.length = length or len(store)
        self.seed, self.epoch = seed, 0
        self.transform = transform or pipeline(size)
        self._upto = store.shares(weights).cumsum()

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "store": None}

    def __len__(self) -> int:
        return self.length

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor]:
        """Return image float32 (3, S, S) 0 … 1 and truth float32 (1, S, S) 0 or 1."""
        if not 0 <= index < self.length:
            raise IndexError(index)
        if self.store is None:
            self.store = TileStore.load(self.path)
        rng = np.random.default_rng([self.seed, self.epoch, index])
        tile = min(int(np.searchsorted(self._upto, rng.random(), "right")), len(self.store) - 1)
        self.transform.set_random_seed(int(rng.integers(0, 2**31)))
        image = np.ascontiguousarray(self.store.tiles[tile].transpose(1, 2, 0))
        mask = self.store.truth(tile).view(np.uint8)
        result = self.transform(image=image, mask=mask)
        pixels = torch.from_numpy(np.ascontiguousarray(result["image"].transpose(2, 0, 1)))
        truth = torch.from_numpy(np.ascontiguousarray(result["mask"]))[None]
        return pixels.float().div_(255), truth.float()


def loader(
    store: TileStore,
    size: int = 256,
    *,
    batch: int = 16,
    workers: int = 0,
    seed: int = 0,
    length: int | None = None,
    weights: Mapping[str, float] | None = None,
) -> DataLoader[tuple[Tensor, Tensor]]:
    """Return a loader of batches; set ``loader(...).dataset.epoch`` before each epoch.

    The parameters are those of `Samples`; ``workers`` are processes beside this one.
    """
    number("batch", batch, 1, whole=True)
    number("workers", workers, 0, whole=True)
    samples = Samples(store, size, length=length, seed=seed, weights=weights)
    return DataLoader(samples, batch_size=batch, num_workers=workers)
