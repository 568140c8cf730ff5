"""Where ``weights/`` and ``datasets/`` are found: in a wheel, an editable install, a checkout."""

from __future__ import annotations

from pathlib import Path

from docbin.errors import InputError

_PACKAGE = Path(__file__).resolve().parent


def directory(kind: str) -> Path:
    """Return the folder of shipped files named ``kind`` (``"weights"`` or ``"datasets"``).

    A wheel maps the folder into the package; a checkout and an editable install have it beside
    the package.

    Raises
    ------
    InputError
        If neither place has it (a broken installation).
    """
    places = [_PACKAGE / kind, _PACKAGE.parent / kind]
    for place in places:
        if place.is_dir():
            return place
    raise InputError(
        f"the folder '{kind}' of docbin was not found in {places[0]} or {places[1]}; "
        "reinstall docbin"
    )
