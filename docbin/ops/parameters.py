"""Checks of the parameters of methods, with one kind of message for all of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from docbin.errors import UsageError
from docbin.registry import near_miss


def number(
    name: str, value: Any, low: float = -math.inf, high: float = math.inf, *, whole: bool = False
) -> None:
    """Refuse ``value`` unless it is a finite number from ``low`` to ``high``.

    Parameters
    ----------
    name
        What the message calls it.
    value
        What was given.
    low, high
        Smallest and largest value allowed.
    whole
        Whether it must be an int.

    Raises
    ------
    UsageError
        If it is something else, NaN, infinite or outside the range.
    """
    kinds: tuple[type, ...] = (int,) if whole else (int, float)
    fits = isinstance(value, kinds) and not isinstance(value, bool)
    if fits and math.isfinite(value) and low <= value <= high:
        return
    kind = "a whole number" if whole else "a number"
    bounds = [f"from {low:g}"] * (low > -math.inf) + [f"to {high:g}"] * (high < math.inf)
    raise UsageError(f"{name} is {value!r}; give {' '.join([kind, *bounds])}")


def flag(name: str, value: Any) -> None:
    """Refuse ``value`` unless it is True or False."""
    if not isinstance(value, bool):
        raise UsageError(f"{name} is {value!r}; give True or False")


def choice(name: str, value: Any, allowed: Sequence[str]) -> None:
    """Refuse ``value`` unless it is one of the texts ``allowed``; the message has a hint."""
    if value in allowed:
        return
    hint = near_miss(value, list(allowed)) if isinstance(value, str) else ""
    raise UsageError(f"{name} is {value!r}; give one of {', '.join(allowed)}.{hint}")
