"""``docbin tune`` as an installed program, and the search behind it."""

import json

import numpy as np
import pytest
from pages import with_sets
from program import docbin, printed

from docbin.errors import InputError, UsageError
from docbin.evaluate import Dataset
from docbin.evaluate.tuning import Span, tune


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return with_sets(tmp_path_factory.mktemp("tune") / "pages")


def fixed(threshold=100, scale=1):
    """A method whose best threshold can be told by hand."""
    if threshold < 0:
        raise UsageError("threshold")
    gray = np.array([0.299, 0.587, 0.114])
    return lambda image: (image @ gray if image.ndim == 3 else image) <= threshold * scale


def test_each_set_is_left_out(folder):
    data = Dataset.open(folder)
    seen = []
    found = tune(fixed, data, {"threshold": [-1, 5, 60, 120, 250]}, told=seen.append)
    assert [(fold.name, fold.pages) for fold in found.folds] == [("a", 2), ("b", 2), ("c", 2)]
    assert seen == list(range(1, 7))
    assert found.tried == 6
    for fold in found.folds:
        alone = tune(fixed, data.without(fold.name), {"threshold": [-1, 5, 60, 120, 250]})
        assert fold.params == alone.params
        again = tune(fixed, data.only(fold.name), {"threshold": [fold.params["threshold"]]})
        assert fold.score == pytest.approx(again.score)
        assert fold.usual == pytest.approx(again.usual)
    assert found.expected == pytest.approx(np.mean([fold.score for fold in found.folds]))
    assert found.params["threshold"] in (60, 120)


def test_less_is_better_for_distortion(folder):
    data = Dataset.open(folder)
    space = {"threshold": [-5, 2, 110, 250]}
    best, other = (tune(fixed, data, space, metric=metric) for metric in ("drd", "fm"))
    assert best.params == other.params == {"threshold": 110}


def test_a_single_set_is_split(folder):
    data = Dataset.open(folder).only("a")
    found = tune(fixed, data, {"threshold": [60, 120]})
    assert [fold.name for fold in found.folds] == ["group 1", "group 2"]
    alone = Dataset("one", data.samples[:1])
    single = tune(fixed, alone, {"threshold": [60, 120]})
    assert single.folds == ()
    assert single.expected is None


def test_optuna_is_seeded(folder):
    pytest.importorskip("optuna", reason="optuna is not installed")
    data = Dataset.open(folder)
    space = {"threshold": Span(1, 255, 2), "scale": Span(0.5, 1.5)}
    runs = [tune(fixed, data, space, trials=6, seed=seed) for seed in (3, 3, 4)]
    assert runs[0] == runs[1]
    assert runs[0].params != runs[2].params
    assert runs[0].params["threshold"] % 2 == 1
    assert runs[0].score >= max(fold.score for fold in runs[0].folds) - 100
    with pytest.raises(UsageError, match="allowed"):
        tune(fixed, data, {"threshold": [-1, -2]}, trials=3)


def test_spans():
    assert Span(9, 101, 2).values(5) == [9, 33, 55, 77, 101]
    assert Span(1, 3, 1).values(5) == [1, 2, 3]
    assert Span(0.05, 0.8).values(4) == [0.05, 0.3, 0.55, 0.8]


def test_wrong_use(folder):
    data = Dataset.open(folder)
    with pytest.raises(UsageError, match="no metric 'fn'"):
        tune(fixed, data, {"threshold": [1]}, metric="fn")
    with pytest.raises(UsageError, match="allowed"):
        tune(fixed, data, {"threshold": [-1]})
    with pytest.raises(InputError, match="no pages"):
        tune(fixed, Dataset("none", ()), {"threshold": [1]})


def told(*arguments, method="sauvola"):
    return json.loads(docbin("tune", "-m", method, "--json", *arguments).stdout)


def test_program(folder):
    run = docbin(
        "tune", "-m", "sauvola", "--data", folder, "--grid", "k=0.1:0.3:0.1",
        "--grid", "window=15,25",
    )  # fmt: skip
    lines = printed(run)
    assert lines[0].split()[:5] == ["left", "out", "pages", "fm", "defaults"]
    assert [line.split()[0] for line in lines[1:5]] == ["a", "b", "c", "mean"]
    assert "6 settings scored" in lines[5] or "7 settings scored" in lines[5]
    assert lines[6].startswith("docbin clean -m sauvola --set k=0.")
    assert " --set window=" in lines[6]


def test_json(folder):
    arguments = ["--data", folder, "--grid", "k=0.1,0.3", "--set", "window=31"]
    arguments += ["--metric", "psnr", "--only", "a", "--only", "b"]
    found = told(*arguments)
    assert [item["set"] for item in found["left_out"]] == ["a", "b"]
    assert found["metric"] == "psnr"
    assert found["final"]["params"]["window"] == 31
    assert found["final"]["params"]["k"] in (0.1, 0.3)
    assert found["settings"] == 3
    assert told(*arguments, "-j", "1") == found


def test_ranges_from_the_fields(folder):
    run = docbin("tune", "-m", "otsu", "--data", folder, code=2)
    assert "no parameters that can be tuned" in run.stderr
    found = told("--data", folder, "--set", "r=128", "--only", "a")
    assert 9 <= found["final"]["params"]["window"] <= 101
    assert found["settings"] >= 25


def test_trials(folder):
    pytest.importorskip("optuna", reason="optuna is not installed")
    found = told("--data", folder, "--trials", "4", "--only", "a")
    assert set(found["final"]["params"]) == {"window", "k", "r"}


@pytest.mark.parametrize(
    ("extra", "words"),
    [
        (["--grid", "k"], "KEY=VALUES"),
        (["--grid", "q=1"], "no parameter 'q'"),
        (["--grid", "k=0.1:0.3"], "LOW:HIGH:STEP"),
        (["--grid", "k=1:0:0"], "LOW:HIGH:STEP"),
        (["--grid", "k=a"], "k is 'a'"),
        (["--grid", "k=0.1", "--set", "k=0.2"], "both give 'k'"),
        (["--grid", "k=0.1", "--grid", "k=0.2"], "twice"),
        (["--grid", "k=0:900:1", "--grid", "window=15,25,35"], "settings"),
        (["--metric", "fn"], "no metric 'fn'"),
        (["--split", "tain"], "Did you mean 'train'"),
    ],
)  # fmt: skip
def test_refusals(folder, extra, words):
    run = docbin("tune", "-m", "sauvola", "--data", folder, *extra, code=2)
    assert words in run.stderr


def test_unknown_method_and_data(folder, tmp_path):
    assert (
        "Did you mean 'sauvola'" in docbin("tune", "-m", "sauvla", "--data", folder, code=2).stderr
    )
    docbin("tune", "-m", "sauvola", "--data", tmp_path, code=3)
