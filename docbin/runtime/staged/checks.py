"""Checks of what a description says."""

from __future__ import annotations

from collections.abc import Sequence

from docbin.errors import InputError
from docbin.runtime.container import quoted


def refuse_unless(fits: bool, what: str, value: object, allowed: str) -> None:  # noqa: FBT001
    """Raise `InputError` unless a value of a description fits."""
    if not fits:
        raise InputError(f"{what} is {quoted(value)}; give {allowed}")


def one_of(what: str, value: str, allowed: Sequence[str]) -> None:
    """Refuse a text that is none of some."""
    refuse_unless(value in allowed, what, value, f"one of {', '.join(allowed)}")


def within(what: str, value: float, low: float, high: float) -> None:
    """Refuse a number outside a range; NaN is outside of all."""
    refuse_unless(low <= value <= high, what, value, f"{low:g} to {high:g}")
