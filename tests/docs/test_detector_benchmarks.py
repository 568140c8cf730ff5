"""What the benchmarks of detectors count and print, without the detector that is compared."""

from pathlib import Path

import pytest
from benchmark_modules import benchmark

from docbin.regions import TextRegion


def box(left, top, right, bottom):
    return TextRegion([(left, top), (right, top), (right, bottom), (left, bottom)])


def test_without_the_peer_it_says_what_to_run(monkeypatch):
    tools = benchmark("detector_tools")
    monkeypatch.setattr(tools, "PEER_PYTHON", Path("no-such-python"))
    with pytest.raises(SystemExit, match="setup_detect_peers"):
        tools.Peer(2)


def test_boxes_agree_one_to_one():
    agreement = benchmark("detector_agreement")
    ours = [box(0, 0, 100, 20), box(0, 40, 100, 60), box(0, 0, 100, 20)]
    theirs = [box(1, 0, 100, 20), box(0, 44, 100, 64), box(300, 0, 400, 20)]
    assert agreement._matched(ours, theirs) == 1
    pages = [{"ours": ours, "theirs": theirs, "labels": _Labels()}]
    totals = agreement._totals(pages)
    assert (totals["docbin_boxes"], totals["rapidocr_boxes"], totals["same"]) == (3, 3, 1)
    assert totals["share"] == pytest.approx(2 / 6)


class _Labels:
    labels = ()


def test_lines_of_speed():
    detector = benchmark("detector")
    row = {
        "weights": "random", "size": [736, 1280], "threads": 2, "rounds": 5, "regions": 3,
        "rapidocr_regions": 4, "ratio": 5.0,
        "milliseconds": {"map": 90.0, "post": 4.0, "whole": 94.0, "rapidocr": 470.0},
    }  # fmt: skip
    assert detector.lines(row)[-1] == "docbin is 5.00 x as fast"
    assert detector.picture(None).shape == (736, 1280, 3)
