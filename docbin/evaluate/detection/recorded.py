"""The scores that the file of a detector carries, from documents of ``docbin score --detect``.

``{"msra-td500": {"pages": 60, "truths": 210, "precision": 0.71, "recall": 0.62, "h": 0.66}, …}`` by
the rule of ICDAR 2015, rounded to four digits.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from docbin.errors import InputError
from docbin.io.names import shown, unreadable

RULE = "icdar2015"
NUMBERS = ("precision", "recall", "h")
_DIGITS = 4


def recorded(path: Path) -> dict[str, Any]:
    """Return what is kept of a document that ``docbin score --detect --json`` printed.

    Raises
    ------
    InputError
        If it cannot be read, or is something else.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        rule = document["rules"][RULE]
        scores = {name: round(float(rule[name]), _DIGITS) for name in NUMBERS}
        return {"pages": int(document["pages"]), "truths": int(rule["truths"]), **scores}
    except OSError as error:
        raise unreadable(path, error) from error
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(
            f"{shown(path)} is not what `docbin score --detect --json` prints: {error}"
        ) from error


def checked(told: Any) -> Mapping[str, Mapping[str, float]]:
    """Return the scores of a file's header, checked.

    Raises
    ------
    InputError
        If they are not as this module writes them.
    """
    keys = {"pages", "truths", *NUMBERS}
    if not isinstance(told, Mapping) or not all(
        isinstance(its, Mapping)
        and set(its) == keys
        and all(isinstance(value, int | float) for value in its.values())
        for its in told.values()
    ):
        raise InputError("its header has scores of detection that cannot be read")
    return told
