"""What can be set of a method: made from the fields of its dataclass."""

from __future__ import annotations

import dataclasses
import math
import types
import typing
from typing import Any

from docbin.docstrings import parameters, sections
from docbin.errors import UsageError
from docbin.methods import METHODS
from docbin.runtime import shipped

_WINDOW = (3, 201, 2)
# Steps of a slider over its range, about.
_STEPS = 100


def described(method: str) -> dict[str, Any]:
    """Return a method's name, what it does, and a control for each parameter.

    Raises
    ------
    UsageError
        If there is no such method.
    """
    cls = METHODS.load(method)
    told = parameters(cls)
    hints = typing.get_type_hints(cls)
    controls = [
        {"name": field.name, "default": field.default, "help": told.get(field.name, ""),
         **_control(cls, field.name, field.default, kinds_of(hints[field.name]))}
        for field in dataclasses.fields(cls)
        if field.init
    ]  # fmt: skip
    does = sections(cls)[""].partition("\n\n")[0].replace("\n", " ")
    return {"method": method, "does": does, "controls": controls}


def kinds_of(hint: Any) -> tuple[Any, ...]:
    """Return the types of a hint: ``int | str`` is both."""
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        return tuple(kind for part in typing.get_args(hint) for kind in kinds_of(part))
    return (hint,)


def _control(cls: Any, name: str, default: Any, kinds: tuple[Any, ...]) -> dict[str, Any]:
    """Return kind and range of a control; numbers outside the range may be typed in."""
    if bool in kinds:
        return {"kind": "switch"}
    if name == "weights":
        return {"kind": "choice", "choices": [*shipped.index()]}
    choices = getattr(cls, "choices", {}).get(name)
    if choices is not None:
        return {"kind": "choice", "choices": list(choices)}
    if not (int in kinds or float in kinds):
        return {"kind": "text"}
    kind = "length" if str in kinds else "number"
    search = getattr(cls, "search", None)  # of some methods this is a parameter
    given = search.get(name) if isinstance(search, dict) else None
    low, high, step = _around(name, default)
    if isinstance(given, tuple):
        low, high = given[0], given[1]
        step = given[2] if len(given) > 2 else _nice((high - low) / _STEPS)
    if float not in kinds:
        step = max(1, round(step))
    return {"kind": kind, "low": low, "high": high, "step": step}


def _around(name: str, default: Any) -> tuple[float, float, float]:
    """Return a range in which the default lies."""
    if name == "window" or isinstance(default, str):
        return _WINDOW
    if default == 0:
        return (0, 100, 1) if isinstance(default, int) else (-0.5, 0.5, 0.01)
    if isinstance(default, int):
        return 0, max(10, 4 * default), 1
    low, high = sorted((0.0, 4 * default))
    if 0 < abs(default) < 0.5:
        low, high = -4 * abs(default), 4 * abs(default)
    step = _nice((high - low) / _STEPS)
    # Ends and default are steps from zero.
    return round(math.floor(low / step) * step, 10), round(math.ceil(high / step) * step, 10), step


def _nice(step: float) -> float:
    """Return 1, 2 or 5 times a power of ten that is not larger."""
    power = 10.0 ** math.floor(math.log10(step))
    return float(f"{max(part for part in (1, 2, 5) if part * power <= step * 1.001) * power:.6g}")


def values_of(method: str, given: Any) -> dict[str, Any]:
    """Return parameters as the method takes them, of what the page sent.

    Raises
    ------
    UsageError
        If something is no parameter, or not of its type; ranges are checked by the method.
    """
    if not isinstance(given, dict):
        raise UsageError("the parameters are no object of names and values")
    cls = METHODS.load(method)
    hints = typing.get_type_hints(cls)
    fields = {field.name: field for field in dataclasses.fields(cls) if field.init}
    found = {}
    for name, value in given.items():
        if name not in fields:
            raise UsageError(f"'{method}' has no parameter '{name}'")
        if name == "weights" and value not in shipped.index():
            raise UsageError(f"weights is {value!r}; give one of {', '.join(shipped.index())}")
        typed = _typed(name, value, kinds_of(hints[name]))
        if typed != fields[name].default:
            found[name] = typed
    return found


def _typed(name: str, value: Any, kinds: tuple[Any, ...]) -> Any:
    text = value.strip() if isinstance(value, str) else value
    if bool in kinds and isinstance(text, bool):
        return text
    for kind in (int, float):
        if kind in kinds and not isinstance(text, bool):
            try:
                number = kind(text)
            except (TypeError, ValueError, OverflowError):
                continue
            if isinstance(text, str) or number == text:
                return number
    if str in kinds and isinstance(text, str):
        return text
    names = " or ".join(sorted(kind.__name__ for kind in kinds))
    raise UsageError(f"{name} is {value!r}; give {names}")
