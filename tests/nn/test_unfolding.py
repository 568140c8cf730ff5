"""Packed files become networks that compute the same and can be trained on."""

import dataclasses
import json

import numpy as np
import pytest

from docbin.errors import InputError, UsageError

torch = pytest.importorskip("torch", reason="torch is not installed (extra [train])")

from trained_networks import drawn, noise  # noqa: E402

from docbin import resources  # noqa: E402
from docbin.nn.checkpoint import load_weights  # noqa: E402
from docbin.nn.config import NETWORKS, preset  # noqa: E402
from docbin.nn.detection import DETECTION, DETECTORS  # noqa: E402
from docbin.nn.export import packed_file  # noqa: E402
from docbin.nn.graph import arrays  # noqa: E402
from docbin.nn.models.wavelet_unet import build  # noqa: E402
from docbin.nn.starting import begun  # noqa: E402
from docbin.nn.task import BINARIZATION  # noqa: E402
from docbin.nn.train import train  # noqa: E402
from docbin.nn.unfolding import settle, unfold  # noqa: E402
from docbin.runtime.network import Network  # noqa: E402
from docbin.runtime.weights import PackedFile  # noqa: E402

SHAPES = {
    "W1A4": {},
    "W1A1": {"activation_bits": 1},
    "two levels": {"levels": 2},
    "odd widths": {"widths": (7, 13)},
    "contrast": {"contrast": (5, 31), "level": 2},
    "ends": {"ends": 1},
}


def packed(its, **options):
    return packed_file(its, name="tiny", licence="Apache-2.0", **options)


def unfolded(file, network):
    net = build(network)
    unfold(file, net)
    return net.eval()


def nearly_equal(one, other):
    """Say whether logits are the same but around a value here and there that was at a tie."""
    image = noise()
    ours, theirs = (Network(file.to_bytes()).logit(image).astype(int) for file in (one, other))
    return np.mean(np.abs(ours - theirs) <= 2) > 0.9


def same_numbers(net, file, fraction=8):
    """Compare what a network folds to with a file: equal but for the last bits of biases."""
    graph, given = arrays(net, fraction), file.signed()
    assert graph.tensors.keys() == given.keys()
    for name, ours in graph.tensors.items():
        if name.endswith("bias"):
            np.testing.assert_allclose(ours, given[name], rtol=1e-6, atol=np.abs(ours).max() * 1e-6)
        elif name.endswith("conv.mult") or ours.dtype == np.int32:
            np.testing.assert_allclose(ours, given[name], rtol=1e-6, atol=1)
        else:
            np.testing.assert_array_equal(ours, given[name], err_msg=name)


@pytest.mark.parametrize("fraction", [8, 10])
@pytest.mark.parametrize("name", SHAPES)
def test_what_was_unfolded_folds_to_the_same(name, fraction):
    its = drawn(**SHAPES[name])
    file = packed(its, fraction=fraction)
    net = unfolded(file, its.config.network)
    same_numbers(net, file, fraction)
    again = packed(dataclasses.replace(its, net=net), fraction=fraction)
    assert nearly_equal(again, file)


@pytest.mark.parametrize(
    ("name", "build_it"),
    [
        ("net", lambda: build(NETWORKS["lean"])),
        ("small", lambda: build(NETWORKS["small"])),
        ("free", lambda: build(NETWORKS["small"])),
        ("detector", lambda: DETECTION.build(DETECTORS.networks["packed"])),
    ],
)
def test_shipped_networks_unfold(name, build_it):
    file = PackedFile.read(resources.directory("weights") / f"{name}.docbin")
    net = build_it()
    unfold(file, net)
    same_numbers(net, file)


def test_ink_that_does_not_begin_at_zero():
    its = drawn()
    file = packed(its)
    graph = {**file.graph, "output": {**file.graph["output"], "threshold": 200}}
    moved = PackedFile(graph, file.tensors, file.metadata)
    net = unfolded(moved, its.config.network)
    again = Network(packed(dataclasses.replace(its, net=net)).to_bytes()).mask(noise())
    theirs = Network(moved.to_bytes()).mask(noise())
    assert np.mean(theirs != Network(file.to_bytes()).mask(noise())) > 0.02
    assert np.mean(again == theirs) > 0.99


def test_signs_alone_on_one_side():
    """Training takes the mean off weights: all −1 is all +1 with the opposite gain."""
    its = drawn()
    file = packed(its)
    signs = file.signed()
    name = "enc0.0.conv.weight"
    signs[name][0, 0], signs[name][0, 1] = 1, -1
    file = PackedFile.of(file.graph, signs, file.metadata)
    net = unfolded(file, its.config.network)
    again = packed(dataclasses.replace(its, net=net))
    assert nearly_equal(again, file)


