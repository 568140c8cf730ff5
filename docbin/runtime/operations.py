"""The operations of packed graphs: what each takes, gives and is told. One table, no algorithm."""

from __future__ import annotations

from dataclasses import dataclass

from docbin.errors import InputError

IMAGE, STREAM, CODE, FLOAT = "image", "stream", "code", "float"
MOST_CHANNELS = 1024
# The total stride is 2^level; a value may be coarser or finer than the page.
COARSEST, FINEST = 6, -6
ACTIVATIONS = ("none", "relu", "hardswish", "swish", "sigmoid")


@dataclass(frozen=True, slots=True)
class Operation:
    """What a node of one operation must look like.

    Parameters
    ----------
    takes
        Kinds of values it can read.
    gives
        Kind of the value it makes.
    inputs
        Fewest and most values it reads.
    options
        Key of the node -> what is allowed: a tuple of values, or a range of whole numbers.
    parts
        Its tensors, in the order of the format page.
    """

    takes: tuple[str, ...]
    gives: str
    inputs: tuple[int, int] = (1, 1)
    options: tuple[tuple[str, tuple[object, ...] | range], ...] = ()
    parts: tuple[str, ...] = ()


_PAIR, _MANY = (2, 2), (2, MOST_CHANNELS)
_FACTOR = (("factor", (2, 4, 8)),)
_CONV = (("kernel", (1, 3)), ("stride", (1, 2)), ("shift", range(47)))
_CONV_FLOAT = (
    ("kernel", (1, 3, 5, 7)),
    ("stride", (1, 2)),
    ("groups", range(1, MOST_CHANNELS + 1)),
    ("activation", ACTIVATIONS),
)

OPERATIONS = {
    "widen": Operation((IMAGE,), STREAM),
    "haar": Operation((IMAGE, STREAM), STREAM),
    "unhaar": Operation((STREAM,), STREAM),
    "quantise": Operation((STREAM,), CODE, options=(("bits", (1, 4, 8)),), parts=("shift", "mult")),
    "conv": Operation((CODE,), STREAM, options=_CONV, parts=("weight", "mult", "bias")),
    "add": Operation((STREAM,), STREAM, _PAIR),
    "rprelu": Operation((STREAM,), STREAM, parts=("a", "slope", "b")),
    "average2": Operation((STREAM,), STREAM),
    "max2": Operation((STREAM,), STREAM),
    "max3": Operation((STREAM,), STREAM),
    "upsample2": Operation((STREAM,), STREAM),
    "shuffle": Operation((STREAM,), STREAM, options=_FACTOR),
    "unshuffle": Operation((STREAM,), STREAM, options=_FACTOR),
    "concat": Operation((STREAM,), STREAM, _MANY),
    "dequantise": Operation((STREAM,), FLOAT, parts=("scale",)),
    "requantise": Operation((FLOAT,), STREAM, parts=("scale",)),
    "conv_float": Operation((FLOAT,), FLOAT, options=_CONV_FLOAT, parts=("weight", "bias")),
    "add_float": Operation((FLOAT,), FLOAT, _PAIR),
    "mul_float": Operation((FLOAT,), FLOAT, _PAIR),
    "upsample2_float": Operation((FLOAT,), FLOAT),
    "concat_float": Operation((FLOAT,), FLOAT, _MANY),
}


@dataclass(frozen=True, slots=True)
class Value:
    """A value of a graph.

    Parameters
    ----------
    name
        Of the value; the page is ``image``.
    kind
        ``image``, ``stream``, ``code`` or ``float``.
    channels
        1 to 1024.
    level
        Its extents are those of the extended page divided by 2^level.
    bits
        Of a code: 1, 4 or 8; else 0.
    """

    name: str
    kind: str
    channels: int
    level: int
    bits: int = 0


@dataclass(frozen=True, slots=True)
class Options:
    """The whole numbers and the word that a node is told; 1, 0 and ``none`` where it is not."""

    kernel: int = 1
    stride: int = 1
    shift: int = 0
    bits: int = 0
    factor: int = 1
    groups: int = 1
    activation: str = "none"


def infer(op: str, options: Options, sources: list[Value], outputs: int) -> tuple[int, int]:
    """Return channels and level of what a node makes.

    Parameters
    ----------
    op, options, sources
        Of the node; sources have fitting kinds.
    outputs
        Of a convolution: its weights' output channels; else without meaning.

    Raises
    ------
    InputError
        With the reason alone.
    """
    first = sources[0]
    channels, level = first.channels, first.level
    square = options.factor**2
    if op in ("add", "add_float", "mul_float", "concat", "concat_float"):
        _check_alike(op, sources)
        if op.startswith("concat"):
            channels = sum(each.channels for each in sources)
    elif op in ("conv", "conv_float"):
        channels, level = outputs, level + options.stride - 1
    elif op == "haar":
        channels, level = channels * 4, level + 1
    elif op == "unhaar":
        channels, level = _divided(channels, 4), level - 1
    elif op in ("average2", "max2", "max3"):
        level += 1
    elif op in ("upsample2", "upsample2_float"):
        level -= 1
    elif op == "shuffle":
        channels, level = _divided(channels, square), level - options.factor.bit_length() + 1
    elif op == "unshuffle":
        channels, level = channels * square, level + options.factor.bit_length() - 1
    if not 1 <= channels <= MOST_CHANNELS:
        raise InputError(f"gives {channels} channels; {MOST_CHANNELS} are allowed")
    if not FINEST <= level <= COARSEST:
        raise InputError(
            f"gives a total stride of 2^{level}; 2^{FINEST} to 2^{COARSEST} are allowed"
        )
    return channels, level


def _divided(channels: int, by: int) -> int:
    if channels % by:
        raise InputError(f"takes a multiple of {by} channels, not {channels}")
    return channels // by


def _check_alike(op: str, sources: list[Value]) -> None:
    first = sources[0]
    for other in sources:
        channels = op.startswith("concat") or other.channels == first.channels
        if other.level != first.level or not channels:
            raise InputError(
                f"takes values of one shape, but '{first.name}' has stride 2^{first.level} and "
                f"{first.channels} channels, '{other.name}' stride 2^{other.level} and "
                f"{other.channels}"
            )
