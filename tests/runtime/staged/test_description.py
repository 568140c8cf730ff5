"""Descriptions of pipelines: the published ones, as JSON, and what is refused."""

from __future__ import annotations

import dataclasses
import json

import pytest

from docbin.errors import InputError, UsageError
from docbin.runtime.staged.description import Description, Generator, Stage
from docbin.runtime.staged.reading import read
from docbin.runtime.staged.table import DESCRIPTIONS, description
from docbin.runtime.staged.training import Adversary, Losses, Schedule, Term

NAMES = list(DESCRIPTIONS)


def test_the_published_pipelines():
    assert NAMES == ["three-stage", "ccdwt", "suh", "mfe", "cgan"]
    for name, each in DESCRIPTIONS.items():
        assert each.name == name
    three = description("three-stage")
    assert [stage.side for stage in three.stages] == [224, 224, 512]
    assert {one.sees: (one.subband, one.target) for one in three.stage("channels").generators} == {
        "blue": ("full", "channel"),
        "green": ("full", "channel"),
        "red": ("full", "channel"),
        "gray": ("none", "truth"),
    }
    assert three.losses == Losses((Term("bce", 50.0),), 1.0, 10.0)
    assert three.stage("local").schedule.every == 5
    assert (three.stage("global").schedule.epochs, three.stage("global").schedule.batch) == (150, 4)
    mfe = description("mfe")
    assert {one.subband for one in mfe.stage("channels").generators} == {"half"}
    assert mfe.adversary.norm == "instance"
    assert {term.name: term.weight for term in mfe.losses.terms} == {"bce": 25.0, "dice": 25.0}
    assert {one.subband for one in description("suh").generators()} == {"none"}
    assert [one.sees for one in description("cgan").generators()] == ["color"]
    assert not description("cgan").has("global")


def test_a_misspelt_pipeline_gets_a_hint():
    with pytest.raises(UsageError, match=r"no pipeline 'three_stage'.*'three-stage'"):
        description("three_stage")


@pytest.mark.parametrize("name", NAMES)
def test_json_and_back(name):
    text = json.dumps(dataclasses.asdict(DESCRIPTIONS[name]), allow_nan=False)
    assert read(Description, json.loads(text), "the pipeline") == DESCRIPTIONS[name]


def _spoilt(path, value):
    told = json.loads(json.dumps(dataclasses.asdict(DESCRIPTIONS["three-stage"])))
    place = told
    for key in path[:-1]:
        place = place[key]
    if value is None:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return told


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (["name"], 3, "name is '3'; it must be text"),
        (["name"], "../x", "a pipeline's name is '../x'"),
        (["fusion"], None, "lacks fusion"),
        (["fusion"], "either", "fusion is 'either'; give one of local, both"),
        (["fusion"], "local", "'both' where there is a global stage"),
        (["colour"], 1, "has the key 'colour'; known: name, stages"),
        (["stages"], "all", "stages is no list"),
        (["stages"], [], "'local' and what else"),
        (["stages"], [{}] * 65, "no list of at most 64"),
        (["stages", 0], 7, "stages 0 is no object"),
        (["stages", 0, "side"], True, "side is 'True'; it must be a whole number"),
        (["stages", 0, "side"], 225, "give an even number"),
        (["stages", 0, "side"], 1 << 20, "give 32 to 4096"),
        (["stages", 0, "generators"], [], "give 1 to 16"),
        (["stages", 0, "generators", 0, "sees"], "ultraviolet", "give one of red, green"),
        (["stages", 0, "generators", 0, "sees"], "maps", "a single channel"),
        (["stages", 0, "generators", 0, "sees"], "red", "give each channel once"),
        (["stages", 0, "generators", 0, "name"], "gray", "each a name of its own"),
        (["stages", 0, "generators", 0, "name"], ".hidden", "the first no dot"),
        (["stages", 1, "name"], "global", "'local' and what else"),
        (["stages", 0, "schedule", "turns"], [45], "give some of 0, 90"),
        (["stages", 0, "schedule", "rate"], "fast", "it must be a number"),
        (["whole", "truth"], 4, "an odd number"),
        (["adversary", "strides"], [2], "2 to 16 of each"),
        (["losses", "terms", 0, "weight"], -1, "give 0 to 1e+06"),
    ],
)
def test_what_is_no_pipeline_is_refused(path, value, said):
    with pytest.raises(InputError) as error:
        read(Description, _spoilt(path, value), "the pipeline")
    assert said in str(error.value)


def test_numbers_that_are_none_are_refused():
    for wrong in (
        lambda: Schedule(rate=float("nan")),
        lambda: Losses(penalty=float("inf")),
        lambda: Adversary(slope=1.0),
        lambda: Schedule(betas=(0.5,)),
    ):
        with pytest.raises(InputError):
            wrong()


def test_maps_need_channels():
    local = Stage("local", (Generator("local", "maps"),), 224)
    with pytest.raises(InputError, match="a stage 'channels'"):
        Description("mine", (local,), fusion="local")
    both = dataclasses.replace(DESCRIPTIONS["cgan"], name="mine")
    assert both.stage("local").generators[0].sees == "color"
