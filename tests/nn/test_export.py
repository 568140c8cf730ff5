"""Export: whole numbers that are those of the float network, in every kind of bits."""

import dataclasses
import json
from fractions import Fraction

import numpy as np
import pytest

from docbin.errors import DefectError, UsageError
from docbin.evaluate import Dataset
from docbin.nn.data.pages import read_truthed

torch = pytest.importorskip("torch", reason="torch is not installed (extra [train])")

from trained_networks import drawn, noise  # noqa: E402

from docbin.nn import (  # noqa: E402
    agreement,
    folding,
    integer,
)
from docbin.nn.checkpoint import load_weights  # noqa: E402
from docbin.nn.config import preset  # noqa: E402
from docbin.nn.export import packable, packed_file  # noqa: E402
from docbin.nn.layers import QuantisedConv, RPReLU  # noqa: E402
from docbin.nn.quantisers import ActivationQuantiser  # noqa: E402
from docbin.nn.train import train  # noqa: E402

SHAPES = {
    "W1A4": {},
    "W1A1": {"activation_bits": 1},
    "two bases": {"bases": (2, 1)},
    "two levels": {"levels": 2},
    "odd widths": {"widths": (7, 13)},
    "contrast": {"contrast": (5, 31)},
    "level": {"contrast": (5, 31), "level": 2},
}


def exported(its, **options):
    return packable(its, name="tiny", licence="Apache-2.0", **options)


def verified(its, pages, **options):
    """Pack, compare torch, numpy and kernels bit for bit, and return how near the float is."""
    packed = packed_file(its, name="tiny", licence="Apache-2.0", **options)
    return agreement.verify(its.net, packed.to_bytes(), pages)


@pytest.mark.parametrize("name", SHAPES)
def test_whole_numbers_are_near_the_float_network(name):
    """Drawn weights make noise of every rounding; a wrong fold would leave no likeness at all."""
    its = drawn(**SHAPES[name])
    found = verified(its, [noise()], fraction=10)
    assert found.pixels == 75 * 93
    assert found.same > 0.85


def test_whole_numbers_of_a_trained_network_make_the_same_mask(strokes, tmp_path):
    config = dataclasses.replace(preset("tiny"), steps=100, rate=1e-2, size=32)
    outcome = train(config, [strokes], tmp_path, device="cpu", quiet=True)
    its = load_weights(outcome.weights)
    pages = [np.ascontiguousarray(tile.transpose(1, 2, 0)) for tile in strokes.tiles[:4]]
    found = verified(its, pages)
    assert found.same > 0.995


def test_a_file_tells_what_its_run_was_asked():
    """What is off and the network, whose graph is there, would be a hundredth of a small file."""
    its = drawn()
    told = json.loads(exported(its).metadata["config"])
    asked = json.loads(json.dumps(dataclasses.asdict(its.config)))
    assert told["seed"] == 0
    assert told["size"] == 64
    assert told["loss"] == {name: its for name, its in asked["loss"].items() if its}
    off = {name for name, its in asked.items() if not its}
    assert {"minutes", "mix", "outward"} <= off
    assert set(told) == set(asked) - (off - {"seed"}) - {"network"}


def test_finer_streams_come_nearer():
    its = drawn(activation_bits=1)
    same = [verified(its, [noise()], fraction=bits).same for bits in (4, 7, 10)]
    assert same == sorted(same)
    assert same[2] - same[0] > 0.05


def test_a_conv_folds_to_what_it_computes():
    """Against rational numbers: y = g · A + o, in units of 2^−8, rounded down once."""
    torch.manual_seed(0)
    layer = QuantisedConv(8, 4, 3, weight_bits=1, activation_bits=4)
    gain, offset = np.array([0.01, -0.003, 0.02, 1e-7]), np.array([0.5, -3.0, 0.0, 90.0])
    folded = folding.conv(layer, (gain, offset), 8, code_bits=4)
    assert np.abs(folded.mult).max() < 1 << 14
    for sum_ in (-1080, -7, 0, 1, 1080):
        whole = (sum_ * folded.mult[0].astype(np.int64) + folded.bias) >> folded.shift
        for channel in range(4):
            exact = Fraction(gain[channel]) * sum_ + Fraction(offset[channel])
            assert abs(Fraction(int(whole[channel]), 256) - exact) < Fraction(1, 256)


