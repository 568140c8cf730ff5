"""What generators see and what they are to find, of batches of patches or of whole pages.

The preparation is that of inference, `docbin.ops.channels` and `docbin.ops.subband`, on bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from docbin.ops.channels import CHANNELS, channel, joined
from docbin.ops.subband import channel_target, halved, map_at, seen
from docbin.runtime.staged.description import Generator

Pixels: TypeAlias = npt.NDArray[np.uint8]
Masks: TypeAlias = npt.NDArray[np.bool_]
# From pictures uint8 (N, H, W, 3) to those of what the channels' generators found, same shape.
Maps: TypeAlias = Callable[[Pixels], Pixels]


class Example(NamedTuple):
    """Pictures (N, C, S, S) 0 … 1 and targets (N, 1, S, S) 0 or 1, float32."""

    picture: Tensor
    target: Tensor


def as_bytes(image: Tensor, truth: Tensor) -> tuple[Pixels, Masks]:
    """Return a batch (N, 3, H, W) 0 … 1 and its truth as uint8 (N, H, W, 3) and bool (N, H, W)."""
    pixels = (image * 255).round().byte().permute(0, 2, 3, 1).contiguous()
    return pixels.cpu().numpy(), (truth[:, 0] > 0.5).cpu().numpy()


def example(
    one: Generator,
    pixels: Pixels,
    truth: Masks,
    *,
    share: float,
    maps: Maps | None = None,
    device: torch.device | str = "cpu",
) -> Example:
    """Return what a generator sees of pictures, and what it is to find.

    Parameters
    ----------
    one
        The generator.
    pixels, truth
        uint8 (N, H, W, 3) and bool (N, H, W).
    share
        Of `docbin.ops.subband.channel_target`.
    maps
        What makes the picture of maps, for a generator that sees them.
    device
        Where the result goes.
    """
    if one.sees in CHANNELS:
        views = [seen(channel(picture, one.sees), one.subband) for picture in pixels]
        targets = [halved(each) if one.subband == "half" else each for each in truth]
        if one.target == "channel":
            targets = [channel_target(*both, share) for both in zip(views, targets, strict=True)]
        return Example(_floats(np.stack(views)[:, None], device), _ink(np.stack(targets), device))
    if one.sees == "maps":
        if maps is None:
            raise ValueError(f"'{one.name}' sees maps, and there are none")
        pixels = maps(pixels)
    return Example(_floats(pixels.transpose(0, 3, 1, 2), device), _ink(truth, device))


def maps_of(
    generators: Mapping[Generator, Callable[[Tensor], Tensor]], device: torch.device | str
) -> Maps:
    """Return what makes pictures of maps with the trained generators of the channels.

    Parameters
    ----------
    generators
        Each with what gives its probabilities (N, 1, S, S) for pictures (N, 1, S, S) in 0 … 1.
    device
        Where these are computed.
    """

    def maps(pixels: Pixels) -> Pixels:
        found: dict[str, list[npt.NDArray[np.float32]]] = {}
        side = pixels.shape[1]
        for one, probability in generators.items():
            views = [seen(channel(picture, one.sees), one.subband) for picture in pixels]
            result = probability(_floats(np.stack(views)[:, None], device))[:, 0]
            found[one.sees] = [map_at(each, side) for each in result.cpu().numpy()]
        return np.stack(
            [joined({name: found[name][n] for name in CHANNELS}) for n in range(len(pixels))]
        )

    return maps


def _floats(pixels: Pixels, device: torch.device | str) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(pixels)).to(device).float() / 255


def _ink(truth: Masks, device: torch.device | str) -> Tensor:
    return torch.from_numpy(truth[:, None]).to(device).float()
