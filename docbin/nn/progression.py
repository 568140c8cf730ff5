"""What changes while a network trains: learning rate, what is quantised, the averaged weights."""

from __future__ import annotations

import copy
import math
from collections.abc import Iterable, Sequence
from typing import Any, Protocol

import torch
from torch import Tensor, nn

from docbin.nn.layers import QuantisedConv
from docbin.nn.models.wavelet_unet import WaveletUnet
from docbin.nn.run_config import RunConfig

# The share of the run over which quantisation moves outward from the bottleneck.
SPREAD = 0.25


class Rates(Protocol):
    """What a learning rate follows from: the highest, steps in which it rises, share that stays."""

    @property
    def rate(self) -> float:
        """The highest."""

    @property
    def warmup(self) -> int:
        """Steps in which it rises."""

    @property
    def floor(self) -> float:
        """The share that is left at the end."""


def rate_at(config: Rates, step: int, progress: float) -> float:
    """Return the learning rate: linear up to ``warmup``, then half a cosine down to the floor.

    Parameters
    ----------
    config
        The run.
    step
        Steps done.
    progress
        Share of the run that is done, 0 to 1.
    """
    rising = min(1.0, (step + 1) / max(config.warmup, 1))
    falling = 0.5 * (1 + math.cos(math.pi * min(progress, 1.0)))
    return config.rate * rising * (config.floor + (1 - config.floor) * falling)


def quantise(net: Any, config: RunConfig, progress: float) -> int:
    """Switch on the quantisers that are due, and return how many switches are on."""
    if not config.network.quantised:
        return 0
    on = 0
    for conv, distance in _with_distance(net):
        wait = SPREAD * distance if config.outward else 0.0
        conv.quantise_activations = (
            conv.quantiser is not None and progress >= config.activations_from + wait
        )
        conv.quantise_weights = progress >= config.weights_from + wait
        on += conv.quantise_activations + conv.quantise_weights
    return on


def _with_distance(net: WaveletUnet) -> Iterable[tuple[QuantisedConv, float]]:
    """Yield convolutions and how far they are from the bottleneck, 0 to 1."""
    last = len(net.config.widths) - 1
    for index, stage in enumerate([*net.encoder, *net.decoder]):
        level = index if index <= last else index - last - 1
        for block in stage:
            yield block.conv, (last - level) / max(last, 1)
    for index, projection in enumerate([*net.down, *net.up]):
        level = index % max(last, 1)
        yield projection.conv, (last - level) / max(last, 1)
    yield net.stem.conv, 1.0
    yield net.head.conv, 1.0


class Average:
    """The exponential moving average of a network's weights.

    Parameters
    ----------
    net
        The network that is trained.
    decay
        Share of the average that stays at each step; less in the first steps.
    """

    def __init__(self, net: nn.Module, decay: float) -> None:
        self.net = copy.deepcopy(net).eval().requires_grad_(requires_grad=False)
        self.decay = decay
        self._ours = list(self.net.state_dict().values())

    @torch.no_grad()
    def update(self, net: nn.Module, step: int) -> None:
        """Take in the weights after ``step`` steps."""
        decay = min(self.decay, (1 + step) / (10 + step))
        theirs = list(net.state_dict().values())
        floats = [index for index, value in enumerate(theirs) if value.is_floating_point()]
        torch._foreach_lerp_(
            [self._ours[index] for index in floats], [theirs[index] for index in floats], 1 - decay
        )
        for ours, value in zip(self._ours, theirs, strict=True):
            if not value.is_floating_point():
                ours.copy_(value)


def normalisations(net: nn.Module) -> list[nn.BatchNorm2d]:
    """Return the normalisations of a network."""
    return [module for module in net.modules() if isinstance(module, nn.BatchNorm2d)]


@torch.no_grad()
def recalibrate(net: nn.Module, inputs: Iterable[Sequence[Tensor]]) -> None:
    """Measure the statistics of the normalisations anew, as plain means over some batches.

    Averaged one-bit weights are not the weights whose statistics were followed while training.

    Parameters
    ----------
    net
        The network; it is left in evaluation mode.
    inputs
        What the network takes, some times, at least once.
    """
    norms = normalisations(net)
    kept = [norm.momentum for norm in norms]
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None
    net.train()
    for given in inputs:
        net(*given)
    net.eval()
    for norm, momentum in zip(norms, kept, strict=True):
        norm.momentum = momentum
