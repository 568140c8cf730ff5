"""By what results are made: what must be the same for pages of a run to be alike."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from typing import Any

from docbin.api import create
from docbin.batch.sums import sha256_of
from docbin.batch.treatment import Treatment
from docbin.methods import default
from docbin.runtime.shipped import located
from docbin.version import __version__


@dataclass(frozen=True, slots=True)
class Setup:
    """Version, method, parameters and weights.

    Parameters
    ----------
    docbin
        Version.
    method
        Its name.
    params
        All of its parameters as a JSON object, sorted; of weights the sum counts, not the path.
    weights
        SHA-256 of the network's file, or None.
    options
        Steps and resolution as a JSON object, sorted; what is not given is left out.
    recipe
        All of this, and the format, as a recipe's text; None where steps of your own have no place
        in one. It says nothing that the others do not, so setups are compared without it.
    """

    docbin: str
    method: str
    params: str = "{}"
    weights: str | None = None
    options: str = "{}"
    recipe: str | None = dataclasses.field(default=None, compare=False)


def setup_of(treatment: Treatment) -> Setup:
    """Return by what a treatment makes its results.

    Raises
    ------
    UsageError
        If there is no such method or parameter.
    """
    name = treatment.method or default()
    method = create(name, **treatment.params)
    params = parameters_of(method)
    weights = params.pop("weights", None)
    options: dict[str, Any] = {
        "steps": [repr(step) for step in treatment.steps],
        "dpi": treatment.dpi,
        "paper": treatment.paper,
        "huge pages": treatment.for_huge_pages(),
        "scope": treatment.shared,
    }
    return Setup(
        __version__,
        name,
        _json(params),
        None if weights is None else sha256_of(located(weights)),
        _json({key: value for key, value in options.items() if value}),
    )


def parameters_of(method: Any) -> dict[str, Any]:
    """Return all parameters of a method; a whole number where it takes any becomes a float."""
    found = {}
    for field in dataclasses.fields(method):
        value = getattr(method, field.name)
        whole = isinstance(value, int) and not isinstance(value, bool)
        found[field.name] = float(value) if whole and isinstance(field.default, float) else value
    return found


def differences(before: Setup, now: Setup) -> str:
    """Return in words what changed between two setups; empty if nothing did."""
    said = []
    if before.docbin != now.docbin:
        said.append(f"docbin {before.docbin}, now {now.docbin}")
    if before.method != now.method:
        said.append(f"method {before.method}, now {now.method}")
    else:
        said.extend(_changed(before.params, now.params))
        if before.weights != now.weights:
            said.append("other weights")
    said.extend(_changed(before.options, now.options))
    return "; ".join(said)


def _changed(before: str, now: str) -> list[str]:
    old, new = json.loads(before), json.loads(now)
    keys = [key for key in {**old, **new} if old.get(key) != new.get(key)]
    return [f"{key} {_word(old.get(key))}, now {_word(new.get(key))}" for key in keys]


def _word(value: Any) -> str:
    if value is None or value == []:
        return "none"
    return ", ".join(value) if isinstance(value, list) else str(value)


def _json(values: dict[str, Any]) -> str:
    return json.dumps(values, sort_keys=True, default=repr)
