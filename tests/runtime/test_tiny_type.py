"""The benchmark of tiny type: crops at every size, gains by the height of letters."""

from __future__ import annotations

import json
import sys

import pytest
from benchmark_modules import benchmark
from contrast_network import contrast_file
from program import letters
from truthed import indexed


@pytest.fixture(scope="module")
def bench():
    return benchmark("tiny_type")


def test_gains_are_told_by_height(bench):
    rows = [bench.Seen("a", 1.0, 9, 80, 90), bench.Seen("a", 0.3, 10, 60, 80)]
    rows += [bench.Seen("b", 1.0, 60, 95, 94)]
    told = list(bench.table(rows))[2:]
    assert told == [
        "| 8 to 10 | 2 | 70.00 | 85.00 | +15.00 |",
        "| 45 and more | 1 | 95.00 | 94.00 | -1.00 |",
    ]


def test_a_short_run(bench, tmp_path, monkeypatch, capsys):
    indexed(tmp_path, [(f"{name}/1", letters(96, 128, seed)) for seed, name in enumerate("abc")])
    target = tmp_path / "out.json"
    words = ["--weights", contrast_file(), "--data", str(tmp_path), "--quick", "--json"]
    monkeypatch.setattr(sys, "argv", ["tiny_type", *words, str(target)])
    bench.main()
    told = json.loads(target.read_text())
    assert [(its["page"], its["size"]) for its in told["crops"]] == [
        ("a/1", 1.0), ("a/1", 0.3), ("b/1", 1.0), ("b/1", 0.3)
    ]  # fmt: skip
    assert "2 pages of train" in capsys.readouterr().out
