"""Windows and other lengths on a page: in pixels, or on paper through the resolution."""

from __future__ import annotations

import math
import re
from typing import Any, TypeAlias

from docbin.errors import UsageError

# Pixels, or a length on paper: "2mm", "0.1in".
Window: TypeAlias = int | str

# Where a page does not say its resolution.
ASSUMED_DPI = 300.0
_PER_INCH = {"mm": 25.4, "in": 1.0}
_LENGTH = re.compile(r"\s*(\d+(?:\.\d*)?|\.\d+)\s*(mm|in)\s*")
_LARGEST = 1 << 20


def checked(name: str, window: Any, least: int = 3) -> None:
    """Refuse ``window`` unless it is a size in pixels or a length on paper.

    Parameters
    ----------
    name
        What the message calls it.
    window
        What was given.
    least
        Fewest pixels allowed.

    Raises
    ------
    UsageError
        If it is neither, or too small or too large.
    """
    if isinstance(window, int) and not isinstance(window, bool):
        if least <= window <= _LARGEST:
            return
    elif isinstance(window, str) and (found := _LENGTH.fullmatch(window)) and float(found[1]) > 0:
        return
    raise UsageError(
        f"{name} is {window!r}; give a whole number of pixels from {least} to {_LARGEST}, or a "
        "length on paper such as '2mm' or '0.1in'"
    )


def in_pixels(window: Window, dpi: float | None) -> int:
    """Return the side of a window in pixels: odd, an even or broken size goes up to the next odd.

    Parameters
    ----------
    window
        Checked with `checked`.
    dpi
        Resolution of the page for lengths on paper; None: 300 is assumed.

    Examples
    --------
    >>> in_pixels(24, None), in_pixels("2mm", 300), in_pixels("2mm", 600)
    (25, 25, 49)
    """
    # A hair of rounding must not turn 25.000000001 into 27.
    return max(3, math.ceil(distance(window, dpi) - 1e-6) // 2 * 2 + 1)


def distance(window: Window, dpi: float | None) -> float:
    """Return a length in pixels, not rounded."""
    if isinstance(window, int):
        return float(window)
    found = _LENGTH.fullmatch(window)
    if found is None:
        raise UsageError(f"'{window}' is no length on paper; write for example '2mm' or '0.1in'")
    return float(found[1]) / _PER_INCH[found[2]] * (dpi or ASSUMED_DPI)
