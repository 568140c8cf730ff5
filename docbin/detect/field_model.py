"""What gives the probability map of an image: a packed network here, an ONNX model beside it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from docbin.errors import InputError
from docbin.image import Color
from docbin.runtime import costs
from docbin.runtime.loaded import loaded
from docbin.runtime.network import Network

# A key of a file's metadata; the value is JSON, an object with some of `KEYS`: what the weights
# were trained for.
METADATA = "detector"
KEYS = ("threshold", "box_threshold", "unclip", "shrink", "side", "normalise", "kind")


class FieldModel(Protocol):
    """Gives how likely each pixel, or each small square of pixels, of an image is text."""

    @property
    def multiple(self) -> int:
        """Return of what corners of tiles are multiples."""
        ...

    @property
    def halo(self) -> int:
        """Return how far around a tile the model has to see."""
        ...

    @property
    def told(self) -> Mapping[str, Any]:
        """Return what the file says of its use, by `KEYS`."""
        ...

    def probability(self, image: Color) -> npt.NDArray[np.float32]:
        """Return probabilities, float32 (⌈H / stride⌉, ⌈W / stride⌉), of RGB (H, W, 3)."""
        ...


@dataclass(frozen=True, slots=True)
class PackedField:
    """A packed network as `FieldModel`."""

    network: Network
    told: Mapping[str, Any]

    @classmethod
    def load(cls, path: Path) -> PackedField:
        """Read a packed file."""
        network = loaded(path)
        network.output()
        return cls(network, told_by(network.file.metadata, path))

    @property
    def multiple(self) -> int:
        """Return the total stride of the network, or a multiple of it."""
        return int(self.network.file.typed.multiple)

    @property
    def halo(self) -> int:
        """Return the radius of the receptive field."""
        return costs.reach(self.network.file.typed)

    def probability(self, image: Color) -> npt.NDArray[np.float32]:
        """Return the sigmoid of the network's logit."""
        return self.network.probability(image)


def told_by(metadata: Mapping[str, str], path: Path) -> Mapping[str, Any]:
    """Return what the metadata of weights say of a detector's use.

    Raises
    ------
    InputError
        If it is no JSON object, or has an unknown key.
    """
    try:
        told = json.loads(metadata.get(METADATA, "{}"))
    except ValueError as error:
        raise InputError(f"{path}: its metadata '{METADATA}' is no JSON: {error}") from None
    if not isinstance(told, dict) or not set(told) <= set(KEYS):
        raise InputError(
            f"{path}: its metadata '{METADATA}' must be an object with some of {', '.join(KEYS)}"
        )
    return told
