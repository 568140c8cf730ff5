"""Batches for text detection: crops of a text store, warped with their label maps, augmented.

In short::

    batches = TextBatches([TextStore.load("scenes.text")], size=384, seed=1)
    batch = batches.batch(8)   # image float32 (8, 3, 384, 384), maps (8, 1, 384, 384)

Labels are drawn once and warped with the image: a crop costs no drawing of polygons. That is exact
for turning and scaling, since the distances of the labels go with the size of the text.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

import cv2
import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from docbin.errors import UsageError
from docbin.nn.data import capture, surface, tone
from docbin.nn.data.augment import Change
from docbin.nn.data.draws import Draws
from docbin.nn.data.text_labels import IGNORED, decode
from docbin.nn.data.text_store import TextStore
from docbin.ops.parameters import number

Pixels: TypeAlias = npt.NDArray[np.uint8]
Numbers: TypeAlias = npt.NDArray[Any]

# What is beyond an image: gray, and ignored.
_GRAY = 127


class TextBatch(NamedTuple):
    """Samples.

    Parameters
    ----------
    image
        float32 (N, 3, H, W), 0 … 1.
    shrunk
        float32 (N, 1, H, W), 0 or 1: the shrunk polygons.
    threshold
        float32 (N, 1, H, W), 0.3 … 0.7.
    ring
        float32 (N, 1, H, W), 0 or 1: where the threshold counts.
    care
        float32 (N, 1, H, W), 0 or 1: what is not ignored.
    """

    image: Tensor
    shrunk: Tensor
    threshold: Tensor
    ring: Tensor
    care: Tensor


def inverted(image: Tensor, truth: Tensor, draws: Draws) -> Tensor:
    """Turn light into dark."""
    del truth, draws
    return 1 - image


# Share of the samples that get each, in the order in which it happens.
CHANGES: tuple[tuple[Change, float], ...] = (
    (surface.shading, 0.2),
    (inverted, 0.08),
    (tone.gamma, 0.4),
    (tone.gains, 0.4),
    (tone.contrast, 0.25),
    (tone.gray, 0.15),
    (capture.focus, 0.25),
    (capture.coarse, 0.1),
    (capture.noise, 0.2),
    (capture.jpeg, 0.1),
)


@dataclass(frozen=True, slots=True)
class Warp:
    """How crops lie in images.

    Parameters
    ----------
    scale
        Least and greatest width of a crop pixel, in pixels of the store.
    mirrored
        Share of the crops that are mirrored.
    turned
        Share of the crops that are turned by any angle; half of the others by 30° at most, the
        rest by 5°.
    text
        Share of the crops whose centre is near a text; that of the others lies anywhere.
    """

    scale: tuple[float, float] = (0.6, 2.2)
    mirrored: float = 0.25
    turned: float = 0.15
    text: float = 0.75


class TextBatches:
    """An endless source of augmented batches.

    Parameters
    ----------
    stores
        Images with label maps.
    size
        Side of the crops.
    device
        Where the batches are made.
    seed
        The same seed gives the same batches on the same kind of device.
    mix
        How much of a batch comes from each store; none: in proportion to the square roots of
        their images.
    warp
        See `Warp`; None: as usual.
    """

    def __init__(
        self,
        stores: Sequence[TextStore],
        size: int,
        device: torch.device | str = "cpu",
        seed: int = 0,
        *,
        mix: Sequence[float] = (),
        warp: Warp | None = None,
    ) -> None:
        if not stores:
            raise UsageError("no store of text was given")
        number("size", size, 16, 4096, whole=True)
        self.stores, self.size, self.warp = list(stores), size, warp or Warp()
        self.device = torch.device(device)
        self.draws = Draws(seed, "cpu")
        self._augment = self.draws if self.device.type == "cpu" else Draws(seed, self.device)
        self._upto = torch.from_numpy(_shares(self.stores, mix).cumsum()).float()
        self._of = [(store, index) for store in self.stores for index in range(len(store))]

    def batch(self, count: int) -> TextBatch:
        """Return ``count`` samples."""
        with torch.no_grad():
            batch = self.crops(count)
            return batch._replace(image=self._changed(batch))

    def crops(self, count: int) -> TextBatch:
        """Return ``count`` crops before any augmentation but turning and scaling."""
        spot = self.draws.uniform((count,))
        chosen = torch.searchsorted(self._upto, spot, right=True).clamp_max(len(self._of) - 1)
        pages = [self._of[index] for index in chosen.tolist()]
        matrix, centre = self._matrix(count).numpy(), self._centres(pages).numpy()
        pixels = [
            _crop(store.page(index), its, middle, self.size)
            for (store, index), its, middle in zip(pages, matrix, centre, strict=True)
        ]
        planes = torch.from_numpy(np.stack(pixels)).to(self.device).permute(0, 3, 1, 2)
        maps = (each.float().contiguous() for each in decode(planes[:, 3:]))
        shrunk, threshold, ring, ignored = maps
        image = planes[:, :3].float().div_(255).contiguous()
        return TextBatch(image, shrunk, threshold, ring, 1 - ignored)

    def state_dict(self) -> dict[str, Tensor]:
        """Return what `load_state_dict` needs to go on with the next batch."""
        state = {f"place.{name}": value for name, value in self.draws.state_dict().items()}
        augment = self._augment.state_dict()
        return {**state, **{f"augment.{name}": value for name, value in augment.items()}}

    def load_state_dict(self, state: dict[str, Tensor]) -> None:
        """Go on after the batch at which ``state`` was taken."""
        for part, draws in (("augment.", self._augment), ("place.", self.draws)):
            named = {name.removeprefix(part): its for name, its in state.items() if part in name}
            draws.load_state_dict(named)

    def _matrix(self, count: int) -> Tensor:
        """Draw steps in the image for steps in the crop, float32 (N, 2, 2)."""
        draws, warp = self.draws, self.warp
        span = draws.log_uniform((count,), *warp.scale)
        nearly = torch.where(draws.chance((count,), 0.5), math.radians(30), math.radians(5))
        angle = draws.uniform((count,), -1, 1) * nearly
        around = draws.uniform((count,), -math.pi, math.pi)
        angle = torch.where(draws.chance((count,), warp.turned), around, angle)
        stretch = draws.log_uniform((count,), 0.85, 1.18)
        mirror = torch.where(draws.chance((count,), warp.mirrored), -span, span) * stretch
        span = span / stretch
        cos, sin = angle.cos(), angle.sin()
        return torch.stack([cos * mirror, -sin * span, sin * mirror, cos * span], 1).view(-1, 2, 2)

    def _centres(self, pages: Sequence[tuple[TextStore, int]]) -> Tensor:
        """Draw the centres of crops, float32 (N, 2): near a text, or anywhere."""
        count = len(pages)
        places = [store.pages[index] for store, index in pages]
        sizes = torch.tensor([(place.width, place.height) for place in places])
        anywhere = self.draws.uniform((count, 2)) * sizes
        which, within = self.draws.uniform((count,)).tolist(), self.draws.uniform((count, 2))
        boxes = [
            place.boxes[int(share * len(place.boxes))]
            if len(place.boxes)
            else (0, 0, place.width, place.height)
            for place, share in zip(places, which, strict=True)
        ]
        box = torch.tensor(np.array(boxes, np.float32))
        jitter = self.draws.uniform((count, 2), -0.3, 0.3) * self.size
        near = box[:, :2] + within * box[:, 2:] + jitter
        chosen = self.draws.chance((count, 1), self.warp.text)
        return torch.where(chosen, near, anywhere).clamp_min(0).minimum(sizes.float())

    def _changed(self, batch: TextBatch) -> Tensor:
        image = batch.image.clone()
        for change, share in CHANGES:
            chosen = self._augment.some(len(image), share)
            if len(chosen):
                image[chosen] = change(image[chosen], batch.shrunk[chosen], self._augment)
        return image.clamp_(0, 1)


def _crop(page: Pixels, matrix: Numbers, centre: Numbers, size: int) -> Pixels:
    """Return a crop of an image and its codes, uint8 (S, S, 4): the codes unmixed.

    Where a crop pixel is as wide as two of the image or more, means of squares are taken first.
    """
    reach = np.abs(matrix).sum(1) * (size / 2) + 3
    low = np.maximum(np.floor(centre - reach), 0).astype(int)
    high = np.ceil(centre + reach).astype(int)
    part = np.ascontiguousarray(page[low[1] : high[1], low[0] : high[0]])
    fewer = max(1, int(np.sqrt(abs(np.linalg.det(matrix)))))
    if min(part.shape[:2]) < fewer:
        part = np.full((fewer, fewer, 4), (_GRAY, _GRAY, _GRAY, IGNORED), np.uint8)
    to_part = _affine(matrix, centre - low, size, 1)
    how = cv2.WARP_INVERSE_MAP
    codes = cv2.warpAffine(
        np.ascontiguousarray(part[..., 3]), to_part, (size, size), flags=cv2.INTER_NEAREST | how,
        borderMode=cv2.BORDER_CONSTANT, borderValue=(IGNORED,),
    )  # fmt: skip
    image = np.ascontiguousarray(part[..., :3])
    if fewer > 1:
        size_now = (image.shape[1] // fewer, image.shape[0] // fewer)
        whole = image[: size_now[1] * fewer, : size_now[0] * fewer]
        image = np.asarray(cv2.resize(whole, size_now, interpolation=cv2.INTER_AREA), np.uint8)
        to_part = _affine(matrix, centre - low, size, fewer)
    pixels = cv2.warpAffine(
        image, to_part, (size, size), flags=cv2.INTER_LINEAR | how,
        borderMode=cv2.BORDER_CONSTANT, borderValue=(_GRAY,) * 3,
    )  # fmt: skip
    return np.dstack([pixels, codes])


def _affine(matrix: Numbers, centre: Numbers, size: int, fewer: int) -> Numbers:
    """Return the map (2, 3) from the indices of a crop to those of a part made smaller."""
    linear = matrix.astype(np.float64)
    start = centre - linear @ np.full(2, (size - 1) / 2)
    return np.column_stack([linear / fewer, start / fewer - 0.5])


def _shares(stores: Sequence[TextStore], mix: Sequence[float]) -> npt.NDArray[np.float64]:
    """Return how often each image of all stores is drawn, (N,)."""
    if mix and (len(mix) != len(stores) or min(mix) < 0 or not sum(mix) > 0):
        raise UsageError(
            f"mix is {tuple(mix)}; give one share for each of the {len(stores)} stores"
        )
    parts = mix or [math.sqrt(len(store)) for store in stores]
    whole = sum(parts)
    return np.concatenate(
        [
            np.full(len(store), part / whole / len(store))
            for store, part in zip(stores, parts, strict=True)
        ]
    )
