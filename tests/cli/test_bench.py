"""``docbin bench models``: quality against time."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest
from contrast_network import contrast_file
from hypothesis import given
from hypothesis import strategies as st
from program import docbin as program
from program import letters, strict
from truthed import indexed

import docbin
from docbin.commands import tradeoff_report as report
from docbin.evaluate import Dataset
from docbin.evaluate.run import PageScore, Row, no_weights, score_method
from docbin.evaluate.tradeoff import (
    METRICS,
    Candidate,
    Point,
    front,
    measure,
    milliseconds,
    page_to_time,
    quality,
)

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """Return a folder of three pages in two sets; the first is the smallest."""

    def page(seed):
        gray, truth = letters(72 + 24 * seed, 120, seed)
        noise = np.random.default_rng(seed).normal(0, 60, gray.shape)
        return (gray + noise).clip(0, 255).astype(np.uint8), truth

    pages = [(name, page(seed)) for seed, name in enumerate(["a/1", "a/2", "b/1"])]
    return indexed(tmp_path_factory.mktemp("pages"), pages, "dev")


def test_tables_json_and_picture(data, tmp_path):
    out = tmp_path / "out"
    command = ["bench", "models", "--data", data, "-m", "otsu", "-m", "sauvola"]
    command += ["--weights", contrast_file(), "--rounds", "1", "-q"]
    run = program(*command, "-o", out, "--json")
    told = strict(run)
    assert run.stdout == (out / "models.json").read_bytes()
    by_name = {each["name"]: each for each in told["methods"]}
    assert set(by_name) == {"otsu", "sauvola", "contrast.docbin"}
    assert by_name["otsu"]["bytes"] is None
    assert by_name["contrast.docbin"]["bytes"] > 500
    row = score_method("", docbin.create("sauvola"), Dataset.open(data), weights=no_weights)
    for metric in METRICS:
        means = [row.only(name).mean(metric) for name in ("a", "b")]
        assert by_name["sauvola"]["sets"]["a"][metric] == means[0]
        assert by_name["sauvola"]["mean"][metric] == pytest.approx(np.mean(means))
    table = (out / "models.md").read_text("utf-8")
    assert "## mean of the sets" in table
    assert "## a, 2 pages" in table
    marks = ElementTree.parse(out / "models.svg").getroot()
    titles = [title.text for title in marks.iter(f"{SVG}title")]
    assert sorted(title.partition(":")[0] for title in titles) == sorted(by_name)
    assert len([*marks.iter(f"{SVG}circle")]) == 2
    assert "--force" in program(*command, "-o", out, code=5).stderr
    text = program(*command, "-o", out, "--force").stdout.decode()
    assert "ms/MP" in text
    assert any(line.endswith("*") for line in text.splitlines())


def test_what_is_missing_is_said(data):
    for arguments, message in (
        (["-m", "otsuu"], "Did you mean 'otsu'"),
        (["-m", "otsu", "--weights", "nowhere.docbin"], "no file; give the path"),
        (["-m", "otsu", "--weights", contrast_file(), "--weights", contrast_file()], "rename one"),
        (["-m", "otsu", "--only", "c"], "has no set 'c'"),
    ):
        assert message in program("bench", "models", "--data", data, *arguments, code=2).stderr


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=1, max_size=12))
def test_the_front_is_what_nothing_dominates(points):
    def dominated(one):
        return any(other[0] <= one[0] and other[1] >= one[1] and other != one for other in points)

    assert sorted(front(points)) == [i for i, one in enumerate(points) if not dominated(one)]


def test_methods_take_turns_and_the_first_round_is_left_out():
    asked = []
    candidates = [
        Candidate(name, lambda page, name=name: asked.append((name, page.shape)))
        for name in ("a", "b")
    ]
    spent = milliseconds(candidates, np.zeros((10, 20), np.uint8), 3)
    assert asked == [("a", (10, 20)), ("b", (10, 20))] * 4
    assert len(spent) == 2
    assert min(spent) >= 0


def test_the_page_of_median_size_is_timed(data):
    pages = Dataset.open(data)
    assert page_to_time(pages, 10**6).shape == (96, 120)
    part = page_to_time(pages, 96 * 120 // 4)
    assert part.shape == (48, 60)
    whole = page_to_time(pages, 10**6)
    np.testing.assert_array_equal(part, whole[24:72, 30:90])


def test_pictures_of_odd_methods():
    """No scores at all, one that takes no time, names that are no XML, scores that are equal."""
    facts = {"data": "<x>", "split": None, "pages": 1}
    none = [Point("a", 5, Row("", ()), 3.0, front=True)]
    assert not [*ElementTree.fromstring(report.WRITERS["svg"](none, facts)).iter(f"{SVG}title")]
    scores = docbin.score(np.eye(9, dtype=bool), np.eye(9, 9, 1, dtype=bool), weights=None)
    row = Row("", (PageScore("p", scores, ""),))
    points = [Point("<a&b>", 5, row, 0.0, front=True), Point("c", None, row, 1e5, front=False)]
    picture = ElementTree.fromstring(report.WRITERS["svg"](points, facts))
    titles = [title.text for title in picture.iter(f"{SVG}title")]
    assert [title.partition(":")[0] for title in titles] == ["<a&b>", "c"]
    assert [row[6] for row in report.tables(points)["all pages"]] == ["ms/MP", "0", "100000"]


def test_the_picture_reaches_down_to_the_front():
    """Only what is behind the front may lie on the lower edge without being there."""
    good, bad = np.ones((9, 9), bool), np.eye(9, dtype=bool)
    truth = np.ones((9, 9), bool)
    truth[0, 0] = False
    rows = [
        Row("", (PageScore("p", docbin.score(mask, truth, weights=None), ""),))
        for mask in (good, bad)
    ]
    high, low = (row.mean("avg_score") for row in rows)
    assert high > low + 10
    slow = [Point(f"slow {cost}", None, rows[0], 10.0**cost, front=False) for cost in range(2, 9)]
    for named in (True, False):
        points = [*slow, Point("fast", None, rows[1], 1.0, front=named)]
        picture = ElementTree.fromstring(
            report.WRITERS["svg"](points, {"data": "x", "split": None})
        )
        numbers = [
            text.text for text in picture.iter(f"{SVG}text") if text.get("text-anchor") == "end"
        ]
        assert (min(map(int, filter(str.isdigit, numbers))) <= low) == named


def test_a_perfect_method_is_the_best(data):
    """Its Avg-Score is infinite, which is no number in JSON."""
    pages = Dataset("x", Dataset.open(data).samples[:1])
    truth = docbin.read_mask(pages.samples[0].truth)
    methods = [Candidate("otsu", docbin.create("otsu"))]
    found = measure(methods, pages, rounds=1, jobs=1)
    perfect = score_method("truth", lambda page: truth, pages, weights=no_weights, jobs=1)
    row = Point("truth", None, perfect, 1e6, front=False)
    assert quality(row) > quality(found[0])
    told = json.loads(report.WRITERS["json"]([row], {"data": "x", "split": None}))
    assert told["methods"][0]["mean"]["avg_score"] is None


def test_on_real_pages(real_data):
    pages = Dataset.open(real_data / "binarization", split="train").only("dibco2009")
    few = Dataset(pages.name, pages.samples[:2])
    methods = ("otsu", "sauvola", "auto")
    found = measure([Candidate(name, docbin.create(name)) for name in methods], few, rounds=1)
    reached = [quality(point) for point in found]
    assert reached == sorted(reached, reverse=True)
    assert found[0].front
    cheapest = min(found, key=lambda point: point.milliseconds)
    assert cheapest.front
    facts = {"data": "x", "split": None, "pages": 2}
    assert json.loads(report.WRITERS["json"](found, facts))["methods"][0]["front"]
