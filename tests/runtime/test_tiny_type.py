"""The benchmark of tiny type: crops at every size, gains by the height of letters."""

from __future__ import annotations

import json
import sys

import numpy as np
import pytest
from benchmark_modules import benchmark
from contrast_network import contrast_file
from PIL import Image
from program import letters, save_mask


@pytest.fixture(scope="module")
def bench():
    return benchmark("tiny_type")


def test_f_measure_by_hand(bench):
    mask, truth = np.zeros((2, 4), bool), np.zeros((2, 4), bool)
    mask[0, :3] = truth[0, 1:] = True
    assert bench.f_measure(mask, truth) == pytest.approx(200 * 2 / 6)
    assert bench.f_measure(np.zeros_like(mask), np.zeros_like(mask)) == 0


def test_gains_are_told_by_height(bench):
    rows = [bench.Seen("a", 1.0, 9, 80, 90), bench.Seen("a", 0.3, 10, 60, 80)]
    rows += [bench.Seen("b", 1.0, 60, 95, 94)]
    told = list(bench.table(rows))[2:]
    assert told == [
        "| 8 to 10 | 2 | 70.00 | 85.00 | +15.00 |",
        "| 45 and more | 1 | 95.00 | 94.00 | -1.00 |",
    ]


def test_a_short_run(bench, tmp_path, monkeypatch, capsys):
    lines = ["dataset,split,name,image,truth"]
    for seed, name in enumerate(["a", "b", "c"]):
        gray, truth = letters(96, 128, seed)
        Image.fromarray(gray).save(tmp_path / f"{name}.png")
        save_mask(tmp_path / f"{name}_gt.png", truth)
        lines.append(f"{name},train,1,{name}.png,{name}_gt.png")
    (tmp_path / "INDEX.csv").write_text("\n".join(lines) + "\n")
    target = tmp_path / "out.json"
    words = ["--weights", contrast_file(), "--data", str(tmp_path), "--quick", "--json"]
    monkeypatch.setattr(sys, "argv", ["tiny_type", *words, str(target)])
    bench.main()
    told = json.loads(target.read_text())
    assert [(its["page"], its["size"]) for its in told["crops"]] == [
        ("a/1", 1.0), ("a/1", 0.3), ("b/1", 1.0), ("b/1", 0.3)
    ]  # fmt: skip
    assert "2 pages of train" in capsys.readouterr().out
