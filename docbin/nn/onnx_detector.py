"""Float detectors as ONNX models, for any runtime and for ``docbin detect``."""

from __future__ import annotations

import io
import json
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from docbin.dependencies import load
from docbin.errors import UsageError
from docbin.io.atomic import replacing
from docbin.nn.checkpoint import Trained
from docbin.nn.models.dbnet import Dbnet

OPSET = 17
# Images as the model takes them, among the names that docbin.detect knows.
NORMALISE = "imagenet-rgb"


class _Probability(nn.Module):
    """A detector without its normalisation, with its sigmoid."""

    def __init__(self, net: Dbnet) -> None:
        super().__init__()
        self.net = net

    def forward(self, image: Tensor) -> Tensor:
        """Return the probability map (N, 1, H, W) of normalised images (N, 3, H, W)."""
        return self.net.probability(self.net.joined(image)).sigmoid()


def write_detector(
    target: Path, trained: Trained, told: Mapping[str, Any], *, force: bool = False
) -> None:
    """Write a float detector: ``image`` float32 (N, 3, H, W) → ``probability`` (N, 1, H, W).

    Parameters
    ----------
    target
        The file.
    trained
        See `docbin.nn.checkpoint.load_weights`.
    told
        With which parameters `docbin.detect.Db` takes it.
    force
        Replace a file that is there.

    Raises
    ------
    UsageError
        If it is a packed detector, or has deformable convolutions, which ONNX lacks.
    """
    net = trained.net
    if not isinstance(net, Dbnet):
        raise UsageError("only float detectors are written as ONNX; pack this one with -o")
    if net.config.deformable:
        raise UsageError(
            f"ONNX of opset {OPSET} has no deformable convolutions; train a network without them"
        )
    onnx = load("onnx", purpose="export as ONNX")
    buffer = io.BytesIO()
    free = {0: "batch", 2: "height", 3: "width"}
    with warnings.catch_warnings():
        # The exporter that needs no other package is the older one, and says so.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            _Probability(net.cpu()).eval(),
            (torch.zeros(1, 3, 64, 96),),
            buffer,
            input_names=["image"],
            output_names=["probability"],
            dynamic_axes={"image": free, "probability": free},
            opset_version=OPSET,
            dynamo=False,
        )
    model = onnx.load_from_string(buffer.getvalue())
    entry = model.metadata_props.add()
    entry.key, entry.value = "detector", json.dumps({**told, "normalise": NORMALISE})
    with replacing(target, force=force) as sink:
        sink.write(model.SerializeToString())
