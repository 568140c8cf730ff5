"""From trained weights to a packed file; `docbin.nn.agreement` proves that they are one network."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

import numpy.typing as npt

from docbin.errors import UsageError
from docbin.nn.checkpoint import Trained
from docbin.nn.graph import arrays
from docbin.runtime import wavelet_unet as packed_unet
from docbin.runtime.weights import PackedFile

# Bits of the streams behind the point: 1/256 is a fiftieth of a step of four-bit codes, and the
# streams reach ±128.
FRACTION = 8
MARGIN = 16


class Packable(NamedTuple):
    """A graph, its arrays (one-bit weights as int8 ±1) and its provenance."""

    graph: dict[str, Any]
    tensors: dict[str, npt.NDArray[Any]]
    metadata: dict[str, str]


def packable(trained: Trained, *, name: str, licence: str, fraction: int = FRACTION) -> Packable:
    """Return what goes into the packed file.

    Parameters
    ----------
    trained
        See `docbin.nn.checkpoint.load_weights`.
    name, licence
        Of the weights; the licence names the terms of the data they were trained on.
    fraction
        Bits of the streams behind the point.

    Raises
    ------
    UsageError
        If it is a float network.
    """
    net, config = trained.net, trained.config
    if not config.network.quantised:
        raise UsageError(
            "these weights are of a float network, which cannot be packed; train a quantised one "
            "with them as --teacher"
        )
    collected = arrays(net.cpu().eval(), fraction)
    shape = packed_unet.WaveletUnet(
        widths=config.network.widths,
        blocks=config.network.blocks,
        levels=config.network.levels,
        bases=config.network.bases,
        bits=(f"W1A{config.network.activation_bits}",) * len(config.network.widths),
    )
    graph = shape.graph(collected.shifts, margin=MARGIN, scale=2.0**-fraction)
    facts = dict(trained.facts)
    metadata = {
        "name": name,
        "licence": licence,
        "command": str(facts.pop("command", "")),
        "commit": str(facts.pop("commit", "")),
        "data": json.dumps(facts.pop("sets", [])),
        "metrics": json.dumps(facts),
    }
    return Packable(graph, collected.tensors, metadata)


def packed_file(trained: Trained, **options: Any) -> PackedFile:
    """Return the packed network; the options are those of `packable`."""
    return PackedFile.of(*packable(trained, **options))
