"""``docbin info``."""

from __future__ import annotations

import importlib.metadata
import json
import platform
import re
import sys
from pathlib import Path
from typing import Any

import click

import docbin
from docbin import kernels
from docbin.commands import model_card, weights_card
from docbin.commands.columns import columns
from docbin.errors import DocbinError, UsageError
from docbin.evaluate.weight_cache import cache_folder
from docbin.methods import default
from docbin.resources import directory
from docbin.runtime.shipped import ROLES, index, located

_REQUIREMENT = re.compile(r"([A-Za-z0-9._-]+)(?:\[[^]]*\])?([^;]*)(?:;(.*))?")
_EXTRA = re.compile(r"""extra\s*==\s*["']([^"']+)["']""")


@click.command()
@click.option("--weights", metavar="FILE|default|small|free", help="Show a packed network's card.")
@click.option("--card", "as_card", is_flag=True, help="Print the model card, in Markdown.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def info(*, weights: str | None, as_card: bool, as_json: bool) -> None:
    """Show version, kernels, threads, packages and folders.

    With --weights: what a packed network says of itself, with its licence, where it is from, and
    what its layers cost. With --card: its model card, all of it from the file and docbin's list of
    data sets.
    """
    if as_card and (weights is None or as_json):
        raise UsageError("--card goes with --weights, and without --json")
    if weights is not None:
        weights = str(located(weights)) if weights in ROLES else weights
        if as_card:
            click.echo(model_card.markdown(weights), nl=False)
            return
        card = weights_card.facts(weights)
        text = json.dumps(card, indent=2, ensure_ascii=False, allow_nan=False)
        click.echo(text if as_json else "\n".join(weights_card.lines(card)))
        return
    facts = _facts()
    if as_json:
        click.echo(json.dumps(facts, indent=2))
        return
    rows = [(name, _text(value)) for name, value in facts.items() if name != "packages"]
    click.echo("\n".join(columns(rows)))
    click.echo()
    packages = [("package", "installed", "wanted", "for")]
    packages += [
        (name, each["version"] or "-", each["wanted"] or "any", each["extra"] or "docbin itself")
        for name, each in facts["packages"].items()
    ]
    click.echo("\n".join(columns(packages)))


def _text(value: Any) -> str:
    return "not found" if value is None else str(value)


def _facts() -> dict[str, Any]:
    extension = kernels.extension
    return {
        "docbin": docbin.__version__,
        "installed in": str(Path(docbin.__file__).parent),
        "python": f"{platform.python_version()} ({sys.executable})",
        "platform": platform.platform(),
        "kernels": kernels.instruction_set()
        + ("" if extension is not None else " (the compiled extension is missing: slow)"),
        "threads": kernels.threads(),
        "weights": _folder("weights"),
        **_networks(),
        "datasets": _folder("datasets"),
        "cache": _cache(),
        "packages": _packages(),
    }


def _folder(kind: str) -> str | None:
    try:
        return str(directory(kind))
    except DocbinError:
        return None


def _networks() -> dict[str, str | None]:
    try:
        here = ", ".join(f"{role}: {path.name}" for role, path in index().items())
        return {"networks": here or "none", "method without -m": default()}
    except DocbinError:
        return {"networks": None, "method without -m": None}


def _cache() -> str:
    folder = cache_folder()
    return "off" if folder is None else str(folder.parent)


def _packages() -> dict[str, dict[str, str | None]]:
    """Return what docbin asks for, and what is installed of it; nothing is imported."""
    try:
        wanted = importlib.metadata.requires("docbin") or []
    except importlib.metadata.PackageNotFoundError:
        wanted = []  # a bare checkout
    found: dict[str, dict[str, str | None]] = {}
    for requirement in wanted:
        parts = _REQUIREMENT.match(requirement)
        if parts is None or parts[1].lower() == "docbin":
            continue
        extra = _EXTRA.search(parts[3] or "")
        found.setdefault(
            parts[1],
            {
                "version": _version(parts[1]),
                "wanted": parts[2].strip() or None,
                "extra": extra[1] if extra else None,
            },
        )
    return found


def _version(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None
