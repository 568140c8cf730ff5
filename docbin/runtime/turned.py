"""A page seen from four sides: a network's logits added up over its quarter turns.

A network of few bits rounds each turn of a page otherwise; the sum has less of that, and of what it
takes for strokes only one way up, such as writing of the back. Sums are of whole numbers: the same
bits on every processor.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from docbin.image import as_array
from docbin.runtime.graph import Output
from docbin.runtime.network import Network

TURNS = 4
# What makes every sum of int16 logits a place in a table.
_OFFSET = TURNS << 15


def logit(network: Network, image: Any) -> npt.NDArray[np.float32]:
    """Return the mean logit of the turns of a page, float32 (H, W), in steps of a quarter.

    Parameters
    ----------
    network
        One that gives a mask.
    image
        uint8 (H, W) gray or (H, W, 3) RGB.
    """
    return _sums(network, image).astype(np.float32) / np.float32(TURNS)


def probability(network: Network, image: Any) -> npt.NDArray[np.float32]:
    """Return how likely each pixel is ink, float32 (H, W): the sigmoid of the mean logit."""
    return np.take(_sigmoid(network.output()), _sums(network, image) + np.int32(_OFFSET))


def _sums(network: Network, image: Any) -> npt.NDArray[np.int32]:
    """Return the sum of the logits of all turns, (H, W)."""
    pixels = as_array(image)
    total = network.logit(pixels).astype(np.int32)
    for turn in range(1, TURNS):
        view = np.ascontiguousarray(np.rot90(pixels, turn))
        total += np.rot90(network.logit(view), -turn)
    return total


@lru_cache(maxsize=4)
def _sigmoid(output: Output) -> npt.NDArray[np.float32]:
    """Return probabilities by the sum of logits, plus `_OFFSET`."""
    mean = np.arange(-_OFFSET, _OFFSET, dtype=np.float64) / TURNS
    return output.probability(mean)
