"""JSON of files that nobody vouches for: what Python would let pass is refused."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from docbin.errors import InputError

MOST_DIGITS = 18
LONGEST_NUMBER = 40
DEEPEST = 16


def read(text: bytes | str, what: str) -> Any:
    """Return the value of a JSON text.

    Refused besides what is no JSON: text that is not UTF-8, a key given twice, NaN and Infinity,
    whole numbers beyond 18 digits, numbers of more than 40 characters or too large for a float,
    half surrogate pairs, nesting deeper than 16.

    Parameters
    ----------
    text
        The text; bytes are UTF-8.
    what
        Its name in messages.

    Raises
    ------
    InputError
        With the reason.
    """
    try:
        if isinstance(text, bytes):
            text = text.decode("utf-8")
        value = json.loads(
            text,
            object_pairs_hook=_object,
            parse_int=_whole,
            parse_float=_real,
            parse_constant=_constant,
        )
    except UnicodeDecodeError as error:
        raise InputError(f"{what} is not UTF-8 (byte {error.start})") from None
    except RecursionError:
        raise InputError(f"{what} is nested deeper than {DEEPEST}") from None
    except json.JSONDecodeError as error:
        raise InputError(f"{what} is no JSON: {error.msg} (character {error.pos})") from None
    except InputError as error:
        raise InputError(f"{what} {error}") from None
    _check(value, what, 0)
    return value


def _check(value: Any, what: str, depth: int) -> None:
    """Refuse deep nesting, and texts that cannot be written as UTF-8."""
    if depth > DEEPEST:
        raise InputError(f"{what} is nested deeper than {DEEPEST}")
    if isinstance(value, dict):
        for key, each in value.items():
            _check(key, what, depth)
            _check(each, what, depth + 1)
    elif isinstance(value, list):
        for each in value:
            _check(each, what, depth + 1)
    elif isinstance(value, str) and not value.isascii():
        try:
            value.encode("utf-8")
        except UnicodeEncodeError:
            raise InputError(f"{what} has half a surrogate pair in a text") from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise InputError("has a key twice")
    return found


def _whole(text: str) -> int:
    if len(text.lstrip("-")) > MOST_DIGITS:
        raise InputError(f"has a whole number beyond {MOST_DIGITS} digits")
    return int(text)


def _real(text: str) -> float:
    if len(text) > LONGEST_NUMBER:
        raise InputError(f"has a number of more than {LONGEST_NUMBER} characters")
    value = float(text)
    if value in (float("inf"), float("-inf")):
        raise InputError(f"has a number that is too large: {text}")
    return value


def _constant(text: str) -> NoReturn:
    raise InputError(f"has {text}, which is no number")
