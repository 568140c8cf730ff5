"""The twin of packed networks' convolutions; docs/packed-format.md states them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from docbin.kernels.reference_packed import Codes, Stream, Wide, sat16

Weights = npt.NDArray[np.uint8] | npt.NDArray[np.int8]


def conv(
    codes: Codes,
    weight: Weights,
    mult: npt.NDArray[np.int32],
    bias: Wide,
    *,
    bits: int,
    stride: int,
    shift: int,
) -> Stream:
    """Return a convolution's stream, (⌈H/stride⌉, ⌈W/stride⌉, OC).

    Parameters
    ----------
    codes
        uint8 (H, W, IC): numbers of 4 or 8 bits, or 0 and 1 for −1 and +1.
    weight
        As in the file: uint8 (bases, OC, K·K, ⌈IC/8⌉) for codes of 1 and 4 bits, int8
        (1, OC, K·K, IC) for those of 8.
    mult, bias
        int32 (bases, OC) and int64 (OC,).
    bits, stride, shift
        Of the codes; 1 or 2; 0 … 46.
    """
    sums = conv_sums(codes, weight, bits=bits, stride=stride)
    total = np.einsum("byxo,bo->yxo", sums, mult.astype(np.int64)) + bias
    return sat16(total >> shift)


def conv_sums(codes: Codes, weight: Weights, *, bits: int, stride: int) -> Wide:
    """Return the sums A of each base alone, int64 (bases, ⌈H/stride⌉, ⌈W/stride⌉, OC)."""
    height, width, channels = codes.shape
    kernel = {1: 1, 9: 3}[weight.shape[2]]
    half = kernel // 2
    # A padded code contributes nothing, whatever the codes mean: they are numbers before the frame.
    numbers = 2.0 * codes - 1 if bits == 1 else codes.astype(np.float64)
    framed = np.pad(numbers, ((half, half), (half, half), (0, 0)))
    factors = _factors(weight, channels)
    bases, outputs = factors.shape[:2]
    rows, columns = -(-height // stride), -(-width // stride)
    sums = np.zeros((bases, rows, columns, outputs))
    for tap in range(kernel**2):
        i, j = divmod(tap, kernel)
        seen = framed[i : i + height : stride, j : j + width : stride]
        # Below 2⁵³ sums of whole doubles are exact in any order.
        for base in range(bases):
            sums[base] += seen @ factors[base, :, tap].T.astype(np.float64)
    return sums.astype(np.int64)


def _factors(weight: Weights, channels: int) -> npt.NDArray[np.int8]:
    """Return int8 (bases, OC, K·K, IC): bits become −1 and +1."""
    if weight.dtype == np.int8:
        return np.asarray(weight, np.int8)
    ones = np.unpackbits(np.asarray(weight, np.uint8), axis=-1, count=channels, bitorder="little")
    return (2 * ones.astype(np.int8) - 1).astype(np.int8)
