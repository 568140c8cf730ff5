"""The README's table of speeds, from what `benchmarks.thresholds` measured.

python -m benchmarks.thresholds --windows 75 --megapixels 8.7 --json speeds.json
python -m benchmarks.thresholds_table speeds.json               prints it
python -m benchmarks.thresholds_table speeds.json README.md     writes it there, too

For several windows or sizes `--by-window` gives one table for each size, a column for each window:

python -m benchmarks.thresholds --json all.json
python -m benchmarks.thresholds_table --by-window all.json docs/threshold-speed.md
"""

from __future__ import annotations

import argparse
import itertools
import json
import statistics
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from benchmarks.thresholds import gains

START, END = "<!-- thresholds -->\n", "<!-- end -->"
PEERS = ("doxapy", "opencv", "scikit-image", "leptonica")


def table(told: dict[str, Any]) -> str:
    """Return a table in Markdown under its caption; a row whose method failed is left out."""
    lines = [
        f"Each time is the median of {told['rounds']} rounds; the last column is how many times",
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


def by_window(told: dict[str, Any]) -> str:
    """Return tables in Markdown, one for each size: a row a method, a column a window.

    A cell has milliseconds per megapixel and how many times as long doxapy takes; the last column
    what two threads gain, and in brackets two processes: medians over the windows.
    """
    rows = [row for row in told["rows"] if row["window"] and "docbin 1" in row["seconds"]]
    windows = sorted({row["window"] for row in rows})
    lines = []
    for size, of_size in itertools.groupby(rows, key=lambda row: row["megapixels"]):
        lines += [
            f"{size:.1f} megapixels, medians of {told['rounds']} rounds:",
            "",
            f"| method | {' | '.join(f'window {each}' for each in windows)} | two threads |",
            "|---|" + "---:|" * (len(windows) + 1),
        ]
        for method, of_method in itertools.groupby(of_size, key=lambda row: row["method"]):
            cells = {row["window"]: row for row in of_method}
            times = [_cell(cells[each]) if each in cells else "" for each in windows]
            gain = _median_gains(cells.values())
            lines.append(f"| {method} | {' | '.join(times)} | {gain} |")
        lines.append("")
    return "\n".join(lines).rstrip("\n") + "\n"


def _cell(row: dict[str, Any]) -> str:
    seconds = row["seconds"]
    own, other = seconds["docbin 1"], seconds.get("doxapy 1")
    return f"{own * 1e3 / row['megapixels']:.2f}" + (f" (× {other / own:.1f})" if other else "")


def _median_gains(rows: Iterable[dict[str, Any]]) -> str:
    found = [gains(row["seconds"]) for row in rows]
    two, apart = (statistics.median(each[key] for each in found) for key in ("2", "processes"))
    return f"× {two:.2f} ({apart:.2f})"


def main() -> None:
    """Print the table, and put it where it belongs."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("source", type=Path, help="what benchmarks.thresholds --json wrote")
    parser.add_argument("targets", type=Path, nargs="*", help="Markdown with the table's marks")
    parser.add_argument("--by-window", action="store_true")
    arguments = parser.parse_args()
    told = json.loads(arguments.source.read_text("utf-8"))
    new = by_window(told) if arguments.by_window else table(told)
    print(new, end="")
    for target in arguments.targets:
        before, rest = target.read_text("utf-8").split(START)
        text = before + START + new + END + rest.split(END, 1)[1]
        target.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
