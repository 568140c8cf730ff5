"""The graph of a packed network, typed: what `read_graph` returns needs no further check."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from docbin.errors import InputError
from docbin.runtime.container import FILE_BYTES, is_name, is_whole, quoted
from docbin.runtime.operations import (
    IMAGE,
    OPERATIONS,
    STREAM,
    Operation,
    Options,
    Value,
    infer,
)
from docbin.runtime.ranges import check_tensors, outputs_of

Array = npt.NDArray[Any]

MOST_NODES = 4096
MOST_MARGIN = 256
MOST_MULTIPLE = 64
MOST_WINDOWS = 3
LARGEST_WINDOW = 511
MOST_SHARE = 64


@dataclass(frozen=True, slots=True)
class Node:
    """One operation: what it reads, makes and is told, and its arrays by part."""

    op: str
    sources: tuple[Value, ...]
    to: Value
    options: Options
    tensors: Mapping[str, Array]


@dataclass(frozen=True, slots=True)
class Output:
    """The logit: ink where it is ``threshold`` or more; ``scale`` is of a unit."""

    value: Value
    threshold: int
    scale: float

    def probability(self, logit: npt.NDArray[np.float64]) -> npt.NDArray[np.float32]:
        """Return how likely ink is: 1 / (1 + exp(−scale · (logit − threshold)))."""
        with np.errstate(over="ignore"):
            return (1 / (1 + np.exp(-self.scale * (logit - self.threshold)))).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Graph:
    """A checked graph.

    Parameters
    ----------
    channels, multiple, margin
        Of the input, see docs/packed-format.md.
    contrast
        Windows of the planes that stand in place of colours; empty: none.
    level
        What part of the page's level is their least variance; 0: a constant.
    nodes
        In the order of their computation.
    output
        The logit, or None for a graph of streams.
    streams
        Name -> value of a graph of streams; empty for a mask.
    """

    channels: int
    multiple: int
    margin: int
    contrast: tuple[int, ...]
    level: int
    nodes: tuple[Node, ...]
    output: Output | None
    streams: Mapping[str, Value]


def read_graph(graph: Any, tensors: Mapping[str, Array]) -> Graph:
    """Return the typed graph of a packed network.

    Parameters
    ----------
    graph
        What the file's JSON says.
    tensors
        All tensors of the file.

    Raises
    ------
    InputError
        That names the node and the reason, for anything that the format does not allow.
    """
    ends = "output" if isinstance(graph, dict) and "output" in graph else "outputs"
    _check_keys(graph, {"input", "nodes", ends}, "the graph")
    what = "the graph's input"
    given = graph["input"]
    seen = given if isinstance(given, dict) and "contrast" in given else {}
    optional = {"contrast", "level"} & seen.keys()
    _check_keys(given, {"channels", "multiple", "margin"} | optional, what)
    channels = _whole(given, "channels", 1, 1 + MOST_WINDOWS, what)
    multiple = _whole(given, "multiple", 1, MOST_MULTIPLE, what)
    margin = _whole(given, "margin", 0, MOST_MARGIN, what)
    contrast = _windows(given["contrast"], channels, what) if "contrast" in optional else ()
    level = _whole(given, "level", 1, MOST_SHARE, what) if "level" in optional else 0
    if not contrast and channels not in (1, 3):
        raise InputError(f"{what} has {channels} channels; 1 or 3 are allowed")
    if margin % multiple:
        raise InputError(f"{what} has a margin of {margin}, which is no multiple of {multiple}")
    reader = _Reader(tensors, channels)
    nodes = reader.nodes(graph["nodes"])
    reader.check_whole(multiple)
    head = (channels, multiple, margin, contrast, level)
    if ends == "output":
        return Graph(*head, nodes, reader.output(graph["output"]), {})
    return Graph(*head, nodes, None, reader.streams(graph["outputs"]))


def _windows(given: Any, channels: int, what: str) -> tuple[int, ...]:
    """Return the windows of contrast planes."""
    if (
        not isinstance(given, list)
        or not 1 <= len(given) <= MOST_WINDOWS
        or not all(is_whole(each, 3, LARGEST_WINDOW) and each % 2 for each in given)
        or len(set(given)) < len(given)
    ):
        raise InputError(
            f"{what} needs contrast as a list of 1 to {MOST_WINDOWS} different odd windows from 3 "
            f"to {LARGEST_WINDOW}"
        )
    if channels != 1 + len(given):
        raise InputError(
            f"{what} has {channels} channels; {len(given)} contrast windows make {1 + len(given)}"
        )
    return tuple(given)


class _Reader:
    """Reads nodes one after another, and knows what was made and used."""

    def __init__(self, tensors: Mapping[str, Array], channels: int) -> None:
        self.tensors = tensors
        self.values = {"image": Value("image", IMAGE, channels, 0, 8)}
        self.used: set[str] = set()
        self.bytes = 0

    def nodes(self, given: Any) -> tuple[Node, ...]:
        if not isinstance(given, list) or not 1 <= len(given) <= MOST_NODES:
            raise InputError(f"the graph needs 1 to {MOST_NODES} nodes")
        return tuple(self.named(place, node) for place, node in enumerate(given))

    def named(self, place: int, given: Any) -> Node:
        what = f"node {place}"
        if not isinstance(given, dict):
            raise InputError(f"{what} is no object")
        if isinstance(given.get("op"), str) and isinstance(given.get("to"), str):
            what += f" ({quoted(given['op'])[1:-1]} to {quoted(given['to'])})"
        try:
            return self.node(given)
        except InputError as error:
            raise InputError(f"{what} {error}") from None

    def node(self, given: dict[str, Any]) -> Node:
        op = given.get("op")
        if not isinstance(op, str):
            raise InputError("lacks op")
        rule = OPERATIONS.get(op)
        if rule is None:
            raise InputError(
                f"has the unknown operation {quoted(op)}; known: {', '.join(OPERATIONS)}"
            )
        keys = {"op", "from", "to", *dict(rule.options)} | ({"tensors"} if rule.parts else set())
        _check_keys(given, keys, "")
        sources = self.sources(given["from"], rule)
        options = Options(**{key: _option(given, key, of) for key, of in rule.options})
        parts = self.parts(given["tensors"], rule, options) if rule.parts else {}
        name = given["to"]
        if not is_name(name):
            raise InputError("needs to as a name: 1 to 64 characters of A-Z a-z 0-9 _ . -")
        if name in self.values:
            raise InputError(f"makes {quoted(name)} a second time")
        channels, level = infer(op, options, sources, outputs_of(op, parts))
        check_tensors(op, options, sources[0], parts)
        value = Value(name, rule.gives, channels, level, options.bits)
        self.values[name] = value
        return Node(op, tuple(sources), value, options, parts)

    def value(self, name: Any) -> Value:
        if not isinstance(name, str) or name not in self.values:
            raise InputError(f"reads {quoted(name)}, which no node before it makes")
        return self.values[name]

    def sources(self, given: Any, rule: Operation) -> list[Value]:
        least, most = rule.inputs
        if not isinstance(given, list) or not least <= len(given) <= most:
            raise InputError(f"needs from as a list of {least} to {most} values")
        found = [self.value(name) for name in given]
        for value in found:
            if value.kind not in rule.takes:
                raise InputError(
                    f"cannot read {quoted(value.name)}, a value of another kind: {value.kind}, "
                    f"not {' or '.join(rule.takes)}"
                )
        return found

    def parts(self, given: Any, rule: Operation, options: Options) -> dict[str, Array]:
        wanted = [part for part in rule.parts if not (part == "mult" and options.bits == 1)]
        _check_keys(given, set(wanted), "its tensors")
        found = {}
        for part in wanted:
            name = given[part]
            if not isinstance(name, str) or name not in self.tensors:
                raise InputError(f"has as {part} a tensor that the file lacks: {quoted(name)}")
            found[part] = self.tensors[name]
            self.used.add(name)
            # A tensor may serve many nodes, and each of them prepares it anew.
            self.bytes += found[part].nbytes
            if self.bytes > FILE_BYTES:
                raise InputError("brings the weights of all nodes together to more than 64 MiB")
        return found

    def stream(self, name: Any, what: str) -> Value:
        try:
            value = self.value(name)
        except InputError as error:
            raise InputError(f"{what} {error}") from None
        if value.kind != STREAM:
            raise InputError(f"{what} is no stream: {quoted(value.name)} is of kind {value.kind}")
        return value

    def output(self, given: Any) -> Output:
        what = "the graph's output"
        _check_keys(given, {"from", "threshold", "scale"}, what)
        value = self.stream(given["from"], what)
        if value.channels != 1 or value.level != 0:
            raise InputError(f"{what} is not of 1 channel at the input's size")
        threshold = _whole(given, "threshold", -32768, 32767, what)
        scale = given["scale"]
        if type(scale) not in (int, float) or not math.isfinite(_single(scale)):
            raise InputError(f"{what} needs scale as a finite number")
        return Output(value, threshold, float(scale))

    def streams(self, given: Any) -> dict[str, Value]:
        what = "the graph's outputs"
        if not isinstance(given, dict) or not given:
            raise InputError(f"{what} are no object with names")
        for name in given:
            if not is_name(name):
                raise InputError(f"{what} have {quoted(name)}, which is no name")
        return {name: self.stream(value, what) for name, value in given.items()}

    def check_whole(self, multiple: int) -> None:
        stride = 2 ** max(value.level for value in self.values.values())
        if multiple % stride:
            raise InputError(
                f"the graph's input has a multiple of {multiple}, which the total stride of "
                f"{stride} does not divide"
            )
        spare = sorted(self.tensors.keys() - self.used)
        if spare:
            raise InputError(f"tensor {quoted(spare[0])} is used by no node")


def _single(value: float) -> float:
    with np.errstate(over="ignore"):
        return float(np.float32(value))


def _check_keys(given: Any, keys: set[str], what: str) -> None:
    """Refuse other keys than these, and a lack of one; ``what`` may be empty."""
    start = f"{what} " if what else ""
    if not isinstance(given, dict):
        raise InputError(f"{start}is no object")
    for key in sorted(given.keys() - keys):
        raise InputError(f"{start}has the unknown key {quoted(key)}")
    for key in sorted(keys - given.keys()):
        raise InputError(f"{start}lacks the key {quoted(key)}")


def _option(given: dict[str, Any], key: str, allowed: tuple[object, ...] | range) -> Any:
    value = given[key]
    if isinstance(allowed, range):
        return _whole(given, key, allowed[0], allowed[-1], "it")
    if not any(type(value) is type(each) and value == each for each in allowed):
        raise InputError(f"needs {key} as one of {', '.join(map(str, allowed))}")
    return value


def _whole(given: dict[str, Any], key: str, least: int, most: int, what: str) -> int:
    value = given[key]
    if not is_whole(value, least, most):
        raise InputError(f"{what} needs {key} as a whole number from {least} to {most}")
    return int(value)
