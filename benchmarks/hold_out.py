"""Draw which photos and pages are held out of the training of detectors: benchmarks/held_out.toml.

    python -m benchmarks.hold_out DATA > benchmarks/held_out.toml

DATA has ``msra-td500``, ``sroie`` and ``ndl-docl``, each with a folder ``gt``. Drawn once, before
any training. What belongs together is held out together:

- photos of MSRA-TD500 whose numbers differ by at most two: a person took them one after another,
  often of one sign;
- receipts of SROIE that share one of their first three lines: they are of one shop;
- pages of NDL-DocL of one book. Only one of the three books has six pages; it has seven, and the
  seventh, drawn too, is used for nothing.

After those, pages for choices (thresholds, when to stop) are drawn in the same way.
"""

from __future__ import annotations

import random
import re
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from docbin.evaluate.labels import read_labels
from docbin.evaluate.labels.label import PageLabels

SEED = 20150417
WANTED = {"msra-td500": 60, "sroie": 20, "ndl-docl": 6}
TUNING = {"msra-td500": 20, "sroie": 3}


def together(names: Sequence[str], same: Callable[[str, str], bool]) -> list[list[str]]:
    """Return the groups into which pairs that belong together bind the names, in their order."""
    groups: list[list[str]] = []
    for name in names:
        bound = [group for group in groups if any(same(name, other) for other in group)]
        rest = [group for group in groups if group not in bound]
        merged = sorted({name, *(other for group in bound for other in group)}, key=names.index)
        groups = [*rest, merged]
    return sorted(groups, key=lambda group: names.index(group[0]))


def drawn(groups: Iterable[list[str]], count: int, rng: random.Random) -> list[str]:
    """Return names of whole groups, drawn one after another where they fit, ``count`` in all."""
    shuffled = list(groups)
    rng.shuffle(shuffled)
    held: list[str] = []
    for group in shuffled:
        if len(held) + len(group) <= count:
            held += group
    if len(held) != count:
        raise SystemExit(f"no groups of {count} names in all were found")
    return held


def near(one: str, other: str) -> bool:
    """Say whether two photos were taken one after another."""
    numbers = [int(re.findall(r"\d+", name)[-1]) for name in (one, other)]
    return abs(numbers[0] - numbers[1]) <= 2


def one_shop(pages: Sequence[PageLabels]) -> Callable[[str, str], bool]:
    """Return whether receipts have one of their first three lines in common."""
    lines = {
        page.name: {(label.text or "").strip() for label in page.labels[:3]} - {""}
        for page in pages
    }
    return lambda one, other: bool(lines[one] & lines[other])


def book(name: str) -> str:
    """Return the number of the book that a page is of."""
    return name.partition("_")[0]


def held_out(data: Path) -> dict[str, dict[str, list[str]]]:
    """Return the lists of all sets."""
    rng = random.Random(SEED)
    pages = {name: read_labels(data / name / "gt", name).pages for name in WANTED}
    names = {name: [page.name for page in its] for name, its in pages.items()}
    groups = {
        "msra-td500": together(names["msra-td500"], near),
        "sroie": together(names["sroie"], one_shop(pages["sroie"])),
    }
    lists = {name: {"pages": drawn(bound, WANTED[name], rng)} for name, bound in groups.items()}
    books = together(names["ndl-docl"], lambda one, other: book(one) == book(other))
    whole = rng.choice([group for group in books if len(group) >= WANTED["ndl-docl"]])
    unused = rng.sample(whole, len(whole) - WANTED["ndl-docl"])
    for name, bound in groups.items():
        left = [group for group in bound if not set(group) & set(lists[name]["pages"])]
        lists[name]["tuning"] = drawn(left, TUNING[name], rng)
    held = [name for name in whole if name not in unused]
    return {**lists, "ndl-docl": {"pages": held, "unused": unused}}


def toml(lists: dict[str, dict[str, list[str]]]) -> str:
    """Return the file."""
    parts = [f"# Made by benchmarks/hold_out.py with the seed {SEED}, before any training.\n"]
    for name, table in lists.items():
        parts.append(f"\n[{name}]\n")
        for key, names in table.items():
            rows = "".join(f'  "{each}",\n' for each in sorted(names))
            parts.append(f"{key} = [\n{rows}]\n")
    return "".join(parts)


if __name__ == "__main__":
    sys.stdout.write(toml(held_out(Path(sys.argv[1]))))
