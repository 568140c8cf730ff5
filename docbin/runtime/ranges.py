"""Dtypes, shapes and ranges of the tensors of each operation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from docbin.errors import InputError
from docbin.runtime.container import dtype_name
from docbin.runtime.operations import Options, Value

Array = npt.NDArray[Any]

_SUM_LIMIT = 1 << 62


def outputs_of(op: str, parts: Mapping[str, Array]) -> int:
    """Return the output channels of a convolution's weights; 0 for another operation."""
    if op not in ("conv", "conv_float"):
        return 0
    shape = parts["weight"].shape
    if len(shape) != 4:
        raise InputError(f"has a weight of shape {list(shape)}; four extents are needed")
    return int(shape[1] if op == "conv" else shape[0])


def check_tensors(op: str, options: Options, source: Value, parts: Mapping[str, Array]) -> None:
    """Refuse tensors of a node that are not as docs/packed-format.md says.

    Parameters
    ----------
    op, options
        Of the node.
    source
        The first value it reads.
    parts
        Part -> array.

    Raises
    ------
    InputError
        With the reason alone.
    """
    channels = source.channels
    if op == "quantise":
        _array(parts, "shift", "I16", channels)
        if options.bits != 1:
            _array(parts, "mult", "I16", channels)
            _range(parts, "mult", 1, 32767)
    elif op == "rprelu":
        for part in ("a", "slope", "b"):
            _array(parts, part, "I16", channels)
        _range(parts, "slope", -32767, 32767)
    elif op == "conv":
        _check_conv(options, source, parts)
    elif op == "conv_float":
        _check_conv_float(options, channels, parts)
    elif op in ("dequantise", "requantise"):
        _finite(parts, "scale", channels)


def largest_sum(kernel: int, source: Value) -> int:
    """Return max|A| of a convolution of any weights that reads ``source``."""
    return kernel**2 * source.channels * {1: 1, 4: 15, 8: 255 * 127}[source.bits]


def _check_conv(options: Options, source: Value, parts: Mapping[str, Array]) -> None:
    weight = parts["weight"]
    channels, planes = source.channels, source.bits != 8
    bases, outputs = weight.shape[:2]
    taps = options.kernel**2
    if planes and bases > 2:
        raise InputError(f"has {bases} bases; 1 or 2 are allowed")
    if planes:
        _array(parts, "weight", "U8", bases, outputs, taps, -(-channels // 8))
        if channels % 8 and np.any(weight[..., -1] >> channels % 8):
            raise InputError(f"has bits beyond the {channels} channels in its weight")
    else:
        bases = 1
        _array(parts, "weight", "I8", 1, outputs, taps, channels)
        _range(parts, "weight", -127, 127)
    _array(parts, "mult", "I32", bases, outputs)
    _array(parts, "bias", "I64", outputs)
    largest = largest_sum(options.kernel, source)
    factors = np.abs(parts["mult"].astype(np.int64)).sum(0).tolist()
    for output, (factor, bias) in enumerate(zip(factors, parts["bias"].tolist(), strict=True)):
        if largest * factor + abs(bias) >= _SUM_LIMIT:
            raise InputError(
                f"could overflow in output channel {output}: the largest sum times mult, plus "
                "bias, reaches 2^62"
            )


def _check_conv_float(options: Options, channels: int, parts: Mapping[str, Array]) -> None:
    outputs, groups, kernel = parts["weight"].shape[0], options.groups, options.kernel
    if channels % groups or outputs % groups:
        raise InputError(
            f"has {groups} groups, which do not divide {channels} and {outputs} channels"
        )
    _finite(parts, "weight", outputs, kernel, kernel, channels // groups)
    _finite(parts, "bias", outputs)


def _array(parts: Mapping[str, Array], part: str, dtype: str, *shape: int) -> None:
    array = parts[part]
    if dtype_name(array) != dtype or array.shape != shape:
        raise InputError(
            f"has as {part} a tensor of {dtype_name(array)}{list(array.shape)}; "
            f"it must be {dtype}{list(shape)}"
        )


def _range(parts: Mapping[str, Array], part: str, least: int, most: int) -> None:
    wrong = parts[part][(parts[part] < least) | (parts[part] > most)]
    if wrong.size:
        raise InputError(f"has {wrong.flat[0]} in its {part}; {least} to {most} are allowed")


def _finite(parts: Mapping[str, Array], part: str, *shape: int) -> None:
    _array(parts, part, "F32", *shape)
    if not np.isfinite(parts[part]).all():
        raise InputError(f"has a number in its {part} that is not finite")
