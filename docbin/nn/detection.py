"""Training of detectors of text: what a run is made of, presets, and the task of the trainer.

In short::

    stores = [TextStore.load("scenes.text"), TextStore.load("photos.text")]
    train(DETECTORS.presets["cpu-1h"], stores, Path("run"), task=DETECTION)
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn
from torch.nn import functional

from docbin.errors import UsageError
from docbin.nn.config import Choices
from docbin.nn.data.text_batches import TextBatch, TextBatches, Warp
from docbin.nn.data.text_store import TextStore
from docbin.nn.db_losses import DbLossConfig, db_loss
from docbin.nn.models.dbnet import Dbnet, DbnetConfig
from docbin.nn.models.detector import PackedDetector, build_detector
from docbin.nn.models.wavelet_unet import WaveletUnetConfig
from docbin.nn.run_config import RunConfig, within

Maps = tuple[Tensor, Tensor]

# Quarter size and below; the widths fill the lanes of the packed kernels.
_PACKED = WaveletUnetConfig(
    widths=(32, 64, 96, 128, 160),
    blocks=(1, 1, 2, 3, 2),
    bases=(1, 1, 1, 1, 1),
    levels=2,
    ends=1,
)
# For what is large and stands out, as seals do.
_SMALL = WaveletUnetConfig(
    widths=(16, 32, 48, 64, 80),
    blocks=(1, 1, 1, 2, 1),
    bases=(1, 1, 1, 1, 1),
    levels=2,
    ends=1,
)


@dataclass(frozen=True, slots=True)
class DetectorConfig(RunConfig):
    """A training run of a detector.

    Parameters
    ----------
    network
        Shape of a packed or of a float network.
    loss
        Weights of the loss.
    scale
        Least and greatest width of a crop pixel, in pixels of the store.
    turned
        Share of the crops that are turned by any angle.
    taught
        Weight of the cross entropy with the teacher's probability, if there is a teacher.
    """

    network: WaveletUnetConfig | DbnetConfig = _PACKED
    loss: DbLossConfig = field(default_factory=DbLossConfig)
    size: int = 384
    mirrored: float = 0.25
    scale: tuple[float, float] = (0.6, 2.2)
    turned: float = 0.15
    taught: float = 5.0

    def __post_init__(self) -> None:
        RunConfig.__post_init__(self)
        if len(self.scale) != 2 or not 0.1 <= self.scale[0] <= self.scale[1] <= 8:
            raise UsageError(
                f"scale is {self.scale}; give two numbers of 0.1 to 8, the least first"
            )
        within(self, 0, 1, "turned")
        within(self, 0, math.inf, "taught")


class Lesson(nn.Module):
    """A detector that gives the logits of P and T."""

    def __init__(self, net: PackedDetector | Dbnet) -> None:
        super().__init__()
        self.net = net

    def forward(self, image: Tensor) -> Maps:
        """Return two maps (N, 1, H, W)."""
        return self.net.maps(image)


class Detection:
    """Text from images with polygons, by differentiable binarization."""

    config = DetectorConfig
    format = "docbin-detector-1"

    def build(self, network: WaveletUnetConfig | DbnetConfig) -> PackedDetector | Dbnet:
        """Return a detector."""
        return build_detector(network)

    def batches(
        self,
        config: DetectorConfig,
        stores: Sequence[TextStore],
        device: torch.device,
        seed: int,
        *,
        hard: bool,
    ) -> TextBatches:
        """Return batches of images with label maps."""
        del hard
        warp = Warp(scale=config.scale, mirrored=config.mirrored, turned=config.turned)
        return TextBatches(stores, config.size, device, seed, mix=config.mix, warp=warp)

    def inputs(self, batch: TextBatch) -> tuple[Tensor, ...]:
        """Return the images."""
        return (batch.image,)

    def lesson(self, net: PackedDetector | Dbnet) -> Lesson:
        """Return the logits of both maps."""
        return Lesson(net)

    def loss(
        self, given: Maps, batch: TextBatch, config: DetectorConfig, taught: Maps | None
    ) -> Tensor:
        """Return the losses of the paper, and the cross entropy with a teacher's probability."""
        logit, border = (each.float() for each in given)
        loss = db_loss(logit, border, batch, config.loss)
        if taught is not None:
            likely = taught[0].float().sigmoid()
            cross = functional.binary_cross_entropy_with_logits(logit, likely, batch.care)
            loss = loss + config.taught * cross
        return loss

    def truth(self, batch: TextBatch) -> Tensor:
        """Return the shrunk polygons."""
        return batch.shrunk

    def learned(self, batches: TextBatches, batch: TextBatch, logit: Tensor) -> None:
        """Do nothing: all images of a set are as likely."""
        del batches, batch, logit


DETECTION = Detection()


DETECTORS = Choices(
    DetectorConfig,
    presets={
        "gpu-25min": DetectorConfig(minutes=25, batch=32, size=640, rate=3e-3),
        "gpu-8h": DetectorConfig(minutes=480, batch=32, size=640, rate=3e-3, average=0.9998),
        "cpu-1h": DetectorConfig(minutes=60, batch=8, size=320, rate=3e-3, compile="on"),
        "tiny": DetectorConfig(
            network=WaveletUnetConfig(
                widths=(16, 16), blocks=(1, 1), bases=(1, 1), levels=2, ends=1
            ),
            steps=60,
            batch=4,
            size=64,
            warmup=10,
            average=0.9,
            compile="off",
        ),
    },
    networks={
        "packed": _PACKED,
        "small": _SMALL,
        "dbnet-r18": DbnetConfig("resnet18"),
        "dbnet-r50": DbnetConfig("resnet50"),
        "dbnet-r50-deformable": DbnetConfig("resnet50", deformable=True),
        "dbnet-mobilenetv3": DbnetConfig("mobilenetv3"),
        "dbnet-lite0": DbnetConfig("efficientnet-lite0"),
        "dbnet-pp-r18": DbnetConfig("resnet18", fusion="adaptive"),
        "dbnet-pp-r50": DbnetConfig("resnet50", fusion="adaptive", deformable=True),
        "dbnet-pp-mobilenetv3": DbnetConfig("mobilenetv3", fusion="adaptive"),
        "dbnet-pp-lite0": DbnetConfig("efficientnet-lite0", fusion="adaptive"),
    },
)
