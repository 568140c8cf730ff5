"""Batches for training: crops of a tile store, warped and augmented on the device.

In short::

    batches = TileBatches(TileStore.load("train.tiles"), size=256, device="cuda", seed=1)
    image, truth, *_ = batches.batch(64)  # float32 (64, 3, 256, 256) 0 … 1, (64, 1, 256, 256) 0, 1
    state = batches.state_dict()          # with load_state_dict a run goes on exactly

On a CUDA device all tiles lie in its memory as bytes and nothing waits for the host. On the CPU
they stay in the file; the bytes that a batch needs are read, and only the crops become floats.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np
import torch
from torch import Tensor

from docbin.errors import UsageError
from docbin.image import unpack
from docbin.nn.data.augment import Augmentation, Batch
from docbin.nn.data.draws import Draws
from docbin.nn.data.ink import widened
from docbin.nn.data.store import TileStore
from docbin.nn.data.warp import Placement, place, sample
from docbin.ops.parameters import number

# After so many batches the shares of hard tiles are reckoned anew.
REWEIGH = 64


class TileBatches:
    """An endless source of augmented batches.

    Parameters
    ----------
    store
        Tiles; several stores are one big one.
    size
        Side of the crops in pixels, at most the side of a tile.
    device
        Where the batches are made.
    seed
        The same seed gives the same batches on the same kind of device. Ranks of a distributed
        run need seeds of their own.
    augmentation
        Shares of the augmentations; None takes the usual ones.
    weights
        Data set -> factor, see `TileStore.shares`.
    mix
        How much of a batch comes from each store, in the order of ``store``; None in proportion
        to the square roots of their tiles.
    scale
        Least and greatest width of a crop pixel, in pixels of the tile.
    mirrored
        Share of the crops that are mirrored. With 0, writing that is mirrored is always that of the
        back, and a network may learn to see it by that.
    placing
        What draws the placements, as `docbin.nn.data.warp.place` does, in place of ``scale`` and
        ``mirrored``.
    hard
        How much more often tiles are drawn whose loss is higher than usual in their data set: a
        tile's share goes as (its loss / the mean of the set) to this power, from 1/4 to 8. The
        sets keep their shares. 0: all the same.
    """

    def __init__(
        self,
        store: TileStore | Sequence[TileStore],
        size: int = 256,
        device: torch.device | str = "cpu",
        seed: int = 0,
        *,
        augmentation: Augmentation | None = None,
        weights: Mapping[str, float] | None = None,
        mix: Sequence[float] | None = None,
        scale: tuple[float, float] = (0.6, 1.7),
        mirrored: float = 0.5,
        placing: Callable[[Tensor, int, int, Draws], Placement] | None = None,
        hard: float = 0.0,
    ) -> None:
        self.stores = [store] if isinstance(store, TileStore) else list(store)
        number("seed", seed, 0, whole=True)
        self.side = _one_side(self.stores)
        number("size", size, 16, self.side, whole=True)
        number("mirrored", mirrored, 0, 1)
        self.size = size
        self._place = placing or functools.partial(place, scale=scale, mirrored=mirrored)
        self.device = torch.device(device)
        self.augmentation = augmentation or Augmentation()
        self.draws = Draws(seed, self.device)
        number("hard", hard, 0, 4)
        shares = _shares(self.stores, weights or {}, mix)
        self._shares = torch.from_numpy(shares).to(self.device)
        self._set = torch.from_numpy(_sets(self.stores)).to(self.device)
        self.hard, self._told = hard, 0
        self._loss = torch.full((len(shares),), torch.nan, device=self.device)
        self._upto = self._shares.cumsum(0).float()
        self._text = torch.cat([near_text(store) for store in self.stores]).to(self.device)
        levels = np.concatenate([store.level for store in self.stores])
        self._level = torch.from_numpy(levels).float().to(self.device)
        self._first = np.cumsum([0, *map(len, self.stores)])
        self._tiles = None if self.device.type == "cpu" else _resident(self.stores, self.device)

    def __iter__(self) -> Iterator[Batch]:
        """Yield batches of one sample each without end."""
        while True:
            yield self.batch(1)

    def batch(self, count: int) -> Batch:
        """Return ``count`` samples."""
        with torch.no_grad():
            return self.augmentation.apply(self.crops(count), self.draws)

    def learned(self, tile: Tensor, loss: Tensor) -> None:
        """Take note of how large the loss of samples was.

        Parameters
        ----------
        tile
            int64 (N,): of `Batch`.
        loss
            float32 (N,), at least 0.
        """
        if not self.hard:
            return
        known = tile >= 0
        tile, loss = tile[known], loss[known]
        before = self._loss[tile]
        self._loss[tile] = torch.where(before.isnan(), loss, (before + loss) / 2)
        self._told += 1
        if self._told % REWEIGH == 0:
            self._reweigh()

    def _reweigh(self) -> None:
        """Draw tiles by what was learned of them."""
        seen = ~self._loss.isnan()
        loss = self._loss.nan_to_num()
        count = int(self._set.max()) + 1
        total, number_seen = (
            torch.zeros(count, device=self.device).index_add_(0, self._set, each)
            for each in (loss, seen.float())
        )
        usual = (total / number_seen.clamp_min(1))[self._set].clamp_min(1e-9)
        factor = torch.where(seen, loss / usual, torch.ones_like(loss)).clamp(0.25, 8)
        weighed = self._shares * factor**self.hard
        before, after = (
            torch.zeros(count, device=self.device, dtype=torch.float64).index_add_(0, self._set, it)
            for it in (self._shares, weighed)
        )
        self._upto = (weighed * (before / after.clamp_min(1e-300))[self._set]).cumsum(0).float()

    def crops(self, count: int) -> Batch:
        """Return ``count`` crops before any augmentation but turning and scaling."""
        spot = self.draws.uniform((count,))
        index = torch.searchsorted(self._upto, spot, right=True).clamp_max(len(self._upto) - 1)
        text = self._text[index]
        placement = self._place(text, self.size, self.side, self.draws)
        origin = None
        if self._tiles is None:
            planes, origin = self._windows(index, placement)
        else:
            planes = self._tiles[index]
        crops = sample(planes.float().div_(255), placement, self.size, origin)
        return Batch(crops[:, :3], (crops[:, 3:] > 0.5).float(), self._level[index], index)

    def state_dict(self) -> dict[str, Tensor]:
        """Return what `load_state_dict` needs to go on with the next batch."""
        state = self.draws.state_dict()
        told = torch.tensor(self._told)
        return {**state, "loss": self._loss.clone(), "told": told, "upto": self._upto.clone()}

    def load_state_dict(self, state: dict[str, Tensor]) -> None:
        """Go on after the batch at which ``state`` was taken."""
        self.draws.load_state_dict(state)
        self._loss.copy_(state["loss"])
        self._told = int(state["told"])
        # As it was drawn: what was told since the last reckoning is not in it yet.
        self._upto.copy_(state["upto"])

    def _windows(self, index: Tensor, placement: Placement) -> tuple[Tensor, Tensor]:
        """Return the bytes that crops need, uint8 (N, 4, W, W), and their left and top (N, 2)."""
        reach = placement.reach(self.size)
        side = min(self.side, int(2 * reach.max()) + 4)
        corner = (placement.centre - side / 2).round().clamp(0, self.side - side)
        planes = np.empty((len(index), 4, side, side), np.uint8)
        for row, (tile, (left, top)) in enumerate(
            zip(index.tolist(), corner.int().tolist(), strict=True)
        ):
            which = int(np.searchsorted(self._first, tile, "right")) - 1
            store, inside = self.stores[which], tile - int(self._first[which])
            rows, columns = slice(top, top + side), slice(left, left + side)
            planes[row, :3] = store.tiles[inside, :, rows, columns]
            truth = unpack(np.asarray(store.packed[inside, rows]), self.side)[:, columns]
            np.multiply(truth, np.uint8(255), out=planes[row, 3])
        return torch.from_numpy(planes), corner


def near_text(store: TileStore, reach: int = 6) -> Tensor:
    """Return which cells of 8 × 8 pixels have ink within ``reach`` cells: bool (N, C, C)."""
    cells = store.side // 8
    found = [
        np.asarray(store.packed[first : first + 256]).reshape(-1, cells, 8, cells).any(2)
        for first in range(0, len(store), 256)
    ]
    ink = torch.from_numpy(np.concatenate(found))[:, None]
    return widened(ink.float(), reach)[:, 0] > 0


def _one_side(stores: Sequence[TileStore]) -> int:
    sides = {store.side for store in stores}
    if len(sides) != 1:
        raise UsageError(
            f"the stores have tiles of {sorted(sides)} pixels; give stores with tiles of one size"
            if sides
            else "no tile store was given"
        )
    return sides.pop()


def _shares(
    stores: Sequence[TileStore], weights: Mapping[str, float], mix: Sequence[float] | None
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return how often each tile of all stores is drawn, (N,)."""
    known = {name for store in stores for name in store.sets}
    for name in weights.keys() - known:
        stores[0].shares({name: weights[name]})  # says what is wrong
    parts = [len(store) ** 0.5 for store in stores] if mix is None else [*mix]
    if len(parts) != len(stores):
        raise UsageError(f"mix has {len(parts)} numbers for {len(stores)} stores")
    for part in parts:
        number("mix", part, 0)
    every = []
    for store, part in zip(stores, parts, strict=True):
        own = {name: value for name, value in weights.items() if name in store.sets}
        out = all(own.get(name, 1) == 0 for name in store.sets) and len(stores) > 1
        every.append(np.zeros(len(store)) if out else store.shares(own) * part)
    shares = np.concatenate(every)
    if not shares.sum():
        raise UsageError("mix and weights leave no tile to draw; give one of them more")
    return np.asarray(shares / shares.sum())


def _sets(stores: Sequence[TileStore]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Return the data set of every tile as a number; a set of two stores is two."""
    numbers: dict[tuple[int, str], int] = {}
    found = []
    for which, store in enumerate(stores):
        keys = [(which, page.set) for page in store.pages]
        for key in keys:
            numbers.setdefault(key, len(numbers))
        found.append(np.array([numbers[key] for key in keys])[store.origin[:, 0]])
    return np.concatenate(found)


def _resident(stores: Sequence[TileStore], device: torch.device) -> Tensor:
    """Copy all tiles to the device: uint8 (N, 4, S, S), the truth as 0 or 255 last."""
    side = stores[0].side
    count = sum(map(len, stores))
    planes = torch.empty((count, 4, side, side), dtype=torch.uint8, device=device)
    row = 0
    for store in stores:
        for first in range(0, len(store), 64):
            chunk = np.array(store.tiles[first : first + 64])
            truth = np.unpackbits(np.asarray(store.packed[first : first + 64]), axis=2, count=side)
            planes[row : row + len(chunk), :3] = torch.from_numpy(chunk).to(device)
            planes[row : row + len(chunk), 3] = torch.from_numpy(truth * np.uint8(255)).to(device)
            row += len(chunk)
    return planes
