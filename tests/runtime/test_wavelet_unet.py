"""The graph of the wavelet U-Net."""

from __future__ import annotations

import dataclasses

import pytest

from docbin.errors import InputError
from docbin.runtime.wavelet_unet import WaveletUnet


def test_every_value_is_made_once_and_before_it_is_read():
    for levels in (1, 2):
        for activated in (False, True):
            net = WaveletUnet(levels=levels, activated=activated)
            made = {"image"}
            for node in net.nodes():
                assert set(node["from"]) <= made
                assert node["to"] not in made
                made.add(node["to"])
            assert node["to"] == "logit"
            assert node["factor"] == 2**levels
            convs = {node["to"] for node in net.nodes() if node["op"] == "conv"}
            assert set(net.outputs()) == convs


def test_a_small_one_by_hand():
    net = WaveletUnet(widths=(8, 12), blocks=(1, 1), bases=(1, 2), bits=("W1A1", "W1A4"))
    expected = """haar0 stem.in stem.conv stem
        enc0.0.in enc0.0.conv enc0.0.sum enc0.0 down0.mean down0.in down0
        enc1.0.in enc1.0.conv enc1.0.sum enc1.0 up0.in up0 up0.big up0.sum
        dec0.0.in dec0.0.conv dec0.0.sum dec0.0 head.in head.conv logit"""
    assert [node["to"] for node in net.nodes()] == expected.split()
    bits = {node["to"]: node["bits"] for node in net.nodes() if node["op"] == "quantise"}
    assert bits == {
        "stem.in": 8,
        "enc0.0.in": 1,
        "down0.in": 8,
        "enc1.0.in": 4,
        "up0.in": 8,
        "dec0.0.in": 1,
        "head.in": 8,
    }
    assert net.outputs()["down0"] == 12
    assert net.outputs()["head.conv"] == 4
    graph = net.graph(dict.fromkeys(net.outputs(), 9), margin=10, scale=0.5)
    assert graph["input"] == {"channels": 3, "multiple": 4, "margin": 12}
    seen = dataclasses.replace(net, contrast=(51,), level=2).graph(
        dict.fromkeys(net.outputs(), 9), scale=1.0
    )
    planes = {"contrast": [51], "level": 2}
    assert seen["input"] == {"channels": 2, "multiple": 4, "margin": 16} | planes
    assert all(node["shift"] == 9 for node in graph["nodes"] if node["op"] == "conv")


@pytest.mark.parametrize(
    "wrong",
    [
        {"widths": ()},
        {"widths": (8, 8)},
        {"widths": (0, 8, 8, 8)},
        {"blocks": (1, 1, 1, 0)},
        {"bits": ("W1A8",) * 4},
        {"bits": ("W8A8",) * 4, "bases": (2,) * 4},
        {"bases": (3, 1, 1, 1)},
        {"levels": 4},
        {
            "levels": 3,
            "widths": (8,) * 5,
            "blocks": (1,) * 5,
            "bases": (1,) * 5,
            "bits": ("W1A4",) * 5,
        },
    ],
)
def test_shapes_that_cannot_be_are_refused(wrong):
    with pytest.raises(InputError, match=r"are|need|have"):
        WaveletUnet(**wrong)
