"""The few types of a recipe as TOML text, which `tomllib` reads and does not write."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

_BARE = re.compile(r"[A-Za-z0-9_-]+")
# What TOML writes by a letter; other control characters go by their number.
_ESCAPES = {
    '"': '\\"',
    "\\": "\\\\",
    "\b": "\\b",
    "\t": "\\t",
    "\n": "\\n",
    "\f": "\\f",
    "\r": "\\r",
}


def toml_of(values: Mapping[str, Any]) -> str:
    r"""Return TOML text with a final newline; the order of keys stays, tables come last.

    Parameters
    ----------
    values
        Key -> str, int, float, bool, a table of these (a mapping), or a list of such tables.

    Examples
    --------
    >>> print(toml_of({"name": "a\tb", "table": {"k": 0.5, "on": True}}), end="")
    name = "a\tb"
    <BLANKLINE>
    [table]
    k = 0.5
    on = true
    """
    plain = {key: value for key, value in values.items() if not isinstance(value, Mapping | list)}
    lines = list(_lines(plain))
    for key, value in values.items():
        if isinstance(value, Mapping):
            lines += ["", f"[{_key(key)}]", *_lines(value)]
        elif isinstance(value, list):
            for table in value:
                lines += ["", f"[[{_key(key)}]]", *_lines(table)]
    return "\n".join(lines).lstrip("\n") + "\n"


def _lines(values: Mapping[str, Any]) -> Iterator[str]:
    for key, value in values.items():
        yield f"{_key(key)} = {_value(value)}"


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else _string(key)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(int(value))
    if isinstance(value, float):
        value = float(value)
        return repr(value) if math.isfinite(value) else str(value)
    return _string(value)


def _string(text: str) -> str:
    return '"' + "".join(map(_letter, text)) + '"'


def _letter(letter: str) -> str:
    if letter < " " or letter == "\x7f":
        return _ESCAPES.get(letter, f"\\u{ord(letter):04x}")
    return _ESCAPES.get(letter, letter)