def test_codes_fold_to_the_codes_of_training():
    quantiser = ActivationQuantiser(1, 4, low=-0.75, high=2.25)
    folded = folding.codes(quantiser, 8)
    stream = torch.arange(-1000, 1000)
    t = stream.numpy() + int(folded.shift[0])
    whole = np.clip((t * int(folded.mult[0]) + (1 << 14)) >> 15, 0, 15)
    ours = quantiser((stream / 256).view(1, 1, -1, 1)).detach().flatten().numpy()
    assert np.mean(whole != ours) < 0.01  # a step is 51.2 units: only ties can differ


def test_rprelu_folds_within_two_units():
    layer = RPReLU(1)
    for value, number in ((layer.a, 0.3), (layer.slope, -0.7), (layer.b, 0.11)):
        value.data.fill_(number)
    folded = folding.rprelu(layer, 8)
    stream = torch.arange(-500, 500)
    t = stream.numpy() - int(folded.a[0])
    whole = np.where(t > 0, t, (t * int(folded.slope[0]) + (1 << 14)) >> 15) + int(folded.b[0])
    ours = layer((stream / 256).view(1, 1, -1, 1)).detach().flatten().numpy() * 256
    assert np.abs(whole - ours).max() <= 2


def test_a_gain_beyond_the_format_is_refused():
    layer = QuantisedConv(8, 1, 1, weight_bits=1, activation_bits=4)
    with pytest.raises(ValueError, match="does not fit"):
        folding.conv(layer, (np.array([1e12]), np.zeros(1)), 8, code_bits=4)


def test_provenance_goes_along():
    packed = exported(drawn())
    assert packed.metadata["command"] == "docbin train …"
    assert json.loads(packed.metadata["data"]) == ["a"]
    assert json.loads(packed.metadata["metrics"]) == {"steps": 3}


def test_a_float_network_is_refused():
    its = drawn(weight_bits=32, activation_bits=32)
    with pytest.raises(UsageError, match="--teacher"):
        exported(its)


def test_the_integer_forward_takes_every_size():
    its = drawn()
    packed = exported(its)
    for height, width in ((1, 1), (3, 70), (64, 64)):
        logit = integer.logits(packed.graph, packed.tensors, torch.from_numpy(noise(height, width)))
        assert logit.shape == (height, width)
        assert logit.abs().max() <= 32768
    assert dataclasses.asdict(its.config.network)["widths"] == (16, 24)


def test_a_packed_file_of_another_network_is_noticed(monkeypatch):
    """One logit that is one too large is enough."""
    its = drawn()
    packed = packed_file(its, name="tiny", licence="Apache-2.0")
    real = integer.logits

    def one_more(*arguments):
        logit = real(*arguments)
        logit[3, 4] += 1
        return logit

    monkeypatch.setattr(integer, "logits", one_more)
    with pytest.raises(DefectError, match="1 of 6975 logits"):
        agreement.verify(its.net, packed.to_bytes(), [noise()])


def test_real_pages_of_a_network_that_was_trained_on_strokes(real_data, strokes, tmp_path):
    """Not a good network, but a trained one, on real paper: the same ink to a few in a thousand."""
    config = dataclasses.replace(preset("tiny"), steps=100, rate=1e-2, size=32)
    its = load_weights(train(config, [strokes], tmp_path, device="cpu", quiet=True).weights)
    samples = Dataset.open(real_data / "binarization").only("dibco2009").samples[:2]
    pages = [np.ascontiguousarray(read_truthed(one)[0][:300, :400]) for one in samples]
    found = verified(its, pages)
    assert found.pages == 2
    assert found.same > 0.99
