"""A U-Net on Haar subbands, in float (a teacher) or quantised, with the shapes of the packed graph.

The page becomes Haar subbands at 1 / 2^levels of its size; there the stages begin. A stage is some
residual 3×3 blocks; between stages a 2×2 mean and a 1×1 convolution, back up a 1×1 convolution,
nearest upsampling and the sum with the encoder's stream. A head, a 3×3 or 1×1 convolution, gives
4^levels channels that are shuffled to the size of the page: the logit of ink.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from docbin.nn.layers import CENTRE, Block, Projection, QuantisedConv, RPReLU
from docbin.nn.models.contrast import contrast_planes


@dataclass(frozen=True, slots=True)
class WaveletUnetConfig:
    """Shape and bits of a network.

    Parameters
    ----------
    widths
        Channels of the stages, from the highest resolution down. Multiples of 16 fill the lanes
        of the packed kernels.
    blocks
        3×3 blocks of each stage: as many in the encoder as in the decoder.
    levels
        Haar levels, 1 to 3.
    weight_bits, activation_bits
        Bits of the blocks: 1 and 4, 1 and 1, or 32 and 32 for a float network. Stem, head and 1×1
        convolutions of a quantised network have 8 and 8.
    bases
        Bases of the one-bit weights of each stage, 1 or 2.
    contrast
        Odd windows of locally normalised planes, which the network sees beside gray instead of
        RGB; none: RGB. See `docbin.nn.models.contrast`.
    level
        The least variance in these windows is the page's level divided by this, so that what is
        faint beside the writing of the page stays faint, as writing of the back is; 0: a constant.
    ends
        Side of the windows of stem and head, 3 or 1: a square of 4^levels pixels by itself.
    """

    widths: tuple[int, ...] = (32, 64, 96, 128)
    blocks: tuple[int, ...] = (2, 2, 2, 2)
    levels: int = 1
    weight_bits: int = 1
    activation_bits: int = 4
    bases: tuple[int, ...] = (1, 1, 1, 1)
    contrast: tuple[int, ...] = ()
    level: int = 0
    ends: int = 3

    def __post_init__(self) -> None:
        stages = len(self.widths)
        if not stages or len(self.blocks) != stages or len(self.bases) != stages:
            raise ValueError(
                f"widths {self.widths}, blocks {self.blocks} and bases {self.bases} must have "
                "one number for each stage"
            )
        if min(self.widths) < 1 or max(self.widths) > 1024 or min(self.blocks) < 1:
            raise ValueError("widths must be 1 to 1024, blocks at least 1")
        if not 1 <= self.levels <= 3:
            raise ValueError(f"levels is {self.levels}; give 1 to 3")
        if (self.weight_bits, self.activation_bits) not in ((1, 4), (1, 1), (32, 32)):
            raise ValueError(
                f"there is no W{self.weight_bits}A{self.activation_bits}; "
                "weight_bits and activation_bits are 1 and 4, 1 and 1, or 32 and 32"
            )
        if len(self.contrast) > 3 or any(not 3 <= w <= 511 or w % 2 == 0 for w in self.contrast):
            raise ValueError(f"contrast is {self.contrast}; give up to three odd windows, 3 to 511")
        if len(set(self.contrast)) < len(self.contrast):
            raise ValueError(f"contrast is {self.contrast}; give every window once")
        if not 0 <= self.level <= 64 or (self.level and not self.contrast):
            raise ValueError(f"level is {self.level}; give 0 to 64, and 0 without contrast")
        if self.ends not in (1, 3):
            raise ValueError(f"ends is {self.ends}; give 1 or 3")
        if self.multiple > 64:
            raise ValueError(f"the strides multiply to {self.multiple}; at most 64 are allowed")

    @property
    def multiple(self) -> int:
        """What height and width must be a multiple of."""
        return int(2 ** (self.levels + len(self.widths) - 1))

    @property
    def planes(self) -> int:
        """How many planes the network sees."""
        return 1 + len(self.contrast) if self.contrast else 3

    @property
    def quantised(self) -> bool:
        """Whether the network can be packed."""
        return self.weight_bits == 1


class Stem(nn.Module):
    """Haar subbands in codes of 8 bits with fixed steps, a convolution, RPReLU.

    Subbands are those of the page, or of its contrast planes, in 0…255, not normalised, as in the
    packed graph. The lowest band reaches 255 · 4^levels and takes 255 steps; the others are taken
    twice as fine around zero and clipped at half their extent, which only an edge of full contrast
    leaves.
    """

    def __init__(self, config: WaveletUnetConfig) -> None:
        super().__init__()
        width, levels, quantised = config.widths[0], config.levels, config.quantised
        self.config = config
        step, shift = bands(levels, config.planes)
        self.register_buffer("step", step, persistent=False)
        self.register_buffer("shift", shift, persistent=False)
        bits, ends = 8 if quantised else 32, config.ends
        self.conv = QuantisedConv(len(step[0]), width, ends, weight_bits=bits, activation_bits=32)
        self.norm = nn.BatchNorm2d(width)
        self.act = RPReLU(width)

    def codes(self, planes: Tensor) -> Tensor:
        """Return codes less 128 of planes (N, P, H, W) in 0…255, float32."""
        for _ in range(self.config.levels):
            planes = haar(planes)
        codes = (planes + self.shift) / self.step
        if self.config.quantised:
            codes = (codes + 0.5).floor_().clamp_(0, 255)
        return codes - CENTRE

    def forward(self, planes: Tensor) -> Tensor:
        """Return the first stream (N, width, H / 2^levels, W / 2^levels)."""
        codes = self.codes(planes).contiguous(memory_format=torch.channels_last)
        codes = functional.pad(codes, (self.conv.kernel // 2,) * 4, value=-float(CENTRE))
        weight = self.conv.weights()[0] if self.config.quantised else self.conv.weights.weight
        return self.act(self.norm(functional.conv2d(codes, weight)))


class Head(nn.Module):
    """A convolution to 4^levels channels with scale and bias, shuffled to the page's size."""

    def __init__(self, width: int, levels: int, *, quantised: bool, ends: int = 3) -> None:
        super().__init__()
        self.factor = 2**levels
        bits = 8 if quantised else 32
        self.conv = QuantisedConv(width, 4**levels, ends, weight_bits=bits, activation_bits=bits)
        self.bias = nn.Parameter(torch.zeros(1, 4**levels, 1, 1))

    def scale(self) -> Tensor:
        """Return what the sums are multiplied with to make a logit, float32 (1, O, 1, 1)."""
        scale = torch.ones_like(self.bias)
        if self.conv.quantise_weights:
            scale = scale * self.conv.weights()[1]
        if self.conv.quantiser is not None and self.conv.quantise_activations:
            scale = scale * self.conv.quantiser.size().detach()
        return scale

    def forward(self, x: Tensor) -> Tensor:
        """Return the logit of ink (N, 1, H, W), float32."""
        sums = self.conv(x).float() * self.scale() + self.bias
        return functional.pixel_shuffle(sums, self.factor)


