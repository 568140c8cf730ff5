"""``docbin methods``."""

from __future__ import annotations

import dataclasses
import json
import textwrap
from typing import Any

import click

from docbin.commands.columns import columns
from docbin.commands.names import METHOD
from docbin.docstrings import parameters, sections
from docbin.errors import UsageError
from docbin.methods import METHODS, PIPELINES, default, names

_MEMORY = {0: "whole page", 1: "streams, 1 pass", 2: "streams, 2 passes"}
_WIDTH = 88


@click.command()
@click.argument("name", required=False, type=METHOD)
@click.option("--all", "every", is_flag=True, help="Also those that need trained weights of yours.")
@click.option("--bibtex", is_flag=True, help="Print where methods come from, as BibTeX.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def methods(name: str | None, *, every: bool, bibtex: bool, as_json: bool) -> None:
    """List the methods, or explain one: its parameters, defaults and paper.

    Methods that stream need little memory on huge pages; the others hold the whole page.
    """
    chosen = [name] if name else list(METHODS) if every else names()
    classes = {each: METHODS.load(each) for each in chosen}
    if bibtex and as_json:
        raise UsageError("give --bibtex or --json, not both")
    if as_json:
        told = [_facts(each, cls) for each, cls in classes.items()]
        document = told if name is None else told[0]
        click.echo(json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False))
    elif bibtex:
        entries = {_cited(cls).key: _cited(cls).bibtex() for cls in classes.values() if _cited(cls)}
        click.echo("\n\n".join(entries.values()))
    elif name is None:
        more = [] if every else [f"With trained weights of yours: {', '.join(PIPELINES)} (--all)."]
        click.echo("\n".join([*_table(classes), "", *more, f"Without -m it is {default()}."]))
    else:
        click.echo("\n".join(_explained(name, classes[name])))


def _cited(cls: type[Any]) -> Any:
    return getattr(cls, "citation", None)


def _paper(cls: type[Any]) -> str:
    return _cited(cls).short() if _cited(cls) else "this library's own"


def _table(classes: dict[str, type[Any]]) -> list[str]:
    rows = [("method", "kind", "memory", "paper")]
    rows += [(name, cls.kind, _MEMORY[cls.passes], _paper(cls)) for name, cls in classes.items()]
    return list(columns(rows))


def _facts(name: str, cls: type[Any]) -> dict[str, Any]:
    citation = _cited(cls)
    return {
        "name": name,
        "kind": cls.kind,
        "passes": cls.passes,
        "streams": cls.passes > 0,
        "default": name == default(),
        "summary": _summary(cls),
        "parameters": _parameters(cls),
        "citation": None if citation is None else dataclasses.asdict(citation),
    }


def _summary(cls: type[Any]) -> str:
    return " ".join(sections(cls)[""].partition("\n\n")[0].split())


def _parameters(cls: type[Any]) -> list[dict[str, Any]]:
    told = parameters(cls)
    return [
        {
            "name": field.name,
            "type": str(field.type),
            "default": None if field.default is dataclasses.MISSING else field.default,
            "meaning": told.get(field.name, ""),
        }
        for field in dataclasses.fields(cls)
        if field.init
    ]


def _explained(name: str, cls: type[Any]) -> list[str]:
    lines = [f"{name} ({cls.kind}; {_MEMORY[cls.passes]})", ""]
    for paragraph in sections(cls)[""].split("\n\n"):
        lines += [*textwrap.wrap(_plain(paragraph), _WIDTH), ""]
    fields = _parameters(cls)
    if fields:
        lines += ["Parameters, for --set NAME=VALUE:"]
    for field in fields:
        lines.append(f"  {field['name']}={field['default']}  ({_kind(field['type'])})")
        lines += textwrap.wrap(
            _plain(field["meaning"]), _WIDTH, initial_indent="      ", subsequent_indent="      "
        )
    if fields:
        lines.append("")
    reference = sections(cls).get("References")
    lines += ["Paper:", textwrap.indent(reference or _paper(cls), "  "), ""]
    sample = " ".join(f"--set {field['name']}={field['default']}" for field in fields[:2])
    return [*lines, f"Use it: docbin clean scan.png -m {name} {sample}".rstrip()]


def _plain(text: str) -> str:
    """Return a paragraph on one line, without the marks of code."""
    return " ".join(text.replace("`", "").split())


def _kind(text: str) -> str:
    words = {"int": "whole number", "float": "number", "str": "text", "bool": "true or false"}
    return {"Window": "pixels, or a length such as 2mm or 0.1in"}.get(text, words.get(text, text))
