"""The twins of local thresholds: in single precision, in the order of the kernels."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from docbin.kernels.reference_extremes import local_maximum

Bytes = npt.NDArray[np.uint8]
Singles = npt.NDArray[np.float32]
Integers = npt.NDArray[np.int64]

# 2^x for 0 <= x < 1, good to 3e-7, highest power first.
_POWERS = (1.8775767e-3, 8.9893397e-3, 5.5826318e-2, 2.4015361e-1, 6.9315308e-1, 9.9999994e-1)
_WIDEST = 4095


class Window(NamedTuple):
    """What the windows hold, float32 (H, W): see local_formulas.hpp."""

    mean: Singles
    deviation: Singles
    square: Singles
    gray: Singles
    extra: Singles | None


class Parameters(NamedTuple):
    """The numbers of a formula, in single precision."""

    a: np.float32
    b: np.float32
    c: np.float32
    d: np.float32


def _unless_flat(w: Window, level: Singles) -> Singles:
    return np.where(w.deviation > 0, level, np.float32(-1))


def power_of_two(x: Singles) -> Singles:
    """Return 2^x for x <= 0, as local_formulas.hpp does; below 2^-126 that."""
    x = np.maximum(x, np.float32(-126))
    whole = np.floor(x)
    rest = x - whole
    total = np.full_like(x, _POWERS[0])
    for factor in _POWERS[1:]:
        total = total * rest + np.float32(factor)
    return np.asarray(np.ldexp(total, whole.astype(np.int32)), np.float32)


def _niblack(w: Window, p: Parameters) -> Singles:
    return _unless_flat(w, w.mean + p.a * w.deviation)


def _sauvola(w: Window, p: Parameters) -> Singles:
    return w.mean * (p.a + p.b * w.deviation)


def _wolf(w: Window, p: Parameters) -> Singles:
    return w.mean - (p.a - p.b * w.deviation) * (w.mean - p.c)


def _nick(w: Window, p: Parameters) -> Singles:
    return np.asarray(w.mean + p.a * np.sqrt(w.square), np.float32)


def _phansalkar(w: Window, p: Parameters) -> Singles:
    darkness = p.c * power_of_two(p.d * w.mean)
    return _unless_flat(w, w.mean * (p.a + p.b * w.deviation + darkness))


def _singh(w: Window, p: Parameters) -> Singles:
    excess = (w.gray - w.mean) * p.c
    return w.mean * (p.a + p.b * (excess / (np.float32(1) - excess)))


def _wan(w: Window, p: Parameters) -> Singles:
    extra = np.float32(0) if w.extra is None else w.extra
    return (extra + w.mean) * np.float32(0.5) * (p.a + p.b * w.deviation)


def _bradley(w: Window, p: Parameters) -> Singles:
    return w.mean * p.a


FORMULAS: dict[str, Callable[[Window, Parameters], Singles]] = {
    "niblack": _niblack,
    "sauvola": _sauvola,
    "wolf": _wolf,
    "nick": _nick,
    "phansalkar": _phansalkar,
    "singh": _singh,
    "wan": _wan,
    "bradley": _bradley,
}


def _sums(gray: Bytes, window: int) -> tuple[Integers, Integers, Integers]:
    """Return number of pixels, sum, and sum of squares of the windows, exact."""
    if window % 2 == 0:
        raise ValueError("window must be odd")
    if window > _WIDEST:
        raise ValueError(f"window must be at most {_WIDEST}")
    height, width = gray.shape
    radius = window // 2
    wide = np.zeros((2, height + 1, width + 1), np.int64)
    wide[0, 1:, 1:] = gray
    wide[1, 1:, 1:] = gray.astype(np.int64) ** 2
    wide = wide.cumsum(1).cumsum(2)
    top = np.clip(np.arange(height) - radius, 0, height)[:, None]
    bottom = np.clip(np.arange(height) + radius + 1, 0, height)[:, None]
    left = np.clip(np.arange(width) - radius, 0, width)[None]
    right = np.clip(np.arange(width) + radius + 1, 0, width)[None]
    total, squares = (
        wide[:, bottom, right] - wide[:, top, right] - wide[:, bottom, left] + wide[:, top, left]
    )
    return (bottom - top) * (right - left), total, squares


def _spread(count: Integers, total: Integers, squares: Integers) -> Integers:
    """Return n Q − S²: with numbers that need 64 bits without a sign, modulo 2⁶⁴."""
    return count * squares - total * total


def window_statistics(
    gray: Bytes, window: int, threads: int = 1
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return mean and population variance over a square window clipped at the borders.

    The sums are exact integers; the mean is S / n and the variance (n Q − S²) / n².

    Parameters
    ----------
    gray
        uint8 (H, W).
    window
        Side of the window in pixels, odd, at most 4095.
    threads
        Has no influence on the result.
    """
    del threads
    count, total, squares = _sums(gray, window)
    return total / count, _spread(count, total, squares) / (count * count)


