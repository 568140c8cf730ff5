"""What a numpydoc docstring says, for `docbin methods NAME` and the viewer."""

from __future__ import annotations

import inspect
import re
from typing import Any


def sections(thing: Any) -> dict[str, str]:
    """Return the docstring's sections by title; what comes before the first is ``""``.

    Examples
    --------
    >>> sections(sections)[""].startswith("Return the docstring's sections")
    True
    """
    text = inspect.getdoc(thing) or ""
    found = re.split(r"^(\S.*)\n-{3,}$", text, flags=re.MULTILINE)
    titles = ["", *found[1::2]]
    return {title: body.strip("\n") for title, body in zip(titles, found[::2], strict=True)}


def parameters(thing: Any) -> dict[str, str]:
    """Return what the docstring says of each parameter, on one line; ``a, b`` stands for both."""
    told: dict[str, str] = {}
    names: list[str] = []
    lines: list[str] = []

    def finish() -> None:
        told.update(dict.fromkeys(names, " ".join(lines)))

    for line in sections(thing).get("Parameters", "").splitlines():
        if line and not line.startswith(" "):
            finish()
            names = [name.strip() for name in line.partition(":")[0].split(",")]
            lines = []
        elif line.strip():
            lines.append(line.strip())
    finish()
    return told
