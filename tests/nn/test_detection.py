"""Detectors: batches, shapes of networks, and training that goes on."""

import dataclasses
import os
import signal

import numpy as np
import pytest

from docbin.errors import UsageError
from docbin.evaluate.labels.label import Label
from docbin.regions import TextRegion

torch = pytest.importorskip("torch", reason="torch is not installed (extra [train])")
pytest.importorskip("shapely", reason="shapely is not installed (extra [detect])")

from docbin.nn import train as trainer  # noqa: E402
from docbin.nn.checkpoint import load_weights  # noqa: E402
from docbin.nn.config import configured, from_json, to_json  # noqa: E402
from docbin.nn.data.text_batches import TextBatches, Warp, inverted  # noqa: E402
from docbin.nn.data.text_labels import decode, draw  # noqa: E402
from docbin.nn.data.text_store import TextPage, write_text_store  # noqa: E402
from docbin.nn.detection import DETECTION, DETECTORS, DetectorConfig  # noqa: E402
from docbin.nn.models.dbnet import ENCODERS, DbnetConfig  # noqa: E402
from docbin.nn.models.deformable import DeformableConv  # noqa: E402
from docbin.nn.models.detector import build_detector  # noqa: E402
from docbin.nn.models.fusion import AdaptiveScaleFusion, Concatenation  # noqa: E402
from docbin.nn.train import train  # noqa: E402

TINY = dataclasses.replace(DETECTORS.presets["tiny"], steps=20, warmup=5, precision="float32")


def text_page(seed, side=160):
    """Return stripes of letters, black blocks in a row, on noisy paper."""
    rng = np.random.default_rng(seed)
    image = rng.normal(210, 15, (side, side, 3))
    labels = []
    for top in (20, 70, 120):
        left = int(rng.integers(5, 40))
        for x in range(left, left + 100, 10):
            image[top : top + 20, x : x + 6] -= 150
        corners = [(left, top), (left + 96, top), (left + 96, top + 20), (left, top + 20)]
        labels.append(Label(TextRegion(corners)))
    pixels = image.clip(0, 255).astype(np.uint8)
    return TextPage("stripes", str(seed), pixels, tuple(labels), {"seed": seed})


@pytest.fixture(scope="module")
def stripes(tmp_path_factory):
    path = tmp_path_factory.mktemp("stripes") / "x.text"
    return write_text_store(map(text_page, range(4)), path, longest=160)


# Batches


def test_an_unturned_crop_is_the_image_and_its_maps(stripes):
    warp = Warp(scale=(1.0, 1.0), mirrored=0, turned=0, text=0)
    batches = TextBatches([stripes], 160, seed=3, warp=warp)
    matrix = torch.eye(2)[None].expand(4, 2, 2)
    batches._matrix = lambda count: matrix[:count]
    batches._centres = lambda pages: torch.full((len(pages), 2), 80.0)
    batch = batches.crops(1)
    originals = [text_page(seed) for seed in range(4)]
    pixels = (batch.image[0] * 255).round().byte().permute(1, 2, 0).numpy()
    (page,) = (page for page in originals if np.array_equal(page.image, pixels))
    shrunk, _, ring, _ = decode(draw(page.labels, (160, 160)).codes)
    assert np.array_equal(batch.shrunk[0, 0].numpy() > 0, shrunk)
    assert np.array_equal(batch.ring[0, 0].numpy() > 0, ring)
    assert bool((batch.care == 1).all())


def test_what_lies_beyond_the_image_is_ignored(stripes):
    warp = Warp(scale=(4.0, 4.0), mirrored=0.5, turned=1)
    batch = TextBatches([stripes], 96, seed=1, warp=warp).crops(4)
    beyond = batch.care == 0
    assert 0.5 < beyond.float().mean().item() < 0.95
    assert bool((batch.image[beyond.expand_as(batch.image)] - 127 / 255).abs().max() < 0.35)
    assert not bool((batch.shrunk.bool() & beyond).any())


def test_batches_go_on_where_they_stopped(stripes):
    one, other = (TextBatches([stripes], 64, seed=5) for _ in range(2))
    one.batch(2)
    state = one.state_dict()
    known = one.batch(2)
    other.load_state_dict(state)
    for ours, theirs in zip(known, other.batch(2), strict=True):
        assert torch.equal(ours, theirs)


def test_stores_are_mixed_as_asked(stripes):
    with pytest.raises(UsageError, match="mix"):
        TextBatches([stripes], 64, mix=(0.5, 0.5))
    with pytest.raises(UsageError, match="no store"):
        TextBatches([], 64)
    never = TextBatches([stripes, stripes], 64, mix=(0, 1))
    assert never._upto[3].item() == 0


def test_light_becomes_dark():
    image = torch.tensor([0.25]).view(1, 1, 1, 1)
    assert inverted(image, image, None).item() == 0.75


# Networks


def test_fusion_by_hand():
    features = [torch.full((1, 2, 3, 3), float(level)) for level in range(4)]
    assert Concatenation()(features).shape == (1, 8, 3, 3)
    fusion = AdaptiveScaleFusion(2)
    weights = fusion.weights(features)
    assert weights.shape == (1, 4, 3, 3)
    assert bool(((weights > 0) & (weights < 1)).all())
    torch.nn.init.zeros_(fusion.scale[0].weight)
    halved = fusion(features)
    assert torch.allclose(halved, Concatenation()(features) / 2)


