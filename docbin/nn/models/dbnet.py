"""DBNet and DBNet++ over encoders of segmentation-models-pytorch, in float [1]_ [2]_.

The features at 1/4, 1/8, 1/16 and 1/32 become streams of 256 channels, each with the one below it
added; 3×3 convolutions make them 64 channels each, which are enlarged to 1/4 and joined (see
`docbin.nn.models.fusion`). Two heads, a 3×3 convolution and two transposed ones, give the
probability map P and the threshold map T at full size.

References
----------
.. [1] Liao et al., "Real-time scene text detection with differentiable binarization", AAAI 2020.
       doi:10.1609/aaai.v34i07.6812
.. [2] Liao et al., "… and adaptive scale fusion", IEEE TPAMI 45(1), 2023.
       doi:10.1109/TPAMI.2022.3155612
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn import functional

from docbin.dependencies import load
from docbin.nn.models.deformable import deform
from docbin.nn.models.fusion import AdaptiveScaleFusion, Concatenation

# Our names -> those of segmentation-models-pytorch.
ENCODERS = {
    "resnet18": "resnet18",
    "resnet50": "resnet50",
    "mobilenetv3": "tu-mobilenetv3_large_100",
    "efficientnet-lite0": "tu-tf_efficientnet_lite0",
}
_INNER = 256
# Mean and deviation of ImageNet's channels, which trained encoders expect.
_MEAN, _DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


@dataclass(frozen=True, slots=True)
class DbnetConfig:
    """Shape of a float detector.

    Parameters
    ----------
    encoder
        A name of `ENCODERS`.
    fusion
        ``"concatenation"`` is DBNet, ``"adaptive"`` DBNet++.
    deformable
        Deformable 3×3 convolutions in the three deepest stages; ResNets alone.
    inner
        Channels of the streams of the pyramid, a multiple of 4.
    """

    encoder: str = "resnet18"
    fusion: Literal["concatenation", "adaptive"] = "concatenation"
    deformable: bool = False
    inner: int = _INNER

    def __post_init__(self) -> None:
        if self.encoder not in ENCODERS:
            raise ValueError(f"there is no encoder '{self.encoder}'; give one of {[*ENCODERS]}")
        if self.fusion not in ("concatenation", "adaptive"):
            raise ValueError(f"fusion is '{self.fusion}'; give concatenation or adaptive")
        if self.deformable and not self.encoder.startswith("resnet"):
            raise ValueError(f"'{self.encoder}' has no deformable convolutions; the ResNets do")
        if self.inner < 4 or self.inner % 4:
            raise ValueError(f"inner is {self.inner}; give a multiple of 4")

    @property
    def multiple(self) -> int:
        """What height and width must be a multiple of."""
        return 32

    @property
    def quantised(self) -> bool:
        """Whether the network can be packed."""
        return False


class Pyramid(nn.Module):
    """Features of four scales to streams of one number of channels at 1/4, fine to coarse."""

    def __init__(self, channels: Sequence[int], inner: int) -> None:
        super().__init__()
        self.lateral = nn.ModuleList(nn.Conv2d(each, inner, 1, bias=False) for each in channels)
        self.smooth = nn.ModuleList(
            nn.Conv2d(inner, inner // 4, 3, padding=1, bias=False) for _ in channels
        )

    def forward(self, features: Sequence[Tensor]) -> list[Tensor]:
        """Return streams (N, inner / 4, H / 4, W / 4)."""
        streams = [lateral(x) for lateral, x in zip(self.lateral, features, strict=True)]
        for index in reversed(range(len(streams) - 1)):
            size = streams[index].shape[-2:]
            above = functional.interpolate(streams[index + 1], size, mode="nearest")
            streams[index] = streams[index] + above
        size = streams[0].shape[-2:]
        return [
            functional.interpolate(smooth(x), size, mode="nearest")
            for smooth, x in zip(self.smooth, streams, strict=True)
        ]


def head(inner: int) -> nn.Sequential:
    """Return a head: (N, inner, H / 4, W / 4) → logit (N, 1, H, W)."""
    part = inner // 4
    return nn.Sequential(
        nn.Conv2d(inner, part, 3, padding=1, bias=False),
        nn.BatchNorm2d(part),
        nn.ReLU(inplace=True),
        nn.ConvTranspose2d(part, part, 2, stride=2),
        nn.BatchNorm2d(part),
        nn.ReLU(inplace=True),
        nn.ConvTranspose2d(part, 1, 2, stride=2),
    )


class Dbnet(nn.Module):
    """See the head of this file.

    Parameters
    ----------
    config
        Shape.

    Raises
    ------
    MissingDependencyError
        If segmentation-models-pytorch is missing (or torchvision, for deformable convolutions).
    """

    def __init__(self, config: DbnetConfig) -> None:
        super().__init__()
        self.config = config
        encoders = load("segmentation_models_pytorch", purpose="encoders of detectors").encoders
        name = ENCODERS[config.encoder]
        self.encoder = encoders.get_encoder(name, in_channels=3, depth=5, weights=None)
        if config.deformable:
            deform(self.encoder)
        inner = config.inner
        self.pyramid = Pyramid(self.encoder.out_channels[2:], inner)
        adaptive = config.fusion == "adaptive"
        self.fusion = AdaptiveScaleFusion(inner // 4) if adaptive else Concatenation()
        self.probability, self.border = head(inner), head(inner)
        self.register_buffer("mean", torch.tensor(_MEAN).view(1, 3, 1, 1), persistent=False)
        self.register_buffer(
            "deviation", torch.tensor(_DEVIATION).view(1, 3, 1, 1), persistent=False
        )
        for module in (self.pyramid, self.fusion, self.probability, self.border):
            module.apply(_drawn)

    def joined(self, normalised: Tensor) -> Tensor:
        """Return the joined features (N, inner, H / 4, W / 4) of normalised images."""
        return self.fusion(self.pyramid(self.encoder(normalised)[2:]))

    def features(self, image: Tensor) -> Tensor:
        """Return the joined features (N, inner, H / 4, W / 4) of images (N, 3, H, W) in 0…1."""
        return self.joined((image - self.mean) / self.deviation)

    def maps(self, image: Tensor) -> tuple[Tensor, Tensor]:
        """Return the logits of P and T, (N, 1, H, W) each."""
        joined = self.features(image)
        return self.probability(joined), self.border(joined)

    def forward(self, image: Tensor) -> Tensor:
        """Return the logit of P (N, 1, H, W) of images (N, 3, H, W) in 0…1."""
        return self.probability(self.features(image))


def _drawn(module: nn.Module) -> None:
    """Draw weights as He et al. do."""
    if isinstance(module, nn.Conv2d):
        nn.init.kaiming_normal_(module.weight)
