"""What computes generators: packed networks, and float ones in ONNX Runtime. Never torch."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from docbin import kernels
from docbin.errors import InputError
from docbin.runtime.network import Network
from docbin.runtime.onnx_session import onnx_session
from docbin.runtime.staged.bundle import PACKED, Bundle
from docbin.runtime.staged.running import Field, Pixels, Predictor


def predictors(bundle: Bundle) -> dict[str, Predictor]:
    """Return what computes each generator of a trained pipeline.

    Raises
    ------
    InputError
        If a file is no network with one map of ink: which generator, and why.
    MissingDependencyError
        If a generator is a float one and onnxruntime is missing.
    """
    found: dict[str, Predictor] = {}
    for name, (suffix, content) in bundle.files.items():
        try:
            found[name] = packed(content) if suffix == PACKED else FloatNetwork(content)
        except InputError as error:
            reason = str(error).removeprefix("the packed network: ")
            raise InputError(f"the generator '{name}' cannot be used: {reason}") from None
    return found


def packed(content: bytes) -> PackedNetwork:
    """Return a packed network as a predictor."""
    network = Network(content)
    network.output()  # says what is wrong with one that gives streams
    return PackedNetwork(network)


@dataclass(frozen=True, slots=True)
class PackedNetwork:
    """A packed network on many views, each on a thread of its own; results are the same on any."""

    network: Network

    def __call__(self, views: Pixels) -> Field:
        """Return how likely each pixel of views (N, S, S[, 3]) is ink, float32 (N, S, S)."""
        with ThreadPoolExecutor(min(len(views), kernels.threads())) as pool:
            found = list(pool.map(lambda view: self.network.probability(view, threads=1), views))
        return np.stack(found)


class FloatNetwork:
    """A float network in ONNX Runtime.

    It takes one float32 (N, C, S, S), C 1 or 3, RGB from 0 to 1, and gives the logit of ink,
    float32 (N, 1, S, S).
    """

    def __init__(self, content: bytes) -> None:
        self._session = onnx_session(content, what="it", purpose="a pipeline with float generators")
        inputs, outputs = self._session.get_inputs(), self._session.get_outputs()
        shape = inputs[0].shape if len(inputs) == len(outputs) == 1 else []
        if len(shape) != 4 or shape[1] not in (1, 3) or inputs[0].type != "tensor(float)":
            raise InputError(
                "it must take one float32 (N, C, S, S) with C = 1 or 3 and give one (N, 1, S, S)"
            )
        self._input, self._channels = inputs[0].name, shape[1]
        self._single = shape[0] == 1

    def __call__(self, views: Pixels) -> Field:
        """Return how likely each pixel of views (N, S, S[, 3]) is ink, float32 (N, S, S)."""
        planes = self._planes(views)
        parts = np.split(planes, len(planes)) if self._single else [planes]
        logits = np.concatenate([self._run(part) for part in parts])
        if logits.shape != (len(views), 1, *views.shape[1:3]):
            raise InputError(f"a generator gave {logits.shape} for {views.shape}")
        if not np.isfinite(logits).all():
            raise InputError("a generator gave numbers that are none (NaN or infinite)")
        halves = 0.5 * logits[:, 0]  # a sigmoid that cannot overflow
        return np.asarray(0.5 + 0.5 * np.tanh(halves), np.float32)

    def _planes(self, views: Pixels) -> npt.NDArray[np.float32]:
        """Return views as float32 (N, C, S, S) from 0 to 1."""
        if views.ndim == 3:
            planes = np.repeat(views[:, None], self._channels, axis=1)
        elif self._channels == 3:
            planes = np.moveaxis(views, 3, 1)
        else:
            raise InputError("a generator that sees colours takes one channel; it must take three")
        return np.ascontiguousarray(planes, np.float32) / np.float32(255)

    def _run(self, planes: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        try:
            found: Any = self._session.run(None, {self._input: planes})[0]
        except Exception as error:  # of classes that only the extension has
            raise InputError(f"ONNX Runtime stopped: {_first_line(error)}") from None
        return np.asarray(found, np.float32)


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]
