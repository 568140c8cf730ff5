"""What ``docbin tune`` tries: ``--grid``, else ranges from a method's fields.

A method may say its ranges itself, in a ClassVar ``search``: parameter -> (low, high) or a list
of values. Else they come from the defaults: a window from 9 to 101 pixels, odd; a number from a
quarter to four times its default (from −0.5 to 0.5 around 0); a whole number from a third to
three times; a flag both ways. Text is not tried unless ``--grid`` lists it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import Any

from docbin.commands.settings import kinds_of, typed
from docbin.errors import UsageError
from docbin.evaluate.tuning import Space, Span
from docbin.methods import METHODS
from docbin.registry import near_miss

_WINDOW = Span(9, 101, 2)
# Most values of a range a:b:step.
_MOST = 1000


def usual(method: str) -> Space:
    """Return the ranges of all parameters of a method that can be tuned."""
    cls = METHODS.load(method)
    given = getattr(cls, "search", {})
    space: dict[str, Any] = {}
    for field in dataclasses.fields(cls):
        if field.name in given:
            low_high = given[field.name]
            space[field.name] = Span(*low_high) if isinstance(low_high, tuple) else low_high
        elif field.init and (its := _around(field.name, field.default)) is not None:
            space[field.name] = its
    if not space:
        raise UsageError(f"'{method}' has no parameters that can be tuned; see --grid")
    return space


def _around(name: str, default: Any) -> Any:
    """Return what to try for a parameter with this default, or None."""
    if isinstance(default, bool):
        return [default, not default]
    if "window" in name and isinstance(default, int | str):
        return _WINDOW
    if isinstance(default, int):
        return Span(max(1, default // 3), max(3, default * 3), 1)
    if isinstance(default, float):
        if default == 0:
            return Span(-0.5, 0.5)
        low, high = sorted((default / 4, default * 4))
        return Span(low, high)
    return None


def given(method: str, texts: Iterable[str]) -> Space:
    """Return what ``--grid KEY=VALUES`` lists: ``k=0.1,0.2`` or ``window=15:75:10``."""
    kinds = kinds_of(method)
    space: dict[str, Any] = {}
    for text in texts:
        key, separator, values = text.partition("=")
        key = key.strip()
        if not separator or not values.strip():
            raise UsageError(
                f"--grid takes KEY=VALUES, for example k=0.1,0.2 or window=15:75:10; got '{text}'"
            )
        if key not in kinds:
            raise UsageError(
                f"method '{method}' has no parameter '{key}'.{near_miss(key, list(kinds))} "
                f"Its parameters: {', '.join(kinds) or 'none'}."
            )
        if key in space:
            raise UsageError(f"--grid gives '{key}' twice")
        space[key] = [
            typed(key, value, kinds[key])
            for part in values.split(",")
            for value in _expanded(part.strip())
        ]
    return space


def _expanded(text: str) -> list[str]:
    """Return the values of ``low:high:step`` as text, or the text itself."""
    if ":" not in text:
        return [text]
    try:
        low, high, step = (float(part) for part in text.split(":"))
        count = int((high - low) / step + 1e-9)
    except (ValueError, ZeroDivisionError, OverflowError):
        count = -1
    if not 0 <= count < _MOST:
        raise UsageError(f"'{text}' is no range LOW:HIGH:STEP of at most {_MOST} values")
    return [f"{low + index * step:.10g}" for index in range(count + 1)]
