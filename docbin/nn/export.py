"""From trained weights to a packed file, and the proof that both compute the same."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import numpy.typing as npt
import torch
from torch.nn import functional

from docbin.errors import UsageError
from docbin.image import Color
from docbin.nn import integer
from docbin.nn.checkpoint import Trained
from docbin.nn.graph import arrays
from docbin.nn.models.wavelet_unet import WaveletUnet
from docbin.runtime import wavelet_unet as packed_unet

# Bits of the streams behind the point: 1/256 is a fiftieth of a step of four-bit codes, and the
# streams reach ±128.
FRACTION = 8
MARGIN = 16


class Packable(NamedTuple):
    """A graph, its arrays (one-bit weights as int8 ±1) and its provenance."""

    graph: dict[str, Any]
    tensors: dict[str, npt.NDArray[Any]]
    metadata: dict[str, str]


def packable(trained: Trained, *, name: str, licence: str, fraction: int = FRACTION) -> Packable:
    """Return what goes into the packed file.

    Parameters
    ----------
    trained
        See `docbin.nn.checkpoint.load_weights`.
    name, licence
        Of the weights; the licence names the terms of the data they were trained on.
    fraction
        Bits of the streams behind the point.

    Raises
    ------
    UsageError
        If it is a float network.
    """
    net, config = trained.net, trained.config
    if not config.network.quantised:
        raise UsageError(
            "these weights are of a float network, which cannot be packed; train a quantised one "
            "with them as --teacher"
        )
    collected = arrays(net.cpu().eval(), fraction)
    shape = packed_unet.WaveletUnet(
        widths=config.network.widths,
        blocks=config.network.blocks,
        levels=config.network.levels,
        bases=config.network.bases,
        bits=(f"W1A{config.network.activation_bits}",) * len(config.network.widths),
    )
    graph = shape.graph(collected.shifts, margin=MARGIN, scale=2.0**-fraction)
    facts = dict(trained.facts)
    metadata = {
        "name": name,
        "licence": licence,
        "command": str(facts.pop("command", "")),
        "commit": str(facts.pop("commit", "")),
        "data": json.dumps(facts.pop("sets", [])),
        "metrics": json.dumps(facts),
    }
    return Packable(graph, collected.tensors, metadata)


class Agreement(NamedTuple):
    """How the float network and the whole numbers compare on some pages.

    Parameters
    ----------
    pixels
        Pixels that were compared.
    same
        Share of them with the same ink.
    apart
        Largest distance of logits.
    """

    pixels: int
    same: float
    apart: float


@torch.no_grad()
def agreement(net: WaveletUnet, packed: Packable, images: Iterable[Color]) -> Agreement:
    """Compare the float network with its whole numbers on pages uint8 (H, W, 3)."""
    pixels, same, apart = 0, 0, 0.0
    for image in images:
        ours = integer.logits(packed.graph, packed.tensors, torch.from_numpy(image))
        theirs = float_logits(net, image, packed.graph["input"])
        pixels += ours.numel()
        same += int(((ours >= packed.graph["output"]["threshold"]) == (theirs >= 0)).sum())
        distance = ours.double() * packed.graph["output"]["scale"] - theirs.double()
        apart = max(apart, float(distance.abs().max()))
    return Agreement(pixels, same / max(pixels, 1), apart)


@torch.no_grad()
def float_logits(net: WaveletUnet, image: Color, given: Mapping[str, int]) -> torch.Tensor:
    """Return the float network's logit (H, W) of a page extended as a packed network does it."""
    margin, multiple = given["margin"], given["multiple"]
    height, width = image.shape[:2]
    below, right = (margin + -(size + 2 * margin) % multiple for size in (height, width))
    x = torch.from_numpy(image).permute(2, 0, 1)[None].float() / 255
    x = functional.pad(x, (margin, right, margin, below), mode="replicate")
    logit = net(x.contiguous(memory_format=torch.channels_last))[0, 0]
    return logit[margin : margin + height, margin : margin + width]
