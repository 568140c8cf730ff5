"""The twins of local minimum and maximum, and of what is made from them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]


def local_extremes(gray: Bytes, window: int, threads: int = 1) -> tuple[Bytes, Bytes]:
    """Return minimum and maximum over a square window clipped at the borders.

    Parameters
    ----------
    gray
        uint8 (H, W).
    window
        Side of the window in pixels, odd.
    threads
        Has no influence on the result.
    """
    del threads
    if window % 2 == 0:
        raise ValueError("window must be odd")
    return _slide(gray, window, np.minimum, 255), _slide(gray, window, np.maximum, 0)


def local_minimum(gray: Bytes, window: int, threads: int = 1) -> Bytes:
    """Return the minimum alone, see `local_extremes`."""
    return local_extremes(gray, window, threads)[0]


def local_maximum(gray: Bytes, window: int, threads: int = 1) -> Bytes:
    """Return the maximum alone, see `local_extremes`."""
    return local_extremes(gray, window, threads)[1]


def _slide(gray: Bytes, window: int, best: np.ufunc, nothing: int) -> Bytes:
    """Apply ``best`` over the windows, one axis after the other."""
    for axis in (0, 1):
        length = gray.shape[axis]
        radius = min(window // 2, max(length - 1, 0))
        frame = [(0, 0), (0, 0)]
        frame[axis] = (radius, radius)
        padded = np.pad(gray, frame, constant_values=nothing).swapaxes(0, axis)
        result = padded[:length].copy()
        for shift in range(1, 2 * radius + 1):
            best(result, padded[shift : shift + length], out=result)
        gray = result.swapaxes(0, axis)
    return np.ascontiguousarray(gray)


def contrast_map(gray: Bytes, window: int, threads: int = 1) -> Bytes:
    """Return ⌊255 (max − min) / (max + min + ε)⌋ over a window clipped at the borders.

    With ε so small that it only keeps the quotient below a whole number: 0 where max = min, else
    ⌊(255 (max − min) − 1) / (max + min)⌋.
    """
    low, high = (plane.astype(np.int64) for plane in local_extremes(gray, window, threads))
    gap = high - low
    contrast = np.maximum(255 * gap - 1, 0) // np.maximum(high + low, 1)
    return np.asarray(contrast, np.uint8)


def bernsen(
    gray: Bytes,
    window: int,
    limit: int,
    fallback: int,
    *,
    top: int,
    bottom: int,
    threads: int = 1,
) -> Bytes:
    """Return the rows ``top`` to ``bottom`` of Bernsen's mask as bits, first pixel highest.

    ``gray <= T`` is 1, with T = ⌊(min + max) / 2⌋ where max − min > ``limit``, else ``fallback``.
    """
    if not 0 <= top <= bottom <= gray.shape[0]:
        raise ValueError("no such rows")
    low, high = (plane.astype(np.int16) for plane in local_extremes(gray, window, threads))
    level = np.where(high - low > limit, (low + high) // 2, fallback)
    return np.packbits((gray <= level)[top:bottom], axis=1)
