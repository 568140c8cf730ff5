"""Detectors in ONNX, such as those of PP-OCR and RapidOCR, through ONNX Runtime."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from docbin import kernels
from docbin.detect.field_model import told_by
from docbin.errors import InputError
from docbin.image import Color
from docbin.runtime.loaded import stamp
from docbin.runtime.onnx_session import onnx_session

SUFFIX = ".onnx"
# How colours become numbers: mean and deviation of values 0 to 1, order of channels.
_MEANS, _DEVIATIONS = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
_HALVES = (0.5, 0.5, 0.5)
NORMALISATIONS: dict[str, tuple[Sequence[float], Sequence[float], str]] = {
    "imagenet-bgr": (_MEANS, _DEVIATIONS, "bgr"),
    "imagenet-rgb": (_MEANS, _DEVIATIONS, "rgb"),
    "half-bgr": (_HALVES, _HALVES, "bgr"),
    "half-rgb": (_HALVES, _HALVES, "rgb"),
}
# What PaddleOCR trains with; its means are those of RGB all the same.
DEFAULT = "imagenet-bgr"

_MULTIPLE = 32
_HALO = 128
# Of rounding beyond 0 and 1.
_SLACK = 1e-3


@dataclass(frozen=True, slots=True)
class OnnxField:
    """A model in ONNX as `docbin.detect.field_model.FieldModel`.

    Its input is either float32 (N, 3, H, W), normalised, with sides that are multiples of 32, or
    uint8 (N, H, W, 3), as `docbin export --onnx` writes packed networks; its output
    ``probability``, or else the first one, is (N, 1, h, w) or (N, h, w), probabilities.
    """

    session: Any
    normalise: str
    told: Mapping[str, Any]
    multiple: int = _MULTIPLE
    halo: int = _HALO

    @classmethod
    def load(cls, path: Path, normalise: str | None = None) -> OnnxField:
        """Read a model; without ``normalise`` its metadata tell, else it is `DEFAULT`."""
        session = _session(os.fspath(path.absolute()), stamp(path), kernels.threads())
        told = told_by(session.get_modelmeta().custom_metadata_map, path)
        name = normalise or told.get("normalise", DEFAULT)
        if name not in NORMALISATIONS:
            raise InputError(
                f"{path}: its metadata have normalise {name!r}; give normalise= as one of "
                f"{', '.join(NORMALISATIONS)}"
            )
        _check_input(session.get_inputs(), path)
        return cls(session, name, told)

    def probability(self, image: Color) -> npt.NDArray[np.float32]:
        """Return the model's probabilities, cut to the image."""
        rows, columns = image.shape[:2]
        margins = [(0, -rows % _MULTIPLE), (0, -columns % _MULTIPLE), (0, 0)]
        framed: Color = np.pad(image, margins, mode="edge")
        (first,) = self.session.get_inputs()
        names = [output.name for output in self.session.get_outputs()]
        name = "probability" if "probability" in names else names[0]
        given: Any = framed[None]
        if first.type != "tensor(uint8)":
            given = self._normalised(framed)
        field: npt.NDArray[Any] = np.asarray(self.session.run([name], {first.name: given})[0])
        extents = list(field.shape)
        if field.size == 0 or field.size != np.prod(extents[-2:]):
            raise InputError(f"the ONNX model gives {extents}, no map of probabilities")
        field = field.reshape(extents[-2:]).astype(np.float32, copy=False)
        if not (field.min() >= -_SLACK and field.max() <= 1 + _SLACK):
            raise InputError(
                f"the ONNX model gives {field.min():g} to {field.max():g}, no probabilities; "
                "export it with its sigmoid"
            )
        stride = round(framed.shape[0] / field.shape[0])
        return field[: -(-rows // stride), : -(-columns // stride)].clip(0, 1)

    def _normalised(self, image: Color) -> npt.NDArray[np.float32]:
        """Return float32 (1, 3, H, W)."""
        mean, deviation, order = NORMALISATIONS[self.normalise]
        planes = image[..., ::-1] if order == "bgr" else image
        made = planes.astype(np.float32) / 255
        made -= np.asarray(mean, np.float32)
        made /= np.asarray(deviation, np.float32)
        return np.ascontiguousarray(made.transpose(2, 0, 1)[None])


@lru_cache(maxsize=2)
def _session(path: str, stamp: tuple[Any, ...], threads: int) -> Any:
    """Return a session for a file as it was at a time."""
    del stamp
    return onnx_session(path, what=path, purpose="a detector in ONNX", threads=threads)


def _check_input(inputs: list[Any], path: Path) -> None:
    """Refuse a model that does not take pictures of any size."""
    kinds = {"tensor(float)": (1, (2, 3)), "tensor(uint8)": (3, (1, 2))}
    if len(inputs) == 1 and inputs[0].type in kinds and len(inputs[0].shape) == 4:
        channel, sides = kinds[inputs[0].type]
        shape = inputs[0].shape
        if shape[channel] in (3, None) or isinstance(shape[channel], str):
            if not any(isinstance(shape[side], int) for side in sides):
                return
            raise InputError(f"{path} takes pictures of one size only; export it with free sides")
    told = ", ".join(f"{one.type} {one.shape}" for one in inputs)
    raise InputError(
        f"{path} takes {told}; a detector takes float32 (N, 3, H, W) or uint8 (N, H, W, 3)"
    )
