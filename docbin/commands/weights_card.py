"""``docbin info --weights``: the card of a packed network."""

from __future__ import annotations

import dataclasses
import json
import math
from typing import Any

from docbin.commands.columns import columns
from docbin.errors import InputError
from docbin.evaluate import figures
from docbin.runtime import costs
from docbin.runtime.weights import PackedFile, contents

# Metadata with a line of its own, in this order; others follow.
_FIRST = ("name", "licence", "command", "commit", "data", "config", "metrics", "figures")


def facts(path: str) -> dict[str, Any]:
    """Return what a packed file says of itself and what its graph costs."""
    data, _ = contents(path)
    network = PackedFile.read(path)
    graph = network.typed
    layers = costs.layers(graph)
    told = {key: _parsed(network.metadata[key]) for key in _FIRST if key in network.metadata}
    told |= {key: _parsed(text) for key, text in network.metadata.items() if key not in _FIRST}
    return {
        "file": path,
        "metadata": told,
        "bytes": len(data),
        "weight bytes": sum(layer.bytes for layer in layers),
        "MACs per pixel": sum(layer.macs for layer in layers),
        "bits": _by_bits(layers),
        "input": {
            "channels": graph.channels,
            **({"contrast": list(graph.contrast)} if graph.contrast else {}),
            **({"level": graph.level} if graph.level else {}),
            "multiple": graph.multiple,
            "margin": graph.margin,
            "reach": costs.reach(graph),
        },
        "output": _output(network),
        "nodes": len(graph.nodes),
        "layers": [dataclasses.asdict(layer) for layer in layers],
    }


def _parsed(text: str) -> Any:
    """Return a text, or what it holds where it is JSON with parts."""
    if text[:1] not in ("{", "["):
        return text
    try:
        value = json.loads(text, parse_constant=lambda _: None)
    except (ValueError, RecursionError):
        return text
    return _finite(value)


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_finite(each) for each in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _by_bits(layers: list[costs.Layer]) -> dict[str, float]:
    """Return the multiply-accumulates for a pixel of each kind of layer."""
    found: dict[str, float] = {}
    for layer in layers:
        found[layer.bits] = found.get(layer.bits, 0.0) + layer.macs
    return found


def _output(network: PackedFile) -> dict[str, Any]:
    graph = network.typed
    if graph.output is not None:
        return {"mask": {"threshold": graph.output.threshold, "scale": graph.output.scale}}
    return {
        name: {"channels": value.channels, "stride": 2.0**value.level}
        for name, value in graph.streams.items()
    }


def lines(told: dict[str, Any]) -> list[str]:
    """Return the card as text."""
    rows = [("file", told["file"])]
    rows += [(key, _text(_short(key, value))) for key, value in told["metadata"].items()]
    rows += [
        ("bytes", f"{told['bytes']} ({told['weight bytes']} in layers)"),
        ("MACs per pixel", f"{told['MACs per pixel']:.0f} ({_shares(told)})"),
        ("input", ", ".join(f"{key} {value}" for key, value in told["input"].items())),
        ("output", _text(told["output"])),
        ("nodes", str(told["nodes"])),
    ]
    table = [("layer", "bits", "kernel", "channels", "stride", "MACs/px", "bytes")]
    for layer in told["layers"]:
        bases = f" x{layer['bases']}" if layer["bases"] > 1 else ""
        side = layer["kernel"]
        table.append(
            (
                layer["name"],
                layer["bits"] + bases,
                f"{side}x{side}" + (f"/{layer['stride']}" if layer["stride"] > 1 else ""),
                f"{layer['inputs']} -> {layer['outputs']}",
                f"{2.0 ** layer['level']:g}",
                f"{layer['macs']:.1f}",
                str(layer["bytes"]),
            )
        )
    return [*columns(rows), "", *columns(table)]


def _short(key: str, value: Any) -> Any:
    """Return metadata as people want it: of figures the mean Avg-Scores by set."""
    if key != "figures":
        return value
    try:
        found = figures.means(value)
    except InputError:
        return value
    return {
        name: None if values[-1] is None else round(values[-1], 2)
        for name, (_, values) in found.items()
    }


def _shares(told: dict[str, Any]) -> str:
    total = told["MACs per pixel"] or 1.0
    return ", ".join(f"{bits} {100 * macs / total:.0f} %" for bits, macs in told["bits"].items())


def _text(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    # A file from outside must not move the cursor.
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
