"""What a recipe's file may say, and where its weights are."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from docbin.batch.sums import sha256_of
from docbin.errors import InputError, UsageError
from docbin.io.names import Name, shown, unreadable
from docbin.registry import near_miss
from docbin.runtime.shipped import ROLES, index

# No recipe is longer; what is, was given by mistake.
_LONGEST = 1 << 20
_NUMBER, _TEXT = (int, float), (str,)
# Key -> (what its value may be, in words).
_KEYS: dict[str, tuple[tuple[type, ...], str]] = {
    "schema": ((int,), "a whole number"),
    "docbin": (_TEXT, "text"),
    "method": (_TEXT, "text"),
    "huge-pages": (_TEXT, "text"),
    "dpi": (_NUMBER, "a number"),
    "paper": (_TEXT, "text"),
    "format": (_TEXT, "text"),
    "scope": (_TEXT, "text"),
    "parameters": ((dict,), "a table, [parameters]"),
    "weights": ((dict,), "a table, [weights]"),
    "step": ((list,), "tables, each [[step]]"),
}
_NEEDED = ("schema", "docbin", "method")
_WEIGHTS = ("file", "sha256")
PAPERS = ("a4", "letter", "auto")


def read(path: Name) -> bytes:
    """Return the bytes of a recipe's file."""
    try:
        with Path(path).open("rb") as file:
            data = file.read(_LONGEST + 1)
    except OSError as error:
        raise unreadable(path, error) from error
    except ValueError as error:
        raise unreadable(path, str(error)) from error
    if len(data) > _LONGEST:
        raise unreadable(path, "it is no recipe, which would be shorter than a megabyte")
    return data


def checked(data: bytes, path: Name, schema: int) -> dict[str, Any]:
    """Return what a recipe says, its keys and the types of its values checked.

    Raises
    ------
    InputError
        If it is no TOML, or of a newer schema.
    UsageError
        If a key is missing or unknown, or a value is of a wrong type.
    """
    try:
        values = tomllib.loads(data.decode())
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise InputError(f"{shown(path)} is no recipe: it is no TOML: {error}") from error
    _refuse_other_schema(values, path, schema)
    _refuse_unknown(values, _KEYS, path, "")
    for key in _NEEDED:
        if key not in values:
            raise UsageError(
                f"{shown(path)} is no complete recipe: '{key}' is missing; --save-recipe writes one"
            )
    for key, value in values.items():
        kinds, words = _KEYS[key]
        if not isinstance(value, kinds) or isinstance(value, bool):
            raise UsageError(f"{shown(path)}: '{key}' is {value!r}; give {words}")
    if values.get("paper", PAPERS[0]) not in PAPERS:
        raise UsageError(
            f"{shown(path)}: there is no paper '{values['paper']}'."
            f"{near_miss(values['paper'], list(PAPERS))} Known: {', '.join(PAPERS)}."
        )
    _check_tables(values, path)
    return values


def _refuse_other_schema(values: Mapping[str, Any], path: Name, schema: int) -> None:
    """Refuse a newer schema, before its keys are called unknown."""
    found = values.get("schema", schema)
    if isinstance(found, int) and found > schema:
        raise InputError(
            f"{shown(path)} is of schema {found}, this docbin reads {schema}; install a newer "
            f"docbin (it was made with {values.get('docbin', 'one that it does not name')})"
        )
    if isinstance(found, int) and found < 1:
        raise UsageError(f"{shown(path)}: 'schema' is {found}; give {schema}")


def _check_tables(values: Mapping[str, Any], path: Name) -> None:
    weights = values.get("weights")
    if weights is not None:
        _refuse_unknown(weights, _WEIGHTS, path, " of [weights]")
        sha256 = weights.get("sha256")
        if not isinstance(sha256, str) or not re.fullmatch("[0-9a-f]{64}", sha256):
            raise UsageError(
                f"{shown(path)}: 'sha256' of [weights] is {sha256!r}; give the sum of the file, 64 "
                "hexadecimal digits, as sha256sum prints it"
            )
        if not isinstance(weights.get("file", ""), str):
            raise UsageError(f"{shown(path)}: 'file' of [weights] is no text")
    if "weights" in values.get("parameters", {}):
        raise UsageError(
            f"{shown(path)}: weights have a table of their own, [weights], with file and sha256"
        )
    for key, value in values.get("parameters", {}).items():
        _refuse_nested(path, f"'{key}' of [parameters]", value)
    for step in values.get("step", []):
        if not isinstance(step, dict) or not isinstance(step.get("name"), str):
            raise UsageError(f"{shown(path)}: a step has no name; give for example name = 'deskew'")
        for key, value in step.items():
            _refuse_nested(path, f"'{key}' of the step '{step['name']}'", value)


def _refuse_nested(path: Name, key: str, value: Any) -> None:
    if not isinstance(value, str | int | float):
        raise UsageError(f"{shown(path)}: {key} is {value!r}; give text, a number, true or false")


def _refuse_unknown(values: Mapping[str, Any], known: Iterable[str], path: Name, of: str) -> None:
    known = list(known)
    for key in values:
        if key not in known:
            raise UsageError(
                f"{shown(path)}: there is no key '{key}'{of} in a recipe.{near_miss(key, known)} "
                f"Known: {', '.join(known)}."
            )


def weights_file(kept: Mapping[str, str], path: Name, given: str | None) -> str:
    """Return where a recipe's weights are: a role of docbin's own networks, or a path.

    Parameters
    ----------
    kept
        The recipe's table: file and sum.
    path
        The recipe, from whose folder on the file is named.
    given
        Where the user says that they are.
    """
    if given is not None:
        if not kept:
            raise UsageError(
                f"{shown(path)} names no weights, so that there is nothing to compare those of "
                f"{shown(given)} with; leave them out, or add [weights] with file and sha256"
            )
        return given
    file, sha256 = kept.get("file"), kept.get("sha256")
    if file is not None and file not in ROLES:
        beside = Path(path).parent / file
        if beside.exists():
            return str(beside)
    own = {role: sha256_of(where) for role, where in index().items()}
    roles = [role for role, found in own.items() if found == sha256]
    if file in roles or (file in own and not roles):
        return str(file)  # of another sum: that is said when it is compared
    if roles:
        return roles[0]
    raise InputError(
        f"{shown(path)}: the weights {shown(file or '')} are not here, and none of docbin's own "
        f"have the sum {sha256}; say where they are with --set weights=FILE (weights= in Python)"
    )
