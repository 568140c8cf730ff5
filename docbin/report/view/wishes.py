"""What the page sends, checked before anything is done with it."""

from __future__ import annotations

import json
import math
from typing import Any

from docbin.errors import UsageError

# Largest document that says what is wanted.
LARGEST = 1 << 16


def wish_of(body: bytes) -> dict[str, Any]:
    """Return what is to be binarized, and how.

    Raises
    ------
    UsageError
        If something is missing or of another type.
    """
    try:
        given = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"this is no JSON document: {error}") from error
    if not isinstance(given, dict):
        raise UsageError("this is no JSON object")
    wish = {name: _checked(given, name, kind) for name, kind in _KINDS.items()}
    if not all(isinstance(step, str) for step in wish["steps"]):
        raise UsageError("steps are names")
    dpi = given.get("dpi")
    if dpi is not None and not (_is_number(dpi) and 1 <= dpi <= 100_000):
        raise UsageError(f"dpi is {dpi!r}; give a number from 1 to 100000, or leave it out")
    return {**wish, "dpi": None if dpi is None else float(dpi)}


_KINDS: dict[str, type] = {
    "client": str,
    "slot": str,
    "serial": int,
    "scan": int,
    "page": int,
    "method": str,
    "params": dict,
    "steps": list,
}


def _checked(given: dict[str, Any], name: str, kind: type) -> Any:
    value = given.get(name)
    if not isinstance(value, kind) or isinstance(value, bool):
        raise UsageError(f"{name} is {value!r}; it has to be of type {kind.__name__}")
    return value


def _is_number(value: Any) -> bool:
    plain = isinstance(value, int | float) and not isinstance(value, bool)
    return plain and math.isfinite(value)
