"""What a run learns: networks, batches and losses. The loop of the trainer is one for all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import torch
from torch import Tensor, nn

from docbin.nn.config import TrainConfig
from docbin.nn.data.augment import Batch
from docbin.nn.data.batches import TileBatches
from docbin.nn.data.store import TileStore
from docbin.nn.losses import attention_distance, binarization_loss, cross_entropies
from docbin.nn.models.wavelet_unet import WaveletUnet, build


class Task(Protocol):
    """One kind of thing that can be learned.

    Attributes
    ----------
    config
        The class of its runs.
    format
        What its files of weights begin with.
    """

    config: type[Any]
    format: str

    def build(self, network: Any) -> Any:
        """Return a network of a shape, in channels-last order."""
        ...

    def batches(
        self, config: Any, stores: Sequence[Any], device: torch.device, seed: int, *, hard: bool
    ) -> Any:
        """Return an endless source of batches; ``hard``: it may prefer what is hard."""
        ...

    def inputs(self, batch: Any) -> tuple[Tensor, ...]:
        """Return what the network takes of a batch."""
        ...

    def lesson(self, net: Any) -> nn.Module:
        """Return a module that gives, of the inputs, what the loss takes; the logit first."""
        ...

    def loss(self, given: Any, batch: Any, config: Any, taught: Any) -> Tensor:
        """Return the loss of what a lesson gave, and what the teacher's gave or None."""
        ...

    def truth(self, batch: Any) -> Tensor:
        """Return what the logit should be, (N, 1, H, W), 0 or 1."""
        ...

    def learned(self, batches: Any, batch: Any, logit: Tensor) -> None:
        """Tell the source of batches what was hard."""
        ...


class Lesson(nn.Module):
    """A binarizer that gives its streams beside the logit, for losses on both."""

    def __init__(self, net: WaveletUnet) -> None:
        super().__init__()
        self.net = net

    def forward(self, image: Tensor, level: Tensor) -> tuple[Tensor, list[Tensor]]:
        """Return the logit (N, 1, H, W) and the streams, coarse to fine."""
        streams = self.net.features(self.net.planes(image, level))
        return self.net.head(streams[-1]), streams


class Binarization:
    """Ink from pages with truth."""

    config = TrainConfig
    format = "docbin-weights-1"

    def build(self, network: Any) -> WaveletUnet:
        """Return a wavelet U-Net."""
        return build(network)

    def batches(
        self,
        config: TrainConfig,
        stores: Sequence[TileStore],
        device: torch.device,
        seed: int,
        *,
        hard: bool,
    ) -> TileBatches:
        """Return batches of tiles."""
        return TileBatches(
            list(stores),
            config.size,
            device,
            seed,
            hard=config.hard if hard else 0.0,
            mix=config.mix or None,
            mirrored=config.mirrored,
        )

    def inputs(self, batch: Batch) -> tuple[Tensor, ...]:
        """Return images and the levels of their pages."""
        return batch.image, batch.level

    def lesson(self, net: WaveletUnet) -> Lesson:
        """Return logit and streams."""
        return Lesson(net)

    def loss(
        self,
        given: tuple[Tensor, list[Tensor]],
        batch: Batch,
        config: TrainConfig,
        taught: tuple[Tensor, list[Tensor]] | None,
    ) -> Tensor:
        """Return cross entropy and dice, and the distance of features where it is asked for."""
        (logit, streams), (known, examples) = given, taught or (None, None)
        loss = binarization_loss(logit.float(), batch.truth, config.loss, taught=known)
        if examples is not None and config.loss.features:
            loss = loss + config.loss.features * attention_distance(streams, examples)
        return loss

    def truth(self, batch: Batch) -> Tensor:
        """Return the ink."""
        return batch.truth

    def learned(self, batches: TileBatches, batch: Batch, logit: Tensor) -> None:
        """Tell the batches which tiles were hard."""
        if batches.hard:
            batches.learned(batch.tile, cross_entropies(logit, batch.truth))


BINARIZATION = Binarization()
