"""The variants of `benchmarks.ablation`: a base, and the same with one thing changed."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from docbin.nn.config import TrainConfig

FLOAT = {"weight_bits": 32, "activation_bits": 32}


@dataclass(frozen=True, slots=True)
class Variant:
    """One thing changed: fields of run, network or loss; the pages; another variant as teacher."""

    run: Mapping[str, Any] = field(default_factory=dict)
    network: Mapping[str, Any] = field(default_factory=dict)
    loss: Mapping[str, Any] = field(default_factory=dict)
    synthetic: bool = True
    real: bool = True
    teacher: str | None = None


# A teacher that is given, not trained here.
GIVEN = "--teacher"

VARIANTS = {
    "base": Variant(),
    "no generated pages": Variant(synthetic=False),
    "generated pages alone": Variant(real=False),
    "float": Variant(network=FLOAT),
    "distilled from float": Variant(teacher="float"),
    "distilled from a given teacher": Variant(teacher=GIVEN),
    "features distilled": Variant(teacher="float", loss={"features": 1.0}),
    "W1A1": Variant(network={"activation_bits": 1}),
    "two bases": Variant(network={"bases": 2}),
    "RGB": Variant(network={"contrast": (), "level": 0}),
    "contrast without the page's level": Variant(network={"level": 0}),
    "two Haar levels": Variant(network={"levels": 2}),
    "global branch": Variant(network={"coarser": 2}),
    "every tile drawn alike": Variant(run={"hard": 0.0}),
    "no dice": Variant(loss={"dice": 0.0}),
    "no average": Variant(run={"average": 0.0}),
    "weights binary from half on": Variant(run={"weights_from": 0.5}),
    "outward": Variant(run={"activations_from": 0.2, "weights_from": 0.4, "outward": True}),
}


def config_of(base: TrainConfig, variant: Variant, seed: int) -> TrainConfig:
    """Return the run of a variant."""
    network, stages = dict(variant.network), len(base.network.widths)
    if "bases" in network:
        network["bases"] = (network["bases"],) * stages
    # A low-resolution view of the page, fused into the decoder: stages of one block each.
    more = network.pop("coarser", 0)
    for name, last in (("widths", base.network.widths[-1]), ("blocks", 1), ("bases", 1)):
        if more:
            network[name] = getattr(base.network, name) + (last,) * more
    return dataclasses.replace(
        base,
        **({} if variant.real and variant.synthetic else {"mix": ()}) | variant.run,
        seed=seed,
        network=dataclasses.replace(base.network, **network),
        loss=dataclasses.replace(base.loss, **variant.loss),
    )
