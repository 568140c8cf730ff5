"""The packed detector: a wavelet U-Net whose logit is that of DB's probability map.

It is the network of `docbin.nn.models.wavelet_unet` at a quarter of the size and below, with the
coarser streams added on the way back as in a feature pyramid. A second head, in float, gives the
threshold map while it learns; the packed file is without it.
"""

from __future__ import annotations

import torch
from torch import Tensor

from docbin.nn.models.dbnet import Dbnet, DbnetConfig
from docbin.nn.models.wavelet_unet import Head, WaveletUnet, WaveletUnetConfig


class PackedDetector(WaveletUnet):
    """See the head of this file.

    Parameters
    ----------
    config
        Shape and bits.
    """

    def __init__(self, config: WaveletUnetConfig) -> None:
        super().__init__(config)
        self.border = Head(config.widths[0], config.levels, quantised=False)

    def maps(self, image: Tensor) -> tuple[Tensor, Tensor]:
        """Return the logits of P and T, (N, 1, H, W) each, of images (N, 3, H, W) in 0…1."""
        stream = self.features(self.planes(image))[-1]
        return self.head(stream), self.border(stream)


def build_detector(config: WaveletUnetConfig | DbnetConfig) -> PackedDetector | Dbnet:
    """Return a network of a config, in channels-last order."""
    net = Dbnet(config) if isinstance(config, DbnetConfig) else PackedDetector(config)
    return net.to(memory_format=torch.channels_last)
