"""From trained weights to a packed file; `docbin.nn.agreement` proves that they are one network."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy.typing as npt

from docbin.errors import UsageError
from docbin.evaluate.terms import FREE, licence_of
from docbin.nn.checkpoint import Trained
from docbin.nn.graph import arrays, shape
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


def packable(
    trained: Trained,
    *,
    name: str,
    licence: str | None = None,
    fraction: int = FRACTION,
    figures: Mapping[str, Any] | None = None,
    detector: Mapping[str, Any] | None = None,
    detection: Mapping[str, Any] | None = None,
) -> Packable:
    """Return what goes into the packed file.

    Parameters
    ----------
    trained
        See `docbin.nn.checkpoint.load_weights`.
    name, licence
        Of the weights. The licence names the terms of the data they were trained on; None takes
        that of `docbin.evaluate.terms.licence_of`.
    fraction
        Bits of the streams behind the point.
    figures
        What `docbin.evaluate.figures.measured` found, to be kept in the file.
    detector
        Of a detector: with which parameters `docbin.detect.Db` takes it. Detectors get no margin,
        which would cost a quarter of the time.
    detection
        Of a detector: its scores, see `docbin.evaluate.detection.recorded`.

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
    margin = MARGIN if detector is None else 0
    graph = shape(config.network).graph(collected.shifts, margin=margin, scale=2.0**-fraction)
    metadata = {"name": name, **provenance(trained.facts, config, licence=licence)}
    kept = {"figures": figures, "detector": detector, "detection": detection}
    for key, told in kept.items():
        if told is not None:
            metadata[key] = _compact(told)
    return Packable(graph, collected.tensors, metadata)


def provenance(
    given: Mapping[str, Any], config: Any, *, licence: str | None = None
) -> dict[str, str]:
    """Return what a file tells of the training of its weights.

    Parameters
    ----------
    given
        Facts of the run.
    config
        Its configuration.
    licence
        As for `packable`.
    """
    data = list(dict.fromkeys(_sets(given)))
    facts, terms = _told(given), licence_of(data) if licence is None else licence
    if terms == FREE and "fonts" in given:
        facts["fonts"] = given["fonts"]  # what proves that nobody else's is in it
    return {
        "licence": terms,
        "command": str(facts.pop("command", "")),
        "commit": str(facts.pop("commit", ""))[:12],
        "data": _compact(data),
        "config": _compact(_asked(config)),
        "metrics": _compact(facts),
    }


def packed_file(trained: Trained, **options: Any) -> PackedFile:
    """Return the packed network; the options are those of `packable`."""
    return PackedFile.of(*packable(trained, **options))


def _told(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is told of a run, and of those that it began with and learned from.

    The sets are named once for all of them, and the fonts of generated pages are those of
    docs/training-data.md. A run that others began with is its command, and so on down.
    """
    told = {
        key: _told(value) if isinstance(value, Mapping) else value
        for key, value in facts.items()
        if key not in ("sets", "fonts", "started")
    }
    begun: list[str] = []
    earlier: Any = facts.get("started")
    while isinstance(earlier, Mapping):
        begun.append(
            f"{earlier.get('command', 'unknown')} ({earlier.get('steps', 'unknown')} steps)"
        )
        earlier = earlier.get("started")
    begun += earlier or ()  # what a packed file told that a run began with
    return {**told, "started": begun} if begun else told


def _asked(config: Any) -> dict[str, Any]:
    """Return the fields of a run that say something, and its seed whatever it is.

    What is 0, empty or off is left out, and the network, whose graph is in the file: of a small
    file a hundredth would be such words.
    """
    fields = dataclasses.asdict(config)
    del fields["network"]
    return {"seed": fields.pop("seed"), **_set(fields)}


def _set(fields: Mapping[str, Any]) -> dict[str, Any]:
    told = {key: _set(its) if isinstance(its, Mapping) else its for key, its in fields.items()}
    return {key: its for key, its in told.items() if its}


def _compact(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), allow_nan=False)


def _sets(facts: Mapping[str, Any]) -> Iterator[str]:
    """Yield the sets that a run has seen, itself or through a network it learned from."""
    for names in facts.get("sets", ()):
        yield from names
    for its in facts.values():
        if isinstance(its, Mapping):
            yield from _sets(its)
