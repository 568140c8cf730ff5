"""The benchmark of input scales and views: rules are fitted on other sets, views come back."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest
from benchmark_modules import benchmark
from contrast_network import contrast_file
from program import letters
from truthed import indexed

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def bench():
    return benchmark("input_scale")


class Spot:
    """Sees ink in the upper left corner of what it is shown, and on dark pixels by half."""

    def probability(self, pixels):
        field = (pixels[..., 0] < 9).astype(np.float32) / 2
        field[0, 0] += 1
        return field


def test_views_come_back_to_their_places(bench):
    page = np.full((5, 8, 3), 200, np.uint8)
    page[1, 2] = 0
    field = bench.averaged(Spot(), page, bench.VIEWS["all eight"])
    expected = np.zeros((5, 8), np.float32)
    expected[1, 2] = 0.5
    expected[[0, 0, -1, -1], [0, -1, 0, -1]] = 0.25
    np.testing.assert_allclose(field, expected)
    turned = bench.averaged(Spot(), page, bench.VIEWS["turned"])
    np.testing.assert_allclose(turned, expected)


def page_at(bench, name, best, stroke, dpi=None, large=False):
    """Return a page with the Avg-Score 90 at one scale, and less by the distance from it."""
    scores = [(90 - 10 * abs(np.log2(scale / best)), 95.0) for scale in bench.SCALES]
    if large:
        scores[-1] = None
    views = dict.fromkeys(bench.VIEWS, (80.0, 90.0))
    return bench.Observed(name, scores, stroke, dpi, views, dict.fromkeys(bench.VIEWS, 1.0))


def test_one_size_is_that_of_the_other_sets(bench):
    pages = [page_at(bench, "a", 2.0, 3.0), page_at(bench, "b", 0.5, 3.0)]
    found = bench.table(pages)
    assert found["a"]["fitted"]["size"] == 0.5
    assert found["a"]["one size"][0] == pytest.approx(70)
    assert found["a"]["as it is"][0] == pytest.approx(80)
    assert found["a"]["best of each"][0] == pytest.approx(90)


def test_strokes_are_brought_to_the_width_that_was_best(bench):
    """Pages that want strokes of 6 pixels, whatever they have."""
    pages = [page_at(bench, name, 6 / width, width) for name, width in
             (("a", 3.0), ("a", 6.0), ("b", 4.24), ("b", 12.0))]  # fmt: skip
    found = bench.table(pages)
    for its in found.values():
        assert its["stroke width"][0] > 89
        assert its["one size"][0] < 87


def test_pages_that_say_their_resolution(bench):
    assert bench.SCALES[bench.for_dpi(page_at(bench, "a", 1, 3, dpi=150.0))] == 2.0
    assert bench.SCALES[bench.for_dpi(page_at(bench, "a", 1, 3, dpi=150.0, large=True))] < 2.0
    assert bench.SCALES[bench.for_dpi(page_at(bench, "a", 1, 3))] == 1.0
    assert bench.SCALES[bench.for_stroke(5.0)(page_at(bench, "a", 1, 0.0))] == 1.0


def test_a_short_run(bench, tmp_path, monkeypatch, capsys):
    indexed(tmp_path, [(f"{name}/1", letters(64, 96, seed)) for seed, name in enumerate("ab")])
    target = tmp_path / "out.json"
    words = ["--weights", contrast_file(), "--data", str(tmp_path), "--quick", "--json"]
    monkeypatch.setattr(sys, "argv", ["input_scale", *words, str(target)])
    bench.main()
    told = json.loads(target.read_text())
    assert list(told["sets"]) == ["a", "b"]
    assert len(told["pages"][0]["scales"]) == len(told["scales"]) == 9
    printed = capsys.readouterr().out
    assert "best of each" in printed
    assert "all eight" in printed