class WaveletUnet(nn.Module):
    """See the head of this file.

    Parameters
    ----------
    config
        Shape and bits.

    Examples
    --------
    >>> net = WaveletUnet(WaveletUnetConfig(widths=(16, 32), blocks=(1, 1), bases=(1, 1)))
    >>> net(torch.zeros(1, 3, 32, 32)).shape
    torch.Size([1, 1, 32, 32])
    """

    def __init__(self, config: WaveletUnetConfig) -> None:
        super().__init__()
        self.config = config
        widths, quantised = config.widths, config.quantised
        bits = 8 if quantised else 32
        self.stem = Stem(config)
        self.encoder = nn.ModuleList(_stage(config, index) for index in range(len(widths)))
        pairs = list(itertools.pairwise(widths))
        self.down = nn.ModuleList(Projection(fine, coarse, bits=bits) for fine, coarse in pairs)
        self.up = nn.ModuleList(Projection(coarse, fine, bits=bits) for fine, coarse in pairs)
        self.decoder = nn.ModuleList(_stage(config, index) for index in range(len(pairs)))
        self.head = Head(widths[0], config.levels, quantised=quantised, ends=config.ends)

    def planes(self, image: Tensor, level: Tensor | None = None) -> Tensor:
        """Return what the network sees of images (N, 3, H, W) in 0…1: float32 (N, P, H, W), 0…255.

        A page is extended behind this, never before it: contrast is that of the page alone. Crops
        have the ``level`` (N,) of their pages, see `docbin.nn.models.contrast`.
        """
        planes, windows = image.float() * 255, self.config.contrast
        if self.config.quantised or windows:
            planes = (planes + 0.5).floor_()
        return contrast_planes(planes, windows, self.config.level, level) if windows else planes

    def features(self, planes: Tensor) -> list[Tensor]:
        """Return the streams behind every stage of the decoder, coarse to fine."""
        x = self.stem(planes)
        skips = []
        for index, stage in enumerate(self.encoder):
            x = stage(x)
            if index < len(self.down):
                skips.append(x)
                x = self.down[index](functional.avg_pool2d(x, 2))
        streams = [x]
        for index in reversed(range(len(self.decoder))):
            x = functional.interpolate(self.up[index](x), scale_factor=2.0, mode="nearest")
            x = self.decoder[index](x + skips[index])
            streams.append(x)
        return streams

    def forward(self, image: Tensor, level: Tensor | None = None) -> Tensor:
        """Return the logit of ink (N, 1, H, W) of images (N, 3, H, W) in 0…1."""
        return self.logit(self.planes(image, level))

    def logit(self, planes: Tensor) -> Tensor:
        """Return the logit of ink (N, 1, H, W) of `planes`."""
        return self.head(self.features(planes)[-1])


def _stage(config: WaveletUnetConfig, index: int) -> nn.Sequential:
    return nn.Sequential(
        *(
            Block(
                config.widths[index],
                weight_bits=config.weight_bits,
                activation_bits=config.activation_bits,
                bases=config.bases[index],
            )
            for _ in range(config.blocks[index])
        )
    )


def haar(x: Tensor) -> Tensor:
    """Return the four subbands of (N, C, H, W) as (N, 4C, H/2, W/2), not normalised."""
    a, b = x[..., ::2, ::2], x[..., ::2, 1::2]
    c, d = x[..., 1::2, ::2], x[..., 1::2, 1::2]
    top, bottom, left, right = a + b, c + d, a - b, c - d
    return torch.cat([top + bottom, left + right, top - bottom, left - right], 1)


def bands(levels: int, planes: int) -> tuple[Tensor, Tensor]:
    """Return step and shift of the codes of subbands, float32 (1, planes · 4^levels, 1, 1)."""
    step = torch.full((1, planes * 4**levels, 1, 1), float(4**levels) / 2)
    shift = step * CENTRE
    step[:, :planes], shift[:, :planes] = float(4**levels), 0.0
    return step, shift


def build(config: Any) -> WaveletUnet:
    """Return a network of a config, in channels-last order as all kernels here like it."""
    return WaveletUnet(config).to(memory_format=torch.channels_last)
