"""One-bit weights as the packed format keeps them: eight channels in a byte, 1 = +1, 0 = −1."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from docbin.errors import InputError

Planes = npt.NDArray[np.uint8]
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
        uint8 (…, ⌈C/8⌉): bit k mod 8 of byte k div 8 belongs to channel k.

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
    return np.packbits(signs > 0, axis=-1, bitorder="little")


def unpack_signs(planes: Planes, channels: int) -> Signs:
    """Undo `pack_signs`.

    Parameters
    ----------
    planes
        uint8 (…, ⌈channels/8⌉).
    channels
        How many bits of the last axis are channels.

    Returns
    -------
    Signs
        int8 (…, channels), −1 or +1.

    Examples
    --------
    >>> unpack_signs(np.array([[5], [4]], np.uint8), 3).tolist()
    [[1, -1, 1], [-1, -1, 1]]
    """
    size = planes.shape[-1]
    if not 8 * (size - 1) < channels <= 8 * size:
        raise InputError(f"{size} bytes hold no {channels} channels; 8 are in each")
    bits = np.unpackbits(planes, axis=-1, count=channels, bitorder="little")
    return (2 * bits.astype(np.int8) - 1).astype(np.int8)
