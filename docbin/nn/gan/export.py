"""Trained generators as a pipeline on the disk, each proved to be what was trained."""

from __future__ import annotations

import io
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from docbin.dependencies import load
from docbin.errors import DefectError
from docbin.nn.agreement import verify
from docbin.nn.checkpoint import Trained
from docbin.nn.export import packed_file, provenance
from docbin.nn.gan.config import GanConfig
from docbin.nn.gan.generators import FloatGenerator, Net
from docbin.nn.models.wavelet_unet import WaveletUnet
from docbin.runtime.onnx_session import onnx_session
from docbin.runtime.staged.bundle import ONNX, PACKED, Bundle
from docbin.runtime.staged.description import Description, Generator
from docbin.runtime.staged.writer import write_bundle

# Logits of ONNX Runtime and of torch: other orders of the same sums.
_TOLERANCE = 1e-3
_OPSET = 17


def export(
    trained: Mapping[str, Net],
    description: Description,
    config: GanConfig,
    folder: Path,
    *,
    told: Mapping[str, Any],
) -> None:
    """Write a pipeline; one that was there is replaced.

    Packed generators must give the logits of the same whole numbers in torch, bit for bit; float
    ones those of torch within a thousandth of the largest.

    Parameters
    ----------
    trained
        Generators by name, in evaluation mode.
    description
        The pipeline as it was trained.
    config
        The run.
    folder
        Where to.
    told
        Command, commit, steps, minutes, sets.

    Raises
    ------
    DefectError
        If a file is not the network that was trained.
    """
    sides = {
        one.name: stage.side // (2 if one.subband == "half" else 1)
        for stage in description.stages
        for one in stage.generators
    }
    files = {}
    for one in description.generators():
        net = trained[one.name].cpu().eval()
        if isinstance(net, WaveletUnet):
            files[one.name] = PACKED, _packed(net, one, config, told)
        else:
            files[one.name] = ONNX, _onnx(net, one, sides[one.name])
    write_bundle(folder, Bundle(description, files, provenance(told, config)), force=True)


def _packed(net: WaveletUnet, one: Generator, config: GanConfig, told: Mapping[str, Any]) -> bytes:
    """Return a packed generator, proved on a drawn picture."""
    trained = Trained(net, config, told)
    data = packed_file(trained, name=f"{config.pipeline}-{one.name}").to_bytes()
    verify(net, data, _drawn())
    return data


def _drawn() -> list[npt.NDArray[np.uint8]]:
    """Return a picture of noise with a stroke, gray as RGB, of sides that fit nothing."""
    gray = np.random.default_rng(0).integers(120, 250, (67, 90), dtype=np.uint8)
    gray[10:14, 5:80] //= 4
    return [np.repeat(gray[..., None], 3, axis=2)]


def _onnx(net: FloatGenerator, one: Generator, side: int) -> bytes:
    """Return a float generator as ONNX, compared with torch."""
    load("onnx", purpose="the export of float generators")
    buffer = io.BytesIO()
    with warnings.catch_warnings():
        # The exporter of TorchScript is the one that needs no other package.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            net,
            (torch.zeros(1, one.planes, side, side),),
            buffer,
            input_names=["picture"],
            output_names=["logit"],
            dynamic_axes={"picture": {0: "N"}, "logit": {0: "N"}},
            opset_version=_OPSET,
            dynamo=False,
        )
    data = buffer.getvalue()
    apart = _distance(net, data, torch.rand(2, one.planes, side, side))
    if not apart <= _TOLERANCE:
        raise DefectError(f"the generator '{one.name}' in ONNX differs by {apart:g} from torch")
    return data


@torch.no_grad()
def _distance(net: nn.Module, data: bytes, picture: Tensor) -> float:
    """Return the largest distance of the logits of ONNX Runtime and torch, as shares of theirs."""
    session = onnx_session(data, what="the generator", purpose="the check of float generators")
    (theirs,) = session.run(None, {"picture": picture.numpy()})
    ours = net(picture).numpy()
    return float(np.abs(theirs - ours).max() / max(1.0, np.abs(ours).max()))
