"""The README's table of methods, made from what ``docbin methods --json`` prints.

python tests/support/method_table.py        writes it into README.md
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

README = Path(__file__).parents[2] / "README.md"
START, END = "<!-- methods -->\n", "<!-- end of methods -->"
MEMORY = {0: "whole page", 1: "streams", 2: "streams, 2 passes"}


def told() -> list[dict]:
    """Return what the program says of its methods."""
    program = [sys.executable, "-m", "docbin", "methods", "--json"]
    return json.loads(subprocess.run(program, capture_output=True, check=True).stdout)


def paper(method: dict) -> str:
    """Return the paper as a link to its DOI, or what is known without one, and the note on it."""
    citation = method["citation"]
    if citation is None or citation["key"] == "docbin":
        return "docbin's own"
    names = [name.partition(",")[0].strip(" {}") for name in citation["authors"].split(" and ")]
    who = names[0] if len(names) == 1 else " and ".join(names)
    who = who if len(names) < 3 else f"{names[0]} et al."
    text = f"{who} {citation['year']}"
    if citation["doi"]:
        address = citation["doi"].replace("(", "%28").replace(")", "%29")
        text = f"[{text}](https://doi.org/{address})"
    return f"{text}; {citation['note']}" if citation["note"] else text


def does(method: dict) -> str:
    """Return the summary without the paper at its end, which has a column of its own."""
    return re.sub(r" \([^()]*\d{4}[^()]*\)\.$", ".", method["summary"]).replace("|", "\\|")


def table(methods: list[dict]) -> str:
    """Return the table in Markdown."""
    lines = ["| method | what it does | paper | memory |", "|---|---|---|---|"]
    for method in methods:
        cells = [f"`{method['name']}`", does(method), paper(method), MEMORY[method["passes"]]]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def replaced(text: str, new: str) -> str:
    """Return the README with a new table."""
    before, rest = text.split(START)
    return before + START + new + END + rest.split(END)[1]


if __name__ == "__main__":
    README.write_text(replaced(README.read_text("utf-8"), table(told())), encoding="utf-8")