def test_settling_changes_nothing_but_what_training_sees():
    its = drawn()
    net = unfolded(packed(its), its.config.network)
    x = torch.rand(4, 3, 64, 64, generator=torch.Generator().manual_seed(3))
    with torch.no_grad():
        before = net(x)
        # Until it has settled, a batch is normalised to another scale than that of the file.
        assert (net.train()(x) - before).abs().mean() > before.std() / 2
        net = unfolded(packed(its), its.config.network)
        settle(net, [(x,)])
        assert not net.training
        settle(net.train(), [(x,)])
        assert net.training
        net.eval()
        torch.testing.assert_close(net(x), before, rtol=1e-3, atol=1e-3)
        again = net.train()(x)
    assert (again - before).abs().mean() < before.std() / 20


def test_other_networks_are_refused():
    its = drawn()
    file = packed(its)
    for other in ({"widths": (16, 32)}, {"blocks": (1, 1)}, {"contrast": (5,)}, {"levels": 2}):
        network = dataclasses.replace(its.config.network, **other)
        with pytest.raises(UsageError, match="another shape"):
            unfold(file, build(network))
    floats = dataclasses.replace(its.config.network, weight_bits=32, activation_bits=32)
    with pytest.raises(UsageError, match="another shape"):
        unfold(file, build(floats))
    with pytest.raises(UsageError, match="another shape"):
        unfold(file, DETECTION.build(DETECTORS.networks["dbnet-mobilenetv3"]))
    streams = {key: value for key, value in file.graph.items() if key != "output"}
    file = PackedFile({**streams, "outputs": {"stem": "stem"}}, file.tensors)
    with pytest.raises(UsageError, match="another shape"):
        unfold(file, build(its.config.network))


def test_what_training_does_not_make_is_refused():
    two = drawn(bases=(2, 1))
    with pytest.raises(UsageError, match=r"two bases.*weights\.pt"):
        unfold(packed(two), build(two.config.network))
    its = drawn()
    for name, change, words in (
        ("stem.conv.weight", lambda array: array // 2, "largest weight"),
        ("head.conv.weight", lambda array: array // 2, "largest weight"),
        ("enc1.0.in.mult", lambda array: array + np.arange(len(array), dtype=np.int16), "steps"),
        ("enc1.0.in.mult", lambda array: np.full_like(array, 20000), "steps"),
    ):
        file = packed(its)
        tensors = {**file.tensors, name: change(file.tensors[name])}
        with pytest.raises(UsageError, match=words):
            unfold(PackedFile(file.graph, tensors), build(its.config.network))


def test_a_run_begins_with_a_packed_file(strokes, tmp_path):
    """What another run reached is there at its first step, and its data are told of."""
    config = dataclasses.replace(preset("tiny"), steps=100, rate=1e-2, size=32)
    first = load_weights(train(config, [strokes], tmp_path / "first", quiet=True).weights)
    told = {"command": "docbin train …", "steps": 100, "started": {"command": "a", "steps": 3}}
    first = dataclasses.replace(first, facts={**first.facts, **told})
    path = tmp_path / "x.docbin"
    path.write_bytes(packed(first).to_bytes())

    still = dataclasses.replace(config, steps=2, warmup=1, rate=1e-6)
    start = begun(path, still, BINARIZATION)
    assert start.folded
    facts = {"started": dict(start.facts)}
    done = train(still, [strokes], tmp_path / "second", start=start, facts=facts, quiet=True)
    second = load_weights(done.weights)
    tiles = [np.ascontiguousarray(tile.transpose(1, 2, 0)) for tile in strokes.tiles[:4]]
    ours, theirs = (Network(packed(its).to_bytes()) for its in (first, second))
    for tile in tiles:
        assert np.mean((ours.logit(tile) > 0) == (theirs.logit(tile) > 0)) > 0.98
    metadata = packed(second).metadata
    assert json.loads(metadata["data"]) == ["strokes"]
    assert json.loads(metadata["metrics"])["started"] == [
        "docbin train … (100 steps)",
        "a (3 steps)",
    ]


def test_a_packed_file_without_its_training(tmp_path):
    its = drawn()
    file = packed(its)
    path = tmp_path / "x.docbin"
    path.write_bytes(PackedFile(file.graph, file.tensors).to_bytes())
    assert begun(path, its.config, BINARIZATION).facts == {"sets": [[]]}
    path.write_bytes(PackedFile(file.graph, file.tensors, {"data": "all"}).to_bytes())
    with pytest.raises(InputError, match="does not tell its training"):
        begun(path, its.config, BINARIZATION)
    with pytest.raises(InputError, match="cannot be read"):
        begun(tmp_path / "none.docbin", its.config, BINARIZATION)
