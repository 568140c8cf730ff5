"""The benchmark of shadows."""

from __future__ import annotations

import json
import sys

import numpy as np
import pytest
from benchmark_modules import benchmark
from program import letters
from truthed import indexed


@pytest.fixture(scope="module")
def bench():
    return benchmark("shadows")


def test_light_falls_across_the_page(bench):
    page = np.full((50, 80, 3), 200, np.uint8)
    dark = bench.in_shadow(page, 0.25, 0.0)
    assert (np.diff(dark[7, :, 0].astype(int)) >= 0).all()
    assert dark[0, 0, 1] == pytest.approx(200 * (0.25 + 0.75 / (1 + np.exp(4))), abs=1)
    assert dark[9, 40, 2] == pytest.approx(200 * 0.625, abs=2)
    np.testing.assert_array_equal(dark[0], dark[-1])
    np.testing.assert_array_equal(bench.in_shadow(page[..., 0], 0.25, 0.0), dark[..., 0])


def test_a_short_run(bench, tmp_path, monkeypatch, capsys):
    indexed(tmp_path, [(f"{name}/1", letters(96, 128, seed)) for seed, name in enumerate("abc")])
    target = tmp_path / "out.json"
    words = ["--data", str(tmp_path), "--quick", "--json", str(target)]
    monkeypatch.setattr(sys, "argv", ["shadows", *words, "otsu", "sauvola:window=31,k=0.3"])
    bench.main()
    told = json.loads(target.read_text())
    assert told["pages"] == ["a/1", "b/1"]
    (light, dark), (local, darker) = told["scores"][0]
    assert light > 99
    assert dark < light
    assert min(local, darker) > 90
    assert "| sauvola:window=31,k=0.3 |" in capsys.readouterr().out
