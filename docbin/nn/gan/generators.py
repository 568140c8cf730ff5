"""Generators: packed wavelet U-Nets, or float U-Nets of segmentation-models-pytorch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import torch
from torch import Tensor, nn

from docbin.dependencies import load
from docbin.errors import InputError, UsageError
from docbin.nn.models.wavelet_unet import WaveletUnet, WaveletUnetConfig, build
from docbin.registry import near_miss

# Name on the command line -> class of segmentation-models-pytorch, name in descriptions.
_DECODERS = {"unet": ("Unet", "unet"), "unetpp": ("UnetPlusPlus", "unet++")}
PACKED = "packed"
_PURPOSE = "a float generator"


@dataclass(frozen=True, slots=True)
class Choice:
    """What generators are: ``decoder`` and ``encoder``; both empty for packed ones."""

    decoder: str = ""
    encoder: str = ""

    @property
    def packed(self) -> bool:
        """Whether they are packed."""
        return not self.decoder

    @property
    def architecture(self) -> str:
        """What descriptions call the float ones."""
        return _DECODERS[self.decoder][1] if self.decoder else ""


def chosen(text: str) -> Choice:
    """Read ``packed``, ``unet:ENCODER`` or ``unetpp:ENCODER``.

    Raises
    ------
    UsageError
        If it is none of these, with a hint. Encoders are looked up when one is built.

    Examples
    --------
    >>> chosen("unetpp:efficientnet-b0")
    Choice(decoder='unetpp', encoder='efficientnet-b0')
    """
    decoder, _, encoder = text.partition(":")
    if text == PACKED:
        return Choice()
    if decoder in _DECODERS and encoder:
        return Choice(decoder, encoder)
    known = [PACKED, *_DECODERS]
    raise UsageError(
        f"there is no generator '{text}'.{near_miss(decoder, known)} Give packed, or unet:ENCODER "
        "or unetpp:ENCODER, such as unet:efficientnet-b0"
    )


class FloatGenerator(nn.Module):
    """A U-Net of segmentation-models-pytorch on pictures in 0…1.

    Parameters
    ----------
    choice
        Decoder and encoder.
    planes
        Channels of the pictures, 1 or 3.
    weights
        ``"imagenet"``, or None for random ones. Those of ImageNet are downloaded once by
        segmentation-models-pytorch and kept in the cache of the Hugging Face hub or of torch.

    Raises
    ------
    MissingDependencyError
        If segmentation-models-pytorch is missing.
    UsageError
        If there is no such encoder.
    InputError
        If its weights are neither here nor to be had.
    """

    def __init__(self, choice: Choice, planes: int, *, weights: str | None = None) -> None:
        super().__init__()
        models = load("segmentation_models_pytorch", purpose=_PURPOSE)
        _check(models, choice.encoder)
        make = getattr(models, _DECODERS[choice.decoder][0])
        try:
            self.net: nn.Module = make(choice.encoder, encoder_weights=weights, in_channels=planes)
        except OSError as error:
            first = str(error).partition("\n")[0]
            raise InputError(
                f"the ImageNet weights of '{choice.encoder}' are neither on this machine nor to be "
                f"had ({first}); leave pretrained out, or run once where there is a network"
            ) from error
        settings = models.encoders.get_preprocessing_params(choice.encoder) if weights else {}
        mean, deviation = (
            torch.tensor(settings.get(name) or [usual] * 3, dtype=torch.float32)
            for name, usual in (("mean", 0.5), ("std", 0.25))
        )
        if planes == 1:
            mean, deviation = mean.mean(0, keepdim=True), deviation.mean(0, keepdim=True)
        self.register_buffer("mean", mean.view(1, -1, 1, 1))
        self.register_buffer("deviation", deviation.view(1, -1, 1, 1))

    def planes(self, picture: Tensor) -> Tensor:
        """Return what the network sees of pictures (N, C, H, W) in 0…1."""
        mean, deviation = self.get_buffer("mean"), self.get_buffer("deviation")
        return (picture - mean) / deviation

    def logit(self, planes: Tensor) -> Tensor:
        """Return the logit of ink (N, 1, H, W) of `planes`; H and W are multiples of 32."""
        logit: Tensor = self.net(planes)
        return logit

    def forward(self, picture: Tensor) -> Tensor:
        """Return the logit of ink (N, 1, H, W) of pictures (N, C, H, W) in 0…1."""
        return self.logit(self.planes(picture))


Net: TypeAlias = WaveletUnet | FloatGenerator


def generator(
    choice: Choice,
    planes: int,
    *,
    network: WaveletUnetConfig,
    seed: int,
    weights: str | None = None,
) -> Net:
    """Return a generator with weights of a seed; ``network`` is the shape of a packed one."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        if choice.packed:
            return build(network)
        return FloatGenerator(choice, planes, weights=weights)


def planes(net: Net, picture: Tensor) -> Tensor:
    """Return what a generator sees of pictures (N, 1 or 3, H, W) in 0…1; a packed one takes RGB."""
    if isinstance(net, WaveletUnet):
        picture = picture.expand(-1, 3, -1, -1)
    return net.planes(picture).contiguous(memory_format=torch.channels_last)


def logit(net: Net, planes: Tensor) -> Tensor:
    """Return the logit (N, 1, H, W), float32: what a trainer compiles once for all generators."""
    return net.logit(planes).float()


def found(net: Net, picture: Tensor) -> Tensor:
    """Return the logit (N, 1, H, W), float32, of pictures (N, 1 or 3, H, W) in 0…1."""
    return logit(net, planes(net, picture))


def _check(models: Any, encoder: str) -> None:
    """Refuse an encoder that segmentation-models-pytorch does not have; ``tu-`` ones are timm's."""
    known = list(models.encoders.get_encoder_names())
    if encoder.startswith("tu-"):
        known = [f"tu-{name}" for name in load("timm", purpose=_PURPOSE).list_models()]
    if encoder not in known:
        raise UsageError(
            f"there is no encoder '{encoder}'.{near_miss(encoder, known)} "
            "Encoders are those of segmentation-models-pytorch, and of timm as tu-NAME"
        )
