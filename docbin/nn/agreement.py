"""Whether a packed file, its whole numbers in torch, and the float network are one network."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from torch.nn import functional

from docbin.errors import DefectError
from docbin.image import Color
from docbin.nn import integer
from docbin.nn.models.wavelet_unet import WaveletUnet
from docbin.runtime import reference
from docbin.runtime.network import Network
from docbin.runtime.weights import PackedFile

# Side of the part of a page on which every implementation is compared; the numpy one is slow.
_PART = 256


class Agreement(NamedTuple):
    """How the float network and the packed one compare on some pages.

    Parameters
    ----------
    pages, pixels
        How many were compared.
    same
        Share of the pixels with the same ink.
    apart
        Largest distance of logits.
    """

    pages: int
    pixels: int
    same: float
    apart: float


def verify(net: WaveletUnet, data: bytes, images: Iterable[Color]) -> Agreement:
    """Compare a packed file with the network it was made from.

    On the middle of every page the whole numbers in torch, the numpy reference and the compiled
    kernels must give the same logits, bit for bit. On all of it the float network is compared.

    Parameters
    ----------
    net
        The network that was exported.
    data
        The packed file.
    images
        Pages, uint8 (H, W, 3).

    Raises
    ------
    DefectError
        If the implementations differ.
    """
    network = Network(data)
    pages, pixels, same, apart = 0, 0, 0, 0.0
    for image in images:
        same_bits(network, _middle(image))
        found = compared(net, network.file, image, network.logit(image))
        pages, pixels = pages + 1, pixels + found.pixels
        same, apart = same + round(found.same * found.pixels), max(apart, found.apart)
    return Agreement(pages, pixels, same / max(pixels, 1), apart)


def same_bits(network: Network, image: Color) -> None:
    """Raise `DefectError` unless torch, numpy and the kernels give the same logits of a page."""
    file = network.file
    ours = integer.logits(file.graph, file.signed(), torch.from_numpy(image)).numpy()
    for name, theirs in (
        ("the numpy reference", reference.logit(file.typed, image)),
        ("the kernels", network.logit(image)),
    ):
        if not np.array_equal(ours, theirs):
            wrong = int((ours != theirs).sum())
            raise DefectError(
                f"{name} and torch differ in {wrong} of {ours.size} logits of a packed network"
            )


@torch.no_grad()
def compared(
    net: WaveletUnet, file: PackedFile, image: Color, logit: npt.NDArray[Any]
) -> Agreement:
    """Compare the packed network's logit of a page, (H, W), with the float network's."""
    theirs = float_logits(net, image, file.graph["input"]).double().numpy()
    output = file.graph["output"]
    same = float(np.mean((logit >= output["threshold"]) == (theirs >= 0)))
    apart = np.abs(logit * output["scale"] - theirs).max()
    return Agreement(1, logit.size, same, float(apart))


@torch.no_grad()
def float_logits(net: WaveletUnet, image: Color, given: Mapping[str, int]) -> torch.Tensor:
    """Return the float network's logit (H, W) of a page extended as a packed network does it."""
    margin, multiple = given["margin"], given["multiple"]
    height, width = image.shape[:2]
    below, right = (margin + -(size + 2 * margin) % multiple for size in (height, width))
    x = torch.from_numpy(image).permute(2, 0, 1)[None].float() / 255
    planes = functional.pad(net.planes(x), (margin, right, margin, below), mode="replicate")
    logit = net.logit(planes.contiguous(memory_format=torch.channels_last))[0, 0]
    return logit[margin : margin + height, margin : margin + width]


def _middle(image: Color) -> Color:
    height, width = image.shape[:2]
    top, left = (max(0, (size - _PART) // 2) for size in (height, width))
    return np.ascontiguousarray(image[top : top + _PART, left : left + _PART])
