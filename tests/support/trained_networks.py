"""Networks with drawn weights, as they are after a training run."""

import numpy as np
import torch

from docbin.nn.checkpoint import Trained
from docbin.nn.config import TrainConfig
from docbin.nn.models.wavelet_unet import WaveletUnetConfig, build
from docbin.nn.progression import recalibrate


def drawn(**changes):
    """Return a network with drawn weights and measured normalisations."""
    shape = {"widths": (16, 24), "blocks": (1, 2), "bases": (1, 1), **changes}
    config = TrainConfig(network=WaveletUnetConfig(**shape), size=64)
    with torch.random.fork_rng():
        torch.manual_seed(5)
        net = build(config.network)
        for name, value in net.named_parameters():
            if value.ndim == 4 and value.shape[0] == 1:
                value.data += torch.randn_like(value) * 0.1
            if name.endswith("norm.weight"):
                value.data *= torch.where(torch.rand_like(value) < 0.3, -1.0, 1.0)
        recalibrate(net, [[torch.rand(4, 3, 64, 64)]])
    return Trained(net, config, {"command": "docbin train …", "sets": [["a"]], "steps": 3})


def noise(height=75, width=93):
    return np.random.default_rng(1).integers(0, 256, (height, width, 3), np.uint8)
