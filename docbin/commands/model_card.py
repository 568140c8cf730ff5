"""The model card of a packed network in Markdown: made of its file alone, so that it can be again.

The terms of the training sets come from ``datasets/``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from docbin.commands.weights_card import facts
from docbin.errors import InputError
from docbin.evaluate import figures
from docbin.evaluate.detection import recorded
from docbin.evaluate.terms import terms
from docbin.runtime.weights import contents

_NEEDED = ("licence", "command", "commit", "data", "config")
_TITLES = ("FM", "pFM skel.", "PSNR", "DRD", "Avg")


def markdown(path: str) -> str:
    """Return the card of a file; equal files of one name give equal cards.

    Raises
    ------
    InputError
        If the file is no packed network, or does not say what a card needs.
    """
    told = facts(path)
    given = told["metadata"]
    absent = [
        key for key in ("licence", "command", "commit", "data", "config") if not given.get(key)
    ]
    if absent:
        raise InputError(
            f"{path}: its header has no {', '.join(absent)}; pack the trained weights again with "
            "`docbin export`"
        )
    scores = _detection(given) if _detects(given) else _figures(path, given)
    parts = [_head(path, told), _data(given), _making(given), _network(told), scores]
    return "\n".join(line for part in parts for line in part)


def _head(path: str, told: Mapping[str, Any]) -> Iterator[str]:
    given, name = told["metadata"], Path(path).name
    yield f"# {_cell(given.get('name', name))}"
    yield ""
    use = "docbin detect" if _detects(given) else "docbin clean -m net"
    yield f"A packed network for `{use}`. Made from `{name}` alone, by"
    yield f"`docbin info --weights {name} --card`."
    yield ""
    yield from _table(
        [
            ("file", f"`{name}`"),
            ("bytes", str(told["bytes"])),
            ("sha256", f"`{hashlib.sha256(contents(path)[0]).hexdigest()}`"),
            ("licence of the weights", f"**{_cell(given['licence'])}**"),
            ("licence of the code", "Apache-2.0"),
        ],
        ("", ""),
    )
    yield ""


def _data(given: Mapping[str, Any]) -> Iterator[str]:
    yield "## Training data"
    yield ""
    rows = []
    for name in given["data"]:
        its = terms(str(name))
        rows.append((_cell(its.title), f"`{_cell(its.name)}`", its.licence, _cell(its.terms)))
    yield from _table(rows, ("set", "name", "licence", "terms"))
    yield ""
    yield "The file holds weights and thresholds; no pixel of a training page is in it."
    yield ""


def _making(given: Mapping[str, Any]) -> Iterator[str]:
    yield "## How it was made"
    yield ""
    config, run = given["config"], given.get("metrics") or {}
    rows = [("command", f"`{_cell(given['command'])}`"), ("commit", f"`{_cell(given['commit'])}`")]
    if isinstance(config, Mapping) and "seed" in config:
        rows.append(("seed", str(config["seed"])))
    if isinstance(run, Mapping):
        rows += [
            (_cell(key), value if isinstance(value, str) else f"`{_cell(json.dumps(value))}`")
            for key, value in run.items()
        ]
    yield from _table(rows, ("", ""))
    yield ""
    yield "```json"
    if isinstance(config, Mapping):
        yield ",\n".join(f"{json.dumps(key)}: {json.dumps(its)}" for key, its in config.items())
    yield "```"
    yield ""


def _network(told: Mapping[str, Any]) -> Iterator[str]:
    yield "## Network"
    yield ""
    total = told["MACs per pixel"] or 1.0
    shares = ", ".join(f"{kind} {100 * its / total:.0f} %" for kind, its in told["bits"].items())
    yield from _table(
        [
            ("multiply-accumulates per pixel", f"{told['MACs per pixel']:.0f} ({shares})"),
            ("layers", str(len(told["layers"]))),
            ("bytes of weights", str(told["weight bytes"])),
            ("farthest pixel that counts", f"{told['input']['reach']}"),
        ],
        ("", ""),
    )
    yield ""


def _figures(path: str, given: Mapping[str, Any]) -> Iterator[str]:
    yield "## Figures"
    yield ""
    recorded = given.get("figures")
    if recorded is None:
        yield "None were measured."
        yield ""
        return
    means = figures.means(recorded)
    rows = []
    for name, (count, values) in means.items():
        seen = " (trained on)" if name in given["data"] else ""
        rows.append((f"{_cell(name)}{seen}", str(count), *map(_number, values)))
    columns = zip(*(values for _, values in means.values()), strict=True)
    if len(rows) > 1:
        count = sum(count for count, _ in means.values())
        rows.append(("mean of the sets", str(count), *(_number(figures.mean(c)) for c in columns)))
    yield from _table(rows, ("set", "pages", *_TITLES))
    yield ""
    yield "Measured with this file, to the bit the same on every machine. Again:"
    yield f"`docbin score -m net --set weights={Path(path).name} --data DIR --no-weights`."
    yield ""


def _detects(given: Mapping[str, Any]) -> bool:
    """Say whether a network finds text, rather than ink."""
    return "detector" in given


def _detection(given: Mapping[str, Any]) -> Iterator[str]:
    yield "## Figures"
    yield ""
    scores = recorded.checked(given.get("detection") or {})
    if not scores:
        yield "None were measured."
        yield ""
        return
    rows = [
        (_cell(name), f"{its['pages']}", f"{its['truths']}",
         *(f"{100 * its[key]:.2f}" for key in recorded.NUMBERS))
        for name, its in scores.items()
    ]  # fmt: skip
    yield from _table(rows, ("set", "images", "texts", "precision", "recall", "H"))
    yield ""
    yield "By the rule of ICDAR 2015 (IoU above 0.5, don't-care left out), on images that are held"
    yield "out of training: `docbin detect` and `docbin score --detect`. It runs with"
    yield f"`{_cell(json.dumps(given['detector']))}`."
    yield ""


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _table(rows: Sequence[Sequence[str]], header: Sequence[str]) -> Iterator[str]:
    yield f"| {' | '.join(header)} |"
    yield f"|{'---|' * len(header)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"


def _cell(text: Any) -> str:
    """Return a text that stays in its cell, in characters that print."""
    shown = str(text).replace("|", "\\|").replace("`", "'")
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in shown)
