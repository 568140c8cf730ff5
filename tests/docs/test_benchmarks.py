"""The benchmark of speed does without tools that are not there, and its table is right."""

import importlib.util
import itertools
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from benchmark_modules import benchmark

FOLDER = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture
def tools(monkeypatch):
    module = benchmark("threshold_tools")
    bare = FOLDER.parent / "build" / "no-such-python"
    monkeypatch.setattr(module, "PEER_PYTHON", bare)
    return module


def test_without_peers(tools, capsys):
    assert tools.peers_here() == []
    assert "setup_peers.sh" in capsys.readouterr().err


def test_a_missing_peer_is_left_out(tools, monkeypatch, capsys):
    """The Python of the tests has no doxapy, or if it has, says so."""
    monkeypatch.setattr(tools, "PEER_PYTHON", Path(sys.executable))
    found = tools.peers_here()
    assert "docbin" not in found
    there = importlib.util.find_spec("doxapy") is not None
    assert ("doxapy" in found) == there
    assert ("doxapy is left out" in capsys.readouterr().err) != there


def test_a_peer_that_ends_is_an_error_in_its_place(tools, tmp_path, monkeypatch):
    script = tmp_path / "python"
    script.write_text("#!/bin/sh\nexit 3\n")
    script.chmod(0o755)
    monkeypatch.setattr(tools, "PEER_PYTHON", script)
    np.save(tmp_path / "page.npy", np.full((40, 40), 200, np.uint8))
    worker = tools.Worker("doxapy", tmp_path / "page.npy")
    for _ in range(2):
        assert worker.ask({"method": "otsu"}) == {"error": "the process ended"}
    worker.close()


def test_every_setting_is_a_parameter(tools):
    import docbin

    for name, params in tools.SETTINGS.items():
        assert docbin.create(name, **params)


def test_every_round_takes_every_turn_in_an_order_of_its_own():
    thresholds = benchmark("thresholds")
    work = [thresholds.Job(name, None, ("opencv", "doxapy")) for name in "abcdef"]
    taken = list(thresholds.turns(work, 8, [1, 2], ["doxapy"]))
    assert taken == list(thresholds.turns(work, 8, [1, 2], ["doxapy"]))
    orders, before = set(), set()
    for number in range(-1, 8):
        places = [place for n, place, _ in taken if n == number]
        assert sorted(places) == list(range(6))
        orders.add(tuple(places))
        before |= set(itertools.pairwise(places))
    assert len(orders) == 9
    assert len(before) > 20  # of the 30 pairs of neighbours that there are
    keys = ["docbin 1", "docbin 2", "docbin processes", "doxapy 1"]
    assert {tuple(sorted(turn.key for turn in due)) for _, _, due in taken} == {tuple(keys)}
    assert {due[0].key for _, _, due in taken} == set(keys)


def test_the_median_counts(monkeypatch):
    """By a clock that says 5, 3, 4: the warm-up of 1 does not count."""
    thresholds = benchmark("thresholds")
    seen = {}

    class Told:
        def __init__(self, tool, path):
            self.tool = tool

        def send(self, job):
            key = self.tool, job["threads"], "at" in job
            seen[key] = seen.get(key, 0) + 1
            # Both processes ask for their time from the same list.
            self.took = [1, 1, 5, 5, 3, 3, 4, 4][
                seen[key] - 1 if "at" in job else 2 * seen[key] - 1
            ]
            self.took *= {1: 1, 2: 0.5}[job["threads"]] * (1.25 if "at" in job else 1)

        def receive(self):
            return {"start": 7.0, "end": 7.0 + self.took, "cpu": 0.9 * self.took, "ink": 6}

        def ask(self, job):
            assert job["memory"]
            return {"peak_mb": 2}

        def close(self):
            pass

    monkeypatch.setattr(thresholds, "Worker", Told)
    work = [thresholds.Job("otsu", None, ("opencv",))]
    [row] = thresholds.measure(np.zeros((4, 5), np.uint8), work, 3, [1, 2], ["opencv"])
    assert row["seconds"] == {
        "docbin 1": 3.6, "docbin clock": 4, "docbin 2": 2, "docbin processes": 5,
        "opencv 1": 3.6, "opencv clock": 4,
    }  # fmt: skip
    assert row["shortest"] == {key: value * 3 / 4 for key, value in row["seconds"].items()}
    assert row["rounds"]["docbin 2"] == [2.5, 1.5, 2]
    assert thresholds.gains(row["seconds"]) == {"2": 2, "processes": 1.6}
    assert row["ink"] == {"docbin": 6, "opencv": 6}


def test_a_worker_tells_its_times(tmp_path):
    np.save(tmp_path / "page.npy", np.full((40, 40), 200, np.uint8))
    worker = benchmark("threshold_tools").Worker("docbin", tmp_path / "page.npy")
    at = time.perf_counter() + 0.3
    told = worker.ask({"method": "otsu", "threads": 1, "ink": True, "at": at})
    assert at <= told["start"] < told["end"] <= time.perf_counter()
    assert told["ink"] == 0
    worker.close()


def test_table():
    rows = [
        {
            "method": "sauvola",
            "window": 75,
            "megapixels": 2.0,
            "seconds": {
                "docbin 1": 0.002, "docbin clock": 0.003, "docbin 2": 0.0015, "doxapy 1": 0.01,
                "doxapy clock": 0.01, "docbin processes": 0.004,
            },
        },
        {"method": "broken", "window": None, "megapixels": 2.0, "seconds": {}},
    ]  # fmt: skip
    text = benchmark("thresholds_table").table({"rounds": 9, "rows": rows})
    assert "median of 9 rounds" in text
    assert text.splitlines()[5:] == [
        "| sauvola, window 75 | 1.00 | × 5.0 |  |  |  | × 2.00 (1.50) |"
    ]


def test_table_by_window():
    def row(method, window, megapixels, own, **others):
        seconds = {
            "docbin 1": own, "docbin clock": own, "docbin 2": own / 2, "docbin processes": own,
        }  # fmt: skip
        return {
            "method": method,
            "window": window,
            "megapixels": megapixels,
            "seconds": seconds | others,
        }

    rows = [
        row("feng", 15, 2.0, 0.002),
        row("feng", 75, 2.0, 0.004, **{"doxapy 1": 0.006}),
        row("otsu", None, 2.0, 0.001),
        row("feng", 75, 8.0, 0.008),
    ]
    text = benchmark("thresholds_table").by_window({"rounds": 3, "rows": rows})
    assert [line for line in text.splitlines() if line.startswith(("| feng", "| otsu"))] == [
        "| feng | 1.00 | 2.00 (× 1.5) | × 2.00 (2.00) |",
        "| feng |  | 1.00 | × 2.00 (2.00) |",
    ]
    assert "2.0 megapixels, medians of 3 rounds" in text
    assert text.endswith("|\n")
