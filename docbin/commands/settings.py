"""``--set KEY=VALUE``: text becomes what the fields of a method are."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Iterable
from typing import Any

from docbin.errors import UsageError
from docbin.methods import METHODS
from docbin.registry import Registry

_TRUE = ("true", "yes", "on", "1")
_FALSE = ("false", "no", "off", "0")


def settings(method: str, texts: Iterable[str], table: Registry = METHODS) -> dict[str, Any]:
    """Return the parameters of ``--set`` for a method, or a detector, typed by its fields.

    Keys that it does not have are left to the table's ``create``, which says so with a hint.

    Examples
    --------
    >>> settings("sauvola", ["window=31", "k=0.3"])
    {'window': 31, 'k': 0.3}
    """
    kinds = kinds_of(method, table)
    found: dict[str, Any] = {}
    for text in texts:
        key, separator, value = text.partition("=")
        key = key.strip()
        if not separator or not key:
            raise UsageError(f"--set takes KEY=VALUE, for example --set k=0.3; got '{text}'")
        if key in found:
            raise UsageError(f"--set gives '{key}' twice")
        found[key] = typed(key, value.strip(), kinds.get(key, (int, float, str)))
    return found


def typed(name: str, text: str, kinds: tuple[Any, ...]) -> Any:
    """Return ``text`` as the first of ``kinds`` that it can be.

    Parameters
    ----------
    name
        What messages call it.
    text
        The value.
    kinds
        Some of int, float, bool, str and type(None).
    """
    for kind in sorted(kinds, key=_RANK.index):
        value = _READERS[kind](text)
        if value is not _NOT:
            return value
    raise UsageError(f"{name} is '{text}'; give {' or '.join(_WORDS[kind] for kind in kinds)}")


def kinds_of(method: str, table: Registry = METHODS) -> dict[str, tuple[Any, ...]]:
    """Return what each parameter of a method, or of a detector, may be."""
    if method not in table:
        return {}
    cls = table.load(method)
    hints = typing.get_type_hints(cls)
    return {
        field.name: _plain(hints[field.name]) for field in dataclasses.fields(cls) if field.init
    }


def _plain(hint: Any) -> tuple[Any, ...]:
    """Return the kinds of value that a type hint allows."""
    origin = typing.get_origin(hint)
    if origin in (typing.Union, types.UnionType):
        return tuple(kind for part in typing.get_args(hint) for kind in _plain(part))
    if origin is typing.Literal:
        return tuple({type(value) for value in typing.get_args(hint)})
    return (hint,) if hint in _READERS else (int, float, str)


_NOT = object()


def _number(kind: Any) -> Any:
    def read(text: str) -> Any:
        try:
            return kind(text)
        except ValueError:
            return _NOT

    return read


def _switch(text: str) -> Any:
    if text.lower() in _TRUE:
        return True
    return False if text.lower() in _FALSE else _NOT


_READERS: dict[Any, Any] = {
    type(None): lambda text: None if text.lower() == "none" else _NOT,
    int: _number(int),
    float: _number(float),
    bool: _switch,
    str: str,
}
_RANK = [*_READERS]
_WORDS = {
    type(None): "none",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    str: "text",
}