def test_a_deformable_convolution_begins_as_a_plain_one():
    pytest.importorskip("torchvision", reason="torchvision is not installed (extra [train])")
    conv = torch.nn.Conv2d(4, 6, 3, stride=2, padding=1)
    x = torch.randn(1, 4, 9, 11)
    deformable = DeformableConv(conv)
    assert torch.allclose(deformable(x), conv(x), atol=1e-5)
    torch.nn.init.normal_(deformable.moves.weight, std=0.5)
    assert not torch.allclose(deformable(x), conv(x), atol=1e-2)


@pytest.mark.parametrize("encoder", ENCODERS)
@pytest.mark.parametrize("fusion", ["concatenation", "adaptive"])
def test_float_detectors_give_two_maps(encoder, fusion):
    pytest.importorskip("segmentation_models_pytorch", reason="needs docbin[train]")
    net = build_detector(DbnetConfig(encoder, fusion, inner=32)).eval()
    with torch.no_grad():
        maps = net.maps(torch.rand(1, 3, 64, 96))
    assert [tuple(each.shape) for each in maps] == [(1, 1, 64, 96)] * 2
    assert not torch.equal(*maps)


def test_a_resnet_can_be_deformable():
    pytest.importorskip("segmentation_models_pytorch", reason="needs docbin[train]")
    net = build_detector(DbnetConfig("resnet18", deformable=True, inner=16))
    assert sum(isinstance(each, DeformableConv) for each in net.modules()) == 6
    net.maps(torch.rand(2, 3, 32, 32))[0].sum().backward()
    assert net.encoder.layer4[0].conv2.moves.weight.grad is not None


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"encoder": "vgg"}, "no encoder 'vgg'"),
        ({"fusion": "sum"}, "fusion is 'sum'"),
        ({"encoder": "mobilenetv3", "deformable": True}, "no deformable"),
        ({"inner": 6}, "inner is 6"),
    ],
)
def test_shapes_that_do_not_exist_are_refused(changes, reason):
    with pytest.raises(ValueError, match=reason):
        DbnetConfig(**changes)


@pytest.mark.parametrize("name", DETECTORS.networks)
def test_configurations_survive_json(name):
    config = configured(
        "cpu-1h", name, ["scale=[0.5,2]", "loss.negatives=2", "size=320"], DETECTORS
    )
    assert from_json(to_json(config), DetectorConfig) == config
    assert (config.scale, config.loss.negatives) == ((0.5, 2), 2)
    assert config.network == DETECTORS.networks[name]


def test_the_packed_detector_gives_two_maps():
    net = build_detector(DETECTORS.networks["packed"]).eval()
    with torch.no_grad():
        maps = net.maps(torch.rand(1, 3, 64, 128))
        assert torch.equal(maps[0], net(torch.zeros(1, 3, 64, 128))) is False
    assert [tuple(each.shape) for each in maps] == [(1, 1, 64, 128)] * 2


# Training


def go(store, folder, config=TINY, **options):
    return train(config, [store], folder, task=DETECTION, quiet=True, device="cpu", **options)


def test_it_learns(stripes, tmp_path):
    config = dataclasses.replace(TINY, steps=80, rate=1e-2, scale=(0.8, 1.2), turned=0)
    outcome = go(stripes, tmp_path, config)
    trained = load_weights(outcome.weights, DETECTION)
    assert trained.config == config
    fresh = build_detector(config.network).eval()
    batch = TextBatches([stripes], 64, seed=9).crops(8)
    found = [
        DETECTION.loss(net.maps(batch.image), batch, config, None).item()
        for net in (trained.net, fresh)
    ]
    assert found[0] < 0.5 * found[1]
    assert len(list((tmp_path / "samples").glob("*.png"))) == 1


def test_a_stopped_run_goes_on_to_the_bit(stripes, tmp_path, monkeypatch):
    whole = go(stripes, tmp_path / "whole")
    real = trainer._Step.__call__

    def stopping(self):
        if self.run.step == 7:
            os.kill(os.getpid(), signal.SIGINT)
        return real(self)

    monkeypatch.setattr(trainer._Step, "__call__", stopping)
    stopped = go(stripes, tmp_path / "parts")
    assert (stopped.steps, stopped.finished) == (8, False)
    monkeypatch.setattr(trainer._Step, "__call__", real)
    parts = go(stripes, tmp_path / "parts", resume=True)
    one, other = (load_weights(its.weights, DETECTION).net.state_dict() for its in (whole, parts))
    assert all(torch.equal(one[name], other[name]) for name in one)


def test_a_float_network_teaches_a_packed_one(stripes, tmp_path):
    pytest.importorskip("segmentation_models_pytorch", reason="needs docbin[train]")
    network = DbnetConfig("resnet18", inner=16)
    small = dataclasses.replace(TINY, steps=2, batch=2, network=network)
    teacher = load_weights(go(stripes, tmp_path / "teacher", small).weights, DETECTION)
    taught = go(
        stripes, tmp_path / "taught", dataclasses.replace(TINY, steps=2), teacher=teacher.net
    )
    alone = go(stripes, tmp_path / "alone", dataclasses.replace(TINY, steps=2))
    one, other = (
        load_weights(its.weights, DETECTION).net.head.conv.weights.weight for its in (taught, alone)
    )
    assert not torch.equal(one, other)
