"""Configurations of pipelines: what they change of a description, and what is refused."""

import dataclasses

import pytest

from docbin.errors import InputError, UsageError

pytest.importorskip("torch", reason="torch is not installed (extra [train])")

from docbin.nn.config import from_json, to_json
from docbin.nn.gan.config import GAN_PRESETS, GanConfig, configured
from docbin.nn.gan.generators import Choice, chosen
from docbin.runtime.staged.table import DESCRIPTIONS, description


@pytest.mark.parametrize("name", DESCRIPTIONS)
def test_the_default_is_what_was_published(name):
    config = GanConfig(pipeline=name, generator="unetpp:efficientnet-b0")
    ours, published = config.described(), description(name)
    assert dataclasses.replace(ours, architecture=published.architecture) == published
    assert ours.architecture == "unet++"


def test_what_a_run_changes():
    config = configured("cpu", "mfe", "packed", ["steps=9", "adversarial=0", "side=192"])
    ours = config.described()
    assert [stage.side for stage in ours.stages] == [192, 192, 256]
    assert [stage.schedule.batch for stage in ours.stages] == [4, 4, 2]
    assert {stage.schedule.rate for stage in ours.stages} == {2e-3}
    assert ours.adversary.widths == (32, 64, 128, 256, 1)
    assert ours.losses.adversarial == 0
    assert ours.losses.terms == description("mfe").losses.terms
    assert from_json(to_json(config), GanConfig) == config


def test_long_patches_need_large_tiles():
    assert GanConfig(pipeline="three-stage").tile() == 448
    assert GanConfig(pipeline="cgan").tile() == 768


@pytest.mark.parametrize("name", GAN_PRESETS)
def test_presets_fit_every_pipeline(name):
    for pipeline in DESCRIPTIONS:
        assert configured(name, pipeline, "packed", []).described().name == pipeline


def test_generators_by_name():
    assert chosen("packed") == Choice()
    assert chosen("packed").packed
    assert chosen("unet:tu-mobilenetv3_small_050") == Choice("unet", "tu-mobilenetv3_small_050")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("tiny", "three-stages", "packed", []), "Did you mean 'three-stage'"),
        (("tiny", "suh", "pakced", []), "Did you mean 'packed'"),
        (("tiny", "suh", "unett:resnet18", []), "Did you mean 'unet'"),
        (("tiny", "suh", "unet", []), "unet:ENCODER"),
        (("tinny", "suh", "packed", []), "Did you mean 'tiny'"),
        (("tiny", "suh", "packed", ["stepz=3"]), "Did you mean 'steps'"),
        (("tiny", "suh", "packed", ["steps=-1"]), "steps is -1"),
        (("tiny", "suh", "packed", ["side=100"]), "multiple of 64"),
        (("tiny", "suh", "packed", ["pretrained=true"]), "ImageNet"),
        (("tiny", "suh", "packed", ["steps"]), "KEY=VALUE"),
        (("tiny", "suh", "packed", ["network=3"]), "network"),
    ],
)
def test_what_is_refused(arguments, message):
    with pytest.raises(UsageError, match=message):
        configured(*arguments)


def test_a_float_network_cannot_be_packed():
    with pytest.raises(UsageError, match="quantised"):
        configured("tiny", "suh", "packed", [], shape="teacher")
    with pytest.raises(UsageError, match="Did you mean 'small'"):
        configured("tiny", "suh", "packed", [], shape="smal")


def test_a_damaged_configuration():
    for text in ("[]", "{", '{"pipeline": "suh", "colour": 1}'):
        with pytest.raises(InputError, match="cannot be read"):
            from_json(text, GanConfig)
