"""Frozen dataclasses from JSON's objects, every key and type checked."""

from __future__ import annotations

import dataclasses
import typing
from typing import Any, TypeVar

from docbin.errors import InputError
from docbin.runtime.container import quoted

T = TypeVar("T")

_WORDS = {int: "a whole number", float: "a number", str: "text", bool: "true or false"}
_MOST_ITEMS = 64


def read(cls: type[T], value: Any, what: str) -> T:
    """Return the dataclass that `dataclasses.asdict` and JSON made this of.

    Parameters
    ----------
    cls
        A dataclass; its fields may be int, float, str, bool, a dataclass, or a tuple of one kind
        of these of any length.
    value
        Of a file that nobody vouches for.
    what
        Its name in messages.

    Raises
    ------
    InputError
        If a key is missing or unknown, a value is of another type, or the class refuses it.
    """
    fields = {each.name: each for each in dataclasses.fields(cls)}  # type: ignore[arg-type]
    if not isinstance(value, dict):
        raise InputError(f"{what} is no object")
    for key in value:
        if key not in fields:
            raise InputError(f"{what} has the key {quoted(key)}; known: {', '.join(fields)}")
    missing = [name for name in fields if name not in value]
    if missing:
        raise InputError(f"{what} lacks {', '.join(missing)}")
    hints = typing.get_type_hints(cls)
    parts = {name: _part(hints[name], value[name], f"{what}, {name}") for name in fields}
    try:
        return cls(**parts)
    except InputError as error:
        raise InputError(f"{what}: {error}") from None


def _part(hint: Any, value: Any, what: str) -> Any:
    """Return a field's value."""
    if typing.get_origin(hint) is tuple:
        if not isinstance(value, list) or len(value) > _MOST_ITEMS:
            raise InputError(f"{what} is no list of at most {_MOST_ITEMS}")
        kind = typing.get_args(hint)[0]
        return tuple(_part(kind, each, f"{what} {place}") for place, each in enumerate(value))
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        return read(hint, value, what)
    if hint is float and type(value) is int:
        return float(value)
    if type(value) is not hint:
        raise InputError(f"{what} is {quoted(value)}; it must be {_WORDS[hint]}")
    return value