def _windows(gray: Bytes, window: int, extra: Bytes | None) -> Window:
    count, total, squares = _sums(gray, window)
    count32: Singles = count.astype(np.float32)
    inverse: Singles = np.float32(1) / count32
    spread: Singles = _spread(count, total, squares).astype(np.float64).astype(np.float32)
    return Window(
        total.astype(np.float32) * inverse,
        np.sqrt(spread) * inverse,
        squares.astype(np.float32) * inverse,
        gray.astype(np.float32),
        None if extra is None else extra.astype(np.float32),
    )


def local_levels(
    gray: Bytes,
    window: int,
    formula: str,
    *,
    a: float,
    b: float = 0.0,
    c: float = 0.0,
    d: float = 0.0,
    threads: int = 1,
    extra: Bytes | None = None,
) -> Singles:
    """Return the threshold of every pixel by a formula of ``FORMULAS``, float32 (H, W).

    The mean is fl(S) · (1 / fl(n)), the deviation √fl(n Q − S²) · (1 / fl(n)), the mean square
    fl(Q) · (1 / fl(n)), with fl the rounding to single precision.
    """
    del threads
    if formula not in FORMULAS:
        raise ValueError(f"there is no formula {formula}")
    if extra is not None and extra.shape != gray.shape:
        raise ValueError("extra must have the shape of gray")
    numbers = Parameters(*(np.float32(number) for number in (a, b, c, d)))
    if gray.size == 0:
        return np.zeros(gray.shape, np.float32)
    return np.asarray(FORMULAS[formula](_windows(gray, window, extra), numbers), np.float32)


def local_threshold(
    gray: Bytes,
    window: int,
    formula: str,
    *,
    a: float,
    b: float = 0.0,
    c: float = 0.0,
    d: float = 0.0,
    top: int,
    bottom: int,
    threads: int = 1,
    extra: Bytes | None = None,
) -> Bytes:
    """Return the rows ``top`` to ``bottom`` of ``gray <= T`` as bits, first pixel highest."""
    if not 0 <= top <= bottom <= gray.shape[0]:
        raise ValueError("no such rows")
    level = local_levels(gray, window, formula, a=a, b=b, c=c, d=d, threads=threads, extra=extra)
    return np.packbits((gray <= level)[top:bottom], axis=1)


def wan_threshold(
    gray: Bytes, window: int, *, a: float, b: float, top: int, bottom: int, threads: int = 1
) -> Bytes:
    """Return `local_threshold` by Wan's formula, the extra plane being the windows' maximum."""
    lightest = local_maximum(gray, window, threads)
    rows = {"top": top, "bottom": bottom, "threads": threads}
    return local_threshold(gray, window, "wan", a=a, b=b, extra=lightest, **rows)


def largest_deviation(gray: Bytes, window: int, top: int, bottom: int, threads: int = 1) -> float:
    """Return the largest deviation of a window in the rows ``top`` to ``bottom``, float32."""
    del threads
    if not 0 <= top <= bottom <= gray.shape[0]:
        raise ValueError("no such rows")
    if top == bottom or gray.size == 0:
        return 0.0
    return float(_windows(gray, window, None).deviation[top:bottom].max())
