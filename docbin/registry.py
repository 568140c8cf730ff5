"""One visible table per family: name -> ``"module:Class"``, loaded on use."""

from __future__ import annotations

import dataclasses
import difflib
import importlib
from collections.abc import Iterator, Mapping
from typing import Any

from docbin.errors import UsageError


def near_miss(name: str, known: Mapping[str, Any] | list[str]) -> str:
    """Return ``" Did you mean 'x'?"`` for the closest known name, or an empty string."""
    close = difflib.get_close_matches(name.lower(), list(known), n=1, cutoff=0.6)
    return f" Did you mean '{close[0]}'?" if close else ""


class Registry(Mapping[str, str]):
    """A dictionary of names with good errors; nothing is imported until it is asked for.

    Parameters
    ----------
    family
        What the entries are, in the singular, for messages (``"method"``).
    table
        Name -> ``"package.module:Class"``.
    """

    def __init__(self, family: str, table: dict[str, str]) -> None:
        self.family = family
        self._table = table

    def __getitem__(self, name: str) -> str:
        return self._table[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._table)

    def __len__(self) -> int:
        return len(self._table)

    def load(self, name: str) -> type[Any]:
        """Return the class behind ``name``; an unknown name is a `UsageError` with a hint."""
        target = self._table.get(name)
        if target is None:
            raise UsageError(
                f"there is no {self.family} '{name}'.{near_miss(name, self._table)} "
                f"Known: {', '.join(self._table)}."
            )
        module, _, attribute = target.partition(":")
        loaded: type[Any] = getattr(importlib.import_module(module), attribute)
        return loaded

    def create(self, name: str, **params: Any) -> Any:
        """Build ``name`` with ``params``; an unknown parameter is a `UsageError` with a hint."""
        cls = self.load(name)
        known = [field.name for field in dataclasses.fields(cls) if field.init]
        for key in params:
            if key not in known:
                allowed = ", ".join(known) or "none"
                raise UsageError(
                    f"{self.family} '{name}' has no parameter '{key}'."
                    f"{near_miss(key, known)} Its parameters: {allowed}."
                )
        return cls(**params)
