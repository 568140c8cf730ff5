"""The packed networks of ``weights/``: their cards, the README's table of them, what is wrong.

After a file of ``weights/index.toml`` was added or changed::

    python tests/support/shipped_networks.py        writes the cards and the README's table
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from docbin.commands import weights_card
from docbin.commands.model_card import markdown
from docbin.errors import DocbinError
from docbin.evaluate import Dataset, figures
from docbin.evaluate.terms import FREE, GENERATED
from docbin.runtime import shipped
from docbin.runtime.network import Network

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
START, END = "<!-- networks -->\n", "<!-- end of networks -->"
NONE = """\
docbin comes with no trained network yet: pages with very faint ink, or stains as dark as the text,
are hard for classical methods.
"""
SETS = ("dibco2011", "dibco2013", "hdibco2014")
# Detector -> the sets that its file has scores of.
SCORED = {
    shipped.DETECTOR: {"msra-td500", "sroie", "ndl-docl"},
    shipped.KUZUSHIJI: {"ndl-docl"},
    shipped.SEALS: {"test-leaves", "test-leaves-gray"},
}


def card_of(path: Path) -> Path:
    """Return where the card of a file lies."""
    return path.with_suffix(".md")


def faults(data: Path | None = None) -> Iterator[str]:
    """Yield what is wrong with the networks that docbin comes with.

    Parameters
    ----------
    data
        A folder of pages with truth on which figures are measured again; None measures none.
    """
    try:
        index = shipped.index()
    except DocbinError as error:
        yield str(error)
        return
    folder = shipped.directory("weights")
    expected = {"README.md", shipped.INDEX}
    for role, path in index.items():
        expected |= {path.name, card_of(path).name}
        yield from (f"{path.name}: {fault}" for fault in _faults(role, path, data))
    for path in sorted(folder.iterdir()):
        if path.name not in expected:
            yield f"{path.name} is no network of {shipped.INDEX}, and no card of one"


def _faults(role: str, path: Path, data: Path | None) -> Iterator[str]:
    """Yield what is wrong with a file."""
    size, limit = path.stat().st_size, shipped.ROLES[role][1]
    if size > limit:
        yield f"{size} bytes; as '{role}' it may have {limit}"
    try:
        told, card = weights_card.facts(str(path))["metadata"], markdown(str(path))
        network = Network.load(path)
    except DocbinError as error:
        yield str(error)
        return
    if not card_of(path).is_file():
        yield "it has no card; python tests/support/shipped_networks.py"
    elif card_of(path).read_text("utf-8") != card:
        yield "its card is not that of the file; python tests/support/shipped_networks.py"
    if role == "free" and (told["licence"] != FREE or set(told["data"]) != {GENERATED}):
        yield f"as 'free' it may see {GENERATED} pages alone, under {FREE}"
    if told["licence"] == "not stated":
        yield "its licence is not stated"
    if role in SCORED:
        sets = SCORED[role]
        if set(told.get("detection") or {}) != sets:
            yield f"its scores are not those of {', '.join(sorted(sets))}; docbin export --scores"
        return
    try:
        recorded = figures.pages(told.get("figures"))
    except DocbinError as error:
        yield f"{error}; docbin export --figures"
        return
    if set(figures.means(told["figures"])) != set(SETS):
        yield f"its figures are not those of {', '.join(SETS)}"
    if data is not None:
        yield from _measured_again(network, recorded, data)


def _measured_again(network: Network, recorded: Mapping[str, Any], data: Path) -> Iterator[str]:
    """Yield the pages, the first two of each set, whose figures are others to the last digit."""
    samples = [sample for sample in Dataset.open(data) if sample.name in recorded]
    few = [s for name in SETS for s in [s for s in samples if s.set == name][:2]]
    if len(few) < 2 * len(SETS):
        yield f"of its pages only {len(few)} are in '{data}'"
    found = figures.measured(network.mask, few)["pages"]
    for name, values in found.items():
        if values != recorded[name]:
            yield f"page '{name}' has {values}, the file says {recorded[name]}"


def table() -> str:
    """Return the README's table of networks, or the line that there is none."""
    index = shipped.index()
    if not index:
        return NONE
    header = ("weights", "for", "bytes", "licence", *(f"{name}: FM / Avg" for name in SETS))
    lines = [f"| {' | '.join(header)} |", f"|{'---|' * len(header)}"]
    for role, path in index.items():
        if role in SCORED:
            continue
        told = weights_card.facts(str(path))["metadata"]
        means = figures.means(told["figures"])
        cells = [f"[`{role}`](weights/{card_of(path).name})", shipped.ROLES[role][0]]
        cells += [str(path.stat().st_size), told["licence"]]
        cells += [f"{means[name][1][0]:.2f} / {means[name][1][-1]:.2f}" for name in SETS]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def replaced(text: str) -> str:
    """Return the README with its table made anew."""
    before, rest = text.split(START)
    return before + START + table() + END + rest.split(END)[1]


if __name__ == "__main__":
    for file in shipped.index().values():
        card_of(file).write_text(markdown(str(file)), encoding="utf-8")
    README.write_text(replaced(README.read_text("utf-8")), encoding="utf-8")
