"""The ablation harness: what a variant changes, and that a study goes on where it stopped."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from benchmark_modules import benchmark
from program import letters
from truthed import indexed

torch = pytest.importorskip("torch", reason="torch is not installed (extra [train])")

from docbin.nn.config import configured  # noqa: E402

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def ablation():
    return benchmark("ablation")


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    pages = [(name, letters(448, 448, seed)) for seed, name in enumerate(["a/1", "b/1", "b/2"])]
    return indexed(tmp_path_factory.mktemp("pages"), pages)


@pytest.mark.parametrize("preset", ["tiny", "cpu-2h", "gpu-8h"])
def test_every_variant_is_a_run(ablation, preset):
    base = configured(preset, None, ["mix=[4,1]"])
    for name, variant in ablation.VARIANTS.items():
        config = ablation.config_of(base, variant, 3)
        assert config.seed == 3
        assert bool(config.mix) == (variant.real and variant.synthetic)
        changed = config != ablation.config_of(base, ablation.VARIANTS["base"], 3)
        assert (
            changed or name == "base" or variant.teacher or not (variant.real and variant.synthetic)
        )


def test_a_study_goes_on_where_it_stopped(ablation, data, tmp_path, capsys, monkeypatch):
    names = ("base", "no generated pages", "generated pages alone", "distilled from float")
    words = ["--data", str(data), "--hold", "a", "--out", str(tmp_path / "study"), "--quick"]
    words += ["--json", str(tmp_path / "all.json"), "--set", "mix=[4,1]"]
    every = [word for name in names for word in ("--only", name)]
    assert ablation.main([*words, *every[:4]]) == 0
    trained = []
    real = ablation.train
    monkeypatch.setattr(
        ablation, "train", lambda *a, **b: (trained.append(a[2].name), real(*a, **b))[1]
    )
    assert ablation.main([*words, *every]) == 0
    assert trained == [
        "generated-pages-alone.without-a.0",
        "float.without-a.0",
        "distilled-from-float.without-a.0",
    ]
    told = json.loads((tmp_path / "all.json").read_text())
    assert [each["variant"] for each in told] == list(names)
    assert all(0 <= each["fm"] <= 100 and each["bytes"] > 1000 for each in told)
    facts = [json.loads(path.read_text()) for path in (tmp_path / "study").glob("*/result.json")]
    assert len(facts) == 5
    table = capsys.readouterr().out
    assert "distilled from float" in table
    assert ablation.main([*words, "--only", "base", "--set", "rate=0.1"]) == 0


def test_a_run_with_another_configuration_is_made_again(ablation, data, tmp_path, monkeypatch):
    words = ["--data", str(data), "--hold", "a", "--out", str(tmp_path), "--preset", "tiny"]
    words += ["--generated", "1", "--only", "no generated pages", "--set", "size=32"]
    ablation.main([*words, "--steps", "2"])
    kept = tmp_path / "no-generated-pages.without-a.0" / "result.json"
    before = json.loads(kept.read_text())["config"]
    ablation.main([*words, "--steps", "3"])
    after = json.loads(kept.read_text())["config"]
    assert (before["steps"], after["steps"]) == (2, 3)


def test_all_sets_are_learned_from_and_another_split_judges(ablation, tmp_path, monkeypatch):
    pages = [(name, letters(448, 448, seed)) for seed, name in enumerate(["a/1", "b/1", "c/1"])]
    data = indexed(tmp_path / "pages", pages)
    index = data / "INDEX.csv"
    index.write_text(index.read_text().replace("c,train", "c,dev"))
    words = ["--data", str(data), "--split", "train", "--judge", "dev", "--quick"]
    words += ["--out", str(tmp_path / "study"), "--json", str(tmp_path / "all.json")]
    assert ablation.main([*words, "--only", "no generated pages"]) == 0
    taught = ["--only", "distilled from a given teacher", "--only", "global branch"]
    first = tmp_path / "study" / "no-generated-pages.all.0" / "weights.pt"
    teachers = []
    real = ablation.train
    monkeypatch.setattr(
        ablation, "train", lambda *a, **b: (teachers.append(b["teacher"]), real(*a, **b))[1]
    )
    words += ["--store", str(tmp_path / "study" / "all.tiles"), "--teacher", str(first)]
    assert ablation.main([*words, *taught]) == 0
    assert [each is None for each in teachers] == [False, True]
    assert ablation.TileStore.load(tmp_path / "study" / "all.tiles").sets == ("a", "b")
    told = json.loads((tmp_path / "all.json").read_text())
    assert [(each["variant"], each["hold"]) for each in told] == [
        (name, "dev") for name in taught[1::2]
    ]
    assert told[1]["config"]["network"]["widths"] == [16, 16, 16, 16]
    assert told[1]["bytes"] > told[0]["bytes"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--only", "distilled from a given teacher"], "needs --teacher FILE.pt"),
        (["--judge", "dev", "--hold", "a"], "give one of them"),
        (["--store", "x.tiles"], "--store needs --judge"),
    ],
)
def test_wrong_words(ablation, words, message, tmp_path, capsys):
    with pytest.raises(SystemExit) as stopped:
        ablation.main(["--data", str(tmp_path), "--out", str(tmp_path / "study"), *words])
    assert stopped.value.code == 2
    assert message in capsys.readouterr().err


def test_a_stopped_study_says_so(ablation, data, tmp_path, capsys, monkeypatch):
    class Stopped:
        finished = False

    monkeypatch.setattr(ablation, "train", lambda *_, **__: Stopped)
    words = ["--data", str(data), "--hold", "a", "--out", str(tmp_path), "--quick"]
    assert ablation.main([*words, "--only", "no generated pages"]) == 130
    assert "the same command goes on" in capsys.readouterr().err


def test_table(ablation):
    runs = [
        {"variant": v, "hold": "a", "seed": seed, "avg": avg, "fm": 90.0, "bytes": size,
         "seconds a step": 0.5}
        for v, seed, avg, size in (
            ("base", 0, 70.0, 100), ("base", 1, 71.0, 100), ("float", 1, 73.0, None),
        )
    ]  # fmt: skip
    _, first, second = ablation.lines(runs)
    assert first.split() == ["float", "73.00", "+2.00", "0.00", "90.00", "-", "0.50", "1"]
    assert second.split() == ["base", "70.50", "+0.00", "1.00", "90.00", "100", "0.50", "2"]
