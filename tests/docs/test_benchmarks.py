"""The benchmark of speed does without tools that are not there, and its table is right."""

import importlib.util
import sys
from pathlib import Path

import numpy as np
import pytest

FOLDER = Path(__file__).parents[2] / "benchmarks"


def load(name):
    spec = importlib.util.spec_from_file_location(name, FOLDER / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def thresholds(monkeypatch):
    module = load("thresholds")
    bare = FOLDER.parent / "build" / "no-such-python"
    monkeypatch.setattr(module, "PEER_PYTHON", bare)
    return module


def test_without_peers(thresholds, capsys):
    assert thresholds.peers_here() == []
    assert "setup_peers.sh" in capsys.readouterr().err


def test_a_missing_peer_is_left_out(thresholds, monkeypatch, capsys):
    """The Python of the tests has no doxapy, or if it has, says so."""
    monkeypatch.setattr(thresholds, "PEER_PYTHON", Path(sys.executable))
    found = thresholds.peers_here()
    assert "docbin" not in found
    there = importlib.util.find_spec("doxapy") is not None
    assert ("doxapy" in found) == there
    assert ("doxapy is left out" in capsys.readouterr().err) != there


def test_a_peer_that_ends_is_an_error_in_its_place(thresholds, tmp_path, monkeypatch):
    script = tmp_path / "python"
    script.write_text("#!/bin/sh\nexit 3\n")
    script.chmod(0o755)
    monkeypatch.setattr(thresholds, "PEER_PYTHON", script)
    np.save(tmp_path / "page.npy", np.full((40, 40), 200, np.uint8))
    worker = thresholds.Worker("doxapy", tmp_path / "page.npy")
    for _ in range(2):
        assert worker.ask({"method": "otsu"}) == {"error": "the process ended"}
    worker.close()


def test_every_setting_is_a_parameter(thresholds):
    import docbin

    for name, params in thresholds.SETTINGS.items():
        assert docbin.create(name, **params)


def test_table():
    rows = [
        {
            "method": "sauvola",
            "window": 75,
            "megapixels": 2.0,
            "seconds": {
                "docbin 1": 0.002, "docbin clock": 0.003, "docbin 2": 0.0015, "doxapy 1": 0.01,
                "doxapy clock": 0.01,
            },
        },
        {"method": "broken", "window": None, "megapixels": 2.0, "seconds": {}},
    ]  # fmt: skip
    lines = load("thresholds_table").table(rows).splitlines()
    assert lines[2:] == ["| sauvola, window 75 | 1.00 | × 5.0 |  |  |  | 2.00 × as fast |"]
