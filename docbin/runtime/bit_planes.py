"""One-bit weights as the packed format keeps them: 64 input channels in a word, 1 = +1, 0 = −1."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from docbin.errors import InputError

WORD = 64

Planes = npt.NDArray[np.uint64]
Signs = npt.NDArray[np.int8]


def pack_signs(signs: npt.NDArray[Any]) -> Planes:
    """Pack ±1 along the last axis; bits behind the last channel are 0.

    Parameters
    ----------
    signs
        Whole numbers −1 and +1, shape (…, C), of any integer dtype.

    Returns
    -------
    Planes
        uint64 (…, ⌈C/64⌉): bit k mod 64 of word k div 64 belongs to channel k.

    Raises
    ------
    InputError
        If there is anything but −1 and +1, or no channel.

    Examples
    --------
    >>> pack_signs(np.array([[1, -1, 1], [-1, -1, 1]])).tolist()
    [[5], [4]]
    """
    if signs.ndim < 1 or signs.shape[-1] == 0 or signs.dtype.kind != "i":
        raise InputError(
            f"signs are {signs.dtype} {signs.shape}; give signed whole numbers (…, C), C at least 1"
        )
    if not np.all(np.abs(signs) == 1):
        raise InputError("signs must be −1 or +1 everywhere")
    channels = signs.shape[-1]
    bits = np.zeros((*signs.shape[:-1], -(-channels // WORD) * WORD), bool)
    bits[..., :channels] = signs > 0
    packed = np.packbits(bits, axis=-1, bitorder="little")
    return packed.view("<u8").astype(np.uint64)


def unpack_signs(planes: Planes, channels: int) -> Signs:
    """Undo `pack_signs`.

    Parameters
    ----------
    planes
        uint64 (…, ⌈channels/64⌉).
    channels
        How many bits of the last axis are channels.

    Returns
    -------
    Signs
        int8 (…, channels), −1 or +1.

    Examples
    --------
    >>> unpack_signs(np.array([[5], [4]], np.uint64), 3).tolist()
    [[1, -1, 1], [-1, -1, 1]]
    """
    words = planes.shape[-1]
    if not (words - 1) * WORD < channels <= words * WORD:
        raise InputError(f"{words} words hold no {channels} channels; 64 are in each")
    data = np.ascontiguousarray(planes, dtype="<u8").view(np.uint8)
    bits = np.unpackbits(data, axis=-1, count=channels, bitorder="little")
    return (2 * bits.astype(np.int8) - 1).astype(np.int8)
