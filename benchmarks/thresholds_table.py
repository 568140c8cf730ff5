"""The README's table of speeds, from what `benchmarks.thresholds` measured.

python -m benchmarks.thresholds --windows 75 --megapixels 8.7 --json speeds.json
python -m benchmarks.thresholds_table speeds.json               prints it
python -m benchmarks.thresholds_table speeds.json README.md     writes it there, too
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from benchmarks.thresholds import gains

START, END = "<!-- thresholds -->\n", "<!-- end -->"
PEERS = ("doxapy", "opencv", "scikit-image", "leptonica")


def table(told: dict[str, Any]) -> str:
    """Return a table in Markdown under its caption; a row whose method failed is left out."""
    lines = [
        f"Each time is the shortest of {told['rounds']} rounds; the last column is how many times",
        "as fast two threads are as one, in brackets what two processes of one thread each gain.",
        "",
        f"| method | docbin, ms/MP | {' | '.join(PEERS)} | two threads |",
        "|---|---:|" + "---:|" * (len(PEERS) + 1),
    ]
    for row in told["rows"]:
        seconds = row["seconds"]
        own = seconds.get("docbin 1")
        if own is None:
            continue
        name = row["method"] + (f", window {row['window']}" if row["window"] else "")
        cells = [name, f"{own * 1e3 / row['megapixels']:.2f}"]
        others = [seconds.get(f"{peer} 1") for peer in PEERS]
        cells += [f"× {value / own:.1f}" if value else "" for value in others]
        gain = gains(seconds)
        cells.append(f"× {gain['2']:.2f} ({gain['processes']:.2f})")
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Print the table, and put it where it belongs."""
    source, *targets = map(Path, sys.argv[1:])
    new = table(json.loads(source.read_text("utf-8")))
    print(new, end="")
    for target in targets:
        before, rest = target.read_text("utf-8").split(START)
        text = before + START + new + END + rest.split(END, 1)[1]
        target.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
