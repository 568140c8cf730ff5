"""Configurations: there and back through JSON, from the command line, and what they refuse."""

import dataclasses

import pytest

from docbin.errors import InputError, UsageError

pytest.importorskip("torch", reason="torch is not installed (extra [train])")

from docbin.nn.config import (
    NETWORKS,
    PRESETS,
    TrainConfig,
    configured,
    from_json,
    preset,
    to_json,
)
from docbin.nn.models.wavelet_unet import build
from docbin.nn.progression import quantise, rate_at


@pytest.mark.parametrize("name", sorted(PRESETS))
@pytest.mark.parametrize("shape", sorted(NETWORKS))
def test_there_and_back(name, shape):
    config = dataclasses.replace(PRESETS[name], network=NETWORKS[shape])
    assert from_json(to_json(config), TrainConfig) == config


@pytest.mark.parametrize("text", ["", "[]", "{", '{"steps": 0}', '{"pace": 3}', '{"network": 1}'])
def test_texts_that_are_no_configuration(text):
    with pytest.raises((InputError, UsageError)):
        from_json(text, TrainConfig)


def test_fields_from_the_command_line():
    config = configured("cpu-2h", "small", ["steps=7", "rate=1e-3", "loss.edges=2", "compile=off"])
    assert config.steps == 7
    assert config.minutes is None
    assert config.rate == 1e-3
    assert config.loss.edges == 2
    assert config.compile == "off"
    assert config.network == NETWORKS["small"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("steps", "KEY=VALUE"),
        ("stepz=3", "steps"),
        ("steps=0", "at least 1"),
        ("steps=2.5", "whole number"),
        ("steps=many", "whole number"),
        ("network=3", "no 'network'"),
        ("loss.dise=1", "loss.dice"),
        ("other.dice=1", "no 'other.dice'"),
        ("size=100", "multiples of 16"),
        ("compile=maybe", "auto, on or off"),
        ("average=1", "not including"),
        ("rate=fast", "--set"),
    ],
)
def test_wrong_fields_are_named(text, message):
    with pytest.raises(UsageError, match=message):
        configured("cpu-2h", None, [text])


def test_an_unknown_preset_gets_a_hint():
    with pytest.raises(UsageError, match="cpu-2h"):
        preset("cpu-2hours")


def test_the_rate_rises_and_falls():
    config = TrainConfig(rate=1e-3, warmup=10, floor=0.01)
    assert rate_at(config, 0, 0.0) == pytest.approx(1e-4)
    assert rate_at(config, 9, 0.0) == pytest.approx(1e-3)
    assert rate_at(config, 500, 0.5) == pytest.approx(1e-3 * (0.01 + 0.99 / 2))
    assert rate_at(config, 999, 1.0) == pytest.approx(1e-5)


def test_quantisation_moves_outward():
    config = dataclasses.replace(
        PRESETS["cpu-2h"], activations_from=0.2, weights_from=0.4, outward=True
    )
    net = build(config.network)
    assert quantise(net, config, 0.0) == 0
    inner = quantise(net, config, 0.2)
    assert net.encoder[-1][0].conv.quantise_activations
    assert not net.encoder[0][0].conv.quantise_activations
    middle = quantise(net, config, 0.45)
    assert net.encoder[0][0].conv.quantise_activations
    assert not net.encoder[0][0].conv.quantise_weights
    whole = quantise(net, config, 0.65)
    assert 0 < inner < middle < whole
    assert quantise(net, dataclasses.replace(config, outward=False), 0.4) == whole
